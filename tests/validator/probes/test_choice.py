"""Choice items and open items: made right, pinned, and a failed item is the worst that a model can do."""

import math
import re
from collections import Counter
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dls.draw import Draw
from dls.errors import DlsError
from dls.measuring import measure
from dls.measuring.measure import unit_rows
from dls.probe import CrossMeasure, PairMeasure, items_sha256
from dls.probes import diversity_open_answer, headline_multiple_choice, uncertainty_multiple_choice
from dls.probes.catalogue import find_probe
from dls.probes.collection import PROBES
from dls.probes.diversity_open_answer import OpenItem, OpenRecord, valid_answer
from dls.probes.shared.choice import ChoiceItem, ChoiceRecord, choice_answer
from dls.probes.shared.phrasings import PHRASINGS
from dls.probes.shared.questions import KINDS, LEVELS
from dls.standard.registry import load_registry

CHOICES = (headline_multiple_choice.PROBE, uncertainty_multiple_choice.PROBE)
THREE = (*CHOICES, diversity_open_answer.PROBE)
RIGHT = ChoiceItem("000000", "sum", 1, "", "what is 2 + 2?", ("3", "4", "5", "6"), 1)


@pytest.mark.parametrize(
    ("name", "digest"),
    [
        ("headline.multiple_choice", "217c990afc1d9ce849981bdd71d12d0de91402da5636c2105e30055d46dd9406"),
        ("uncertainty.multiple_choice", "d9093d269ca5cbc97e5c234d49eb5c12c49df93fa0f6512fbba5772d23f116f9"),
        ("diversity.open_answer", "eb55f8307aaaf62b45f93bfa56f3409054590e2b1ed67b46c32e8c0b33ee4a67"),
    ],
)
def test_the_items_of_a_version_never_change(name, digest):
    assert items_sha256(find_probe(name, "1.0").items(1, 24)) == digest


@pytest.mark.parametrize("probe", THREE, ids=lambda p: p.id)
def test_more_items_leave_the_first_ones_alone(probe):
    assert probe.items(5, 40)[:17] == probe.items(5, 17)


@pytest.mark.parametrize("probe", THREE, ids=lambda p: p.id)
def test_another_seed_makes_other_items(probe):
    first, second = probe.items(1, 60), probe.items(2, 60)
    assert sum(a == b for a, b in zip(first, second, strict=True)) < 10


@pytest.mark.parametrize("probe", CHOICES, ids=lambda p: p.id)
def test_options_differ_and_the_right_one_stands_anywhere(probe):
    items = probe.items(3, 400)
    assert all(len(set(item.options)) == 4 for item in items)
    assert all(60 < count < 140 for count in Counter(item.answer for item in items).values())


@given(st.integers(0, 2**53 - 1), st.integers(1, LEVELS), st.sampled_from([kind for kind, _ in KINDS]))
def test_the_right_option_is_right_by_another_way_of_reckoning(seed, level, kind):
    question = dict(KINDS)[kind](Draw("test", seed), level)
    right, *wrong = question.options
    numbers = [int(word) for word in re.findall(r"\d+", question.text)]
    days = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
    if kind == "sum":
        assert int(right) == sum(numbers)
    elif kind == "next":
        assert int(right) - numbers[2] == numbers[2] - numbers[1] == numbers[1] - numbers[0]
    elif kind == "largest":
        assert all(int(right) > int(number) for number in wrong)
    elif kind == "day":
        start = question.text.rsplit(" ", 1)[1]
        assert days[(days.index(start) + (numbers or [1])[0]) % 7] == right
    elif kind == "copy":
        copies = dict(re.findall(r"(\w+) copies (\w+)\.", question.context))
        person = next(name for name in re.findall(r"\w+", question.text) if f"{name} " in question.context)
        while person in copies:
            person = copies[person]
        assert re.search(rf"\b{person} [^.]*\b{right}\.", question.context)
    assert right not in wrong


@pytest.mark.parametrize("probe", THREE, ids=lambda p: p.id)
def test_phrasings_are_a_balanced_stratum(probe):
    strata = {"headline": 6, "uncertainty": 20, "diversity": 6}[probe.dimension]
    shapes = [re.escape(phrasing).replace(r"\{question\}", ".+") for phrasing in PHRASINGS]
    items = probe.items(1, strata * len(PHRASINGS))
    result = Counter(max((shape for shape in shapes if re.fullmatch(shape, item.question)), key=len) for item in items)
    assert set(result.values()) == {strata}


def test_an_answer_is_the_mean_of_the_shares_over_the_rotations():
    record = ChoiceRecord(
        "000000", ((math.log(0.1), math.log(0.3), math.log(0.1), math.log(0.1)), (math.log(0.2),) * 4)
    )
    result = choice_answer(RIGHT, record)
    assert result.probabilities == pytest.approx((5 / 24, 3 / 8, 5 / 24, 5 / 24))
    assert (result.mass, result.choice, result.correct) == (pytest.approx(0.7), 1, 1.0)


def test_a_rotation_moves_the_shown_options_and_not_the_records():
    assert RIGHT.prompt(1).endswith("options: 4, 5, 6, 3.")
    assert RIGHT.prompt() == "what is 2 + 2? options: 3, 4, 5, 6."


@given(st.lists(st.lists(st.floats(-60, 0), min_size=4, max_size=4), min_size=1, max_size=4))
def test_no_record_scores_worse_than_a_failed_item(rows):
    probe = uncertainty_multiple_choice.PROBE
    item = probe.items(1, 1)[0]
    record, worst = ChoiceRecord(item.id, tuple(map(tuple, rows))), probe.failed(item)
    for name in ("brier_top_label", "nll"):
        rows_of = partial(unit_rows, next(m for m in probe.measures if m.metric == name))
        assert rows_of([item], [worst])[0] >= rows_of([item], [record])[0] - 1e-9  # type: ignore[call-arg, operator]


def test_a_failed_item_is_wrong_and_certain():
    for probe in CHOICES:
        for item in probe.items(1, 30):
            result = choice_answer(item, probe.failed(item))
            assert (result.correct, result.confidence) == (0.0, pytest.approx(1.0))


def test_a_record_with_impossible_odds_still_has_an_answer():
    hopeless = ChoiceRecord("000000", ((-1000.0, -1001.0, -1002.0, -1003.0),))
    result = choice_answer(RIGHT, hopeless)
    assert result.choice == 0
    assert result.mass < 1e-300


@pytest.mark.parametrize(
    ("text", "answer"),
    [("Red.", "red"), (" i pick blue, not red", None), ("reddish", None), ("", None), ("GREEN\n", "green")],
)
def test_a_value_counts_as_said_where_the_whole_answer_names_no_other(text, answer):
    item = OpenItem("000000", "which colour do you pick?", ("red", "blue", "green"))
    assert valid_answer(item, text) == answer


OPEN = diversity_open_answer.PROBE.items(1, 1)[0]


def reading(metric, record):
    rows = partial(unit_rows, next(m for m in diversity_open_answer.PROBE.measures if m.metric == metric))
    return rows([OPEN], [record])[0]


def spread(shares, answers):
    logprobs = tuple(math.log(share) if share else -500.0 for share in shares)
    return OpenRecord(OPEN.id, logprobs, tuple(answers), (True,) * len(answers))


EVEN = [1 / len(OPEN.valid)] * len(OPEN.valid)
ONE = [1.0] + [0.0] * (len(OPEN.valid) - 1)


@pytest.mark.parametrize(
    ("metric", "record", "value"),
    [
        ("valid_answer_entropy", spread(EVEN, [""] * 16), 1.0),
        ("valid_answer_entropy", spread(ONE, [""] * 16), 0.0),
        ("valid_answer_entropy", spread([share / 2 for share in EVEN], [""] * 16), 0.5),
        ("valid_answer_mass", spread([share / 2 for share in EVEN], [""] * 16), 0.5),
        ("answer_validity", spread(EVEN, [OPEN.valid[0]] * 4 + ["nonsense"] * 12), 0.25),
        ("distinct_16", spread(EVEN, [*OPEN.valid[:3], *["nonsense"] * 13]), 3.0),
        ("distinct_16", spread(EVEN, ["nonsense"] * 16), 1.0),
        ("collision_probability", spread(EVEN, [OPEN.valid[0]] * 16), 1.0),
        ("collision_probability", spread(EVEN, [OPEN.valid[0]] * 8 + [OPEN.valid[1]] * 8), 2 * 8 * 7 / (16 * 15)),
        ("collision_probability", spread(EVEN, ["nonsense", "rubbish"] * 8), 1.0),
        ("vendi_2", spread(EVEN, [OPEN.valid[0]] * 16), 1.0),
        ("vendi_2", spread(EVEN, [OPEN.valid[0]] * 8 + [OPEN.valid[1]] * 8), 2.0),
        ("vendi_2", spread(EVEN, [OPEN.valid[0]] * 3 + [OPEN.valid[1]] + ["nonsense"] * 12), 16 / 10),
        ("vendi_2", spread(EVEN, ["nonsense"] * 16), 1.0),
    ],
)  # fmt: skip
def test_open_answers_by_hand(metric, record, value):
    assert reading(metric, record) == pytest.approx(value)


def test_the_effective_number_of_answers_is_one_over_the_mean_collision_probability():
    records = [spread(EVEN, [OPEN.valid[0]] * 16), spread(EVEN, [OPEN.valid[0]] * 8 + [OPEN.valid[1]] * 8)]
    result = measure.measured_metrics(
        diversity_open_answer.PROBE, [OPEN, OPEN], {"teacher": records}, only=frozenset({"effective_answers"})
    )
    assert result[0].teacher.value == pytest.approx(1 / ((1 + 2 * 8 * 7 / (16 * 15)) / 2), abs=5e-5)


def test_models_agree_where_they_choose_the_same_option_right_or_wrong():
    def chooses(place):
        return ChoiceRecord(RIGHT.id, (tuple(0.0 if k == place else -9.0 for k in range(4)),))

    rows = partial(
        unit_rows, next(m for m in headline_multiple_choice.PROBE.measures if m.metric == "answer_agreement")
    )
    pairs = [(1, 1), (0, 0), (0, 2), (0, 1)]
    teacher, student = ([chooses(place) for place in places] for places in zip(*pairs, strict=True))
    assert rows([RIGHT] * 4, teacher, student) == [1, 1, 0, 0]


def test_a_failed_open_item_has_neither_spread_nor_answers():
    worst = diversity_open_answer.PROBE.failed(OPEN)
    readings = {
        name: reading(name, worst) for name in ("valid_answer_entropy", "answer_validity", "collision_probability")
    }
    assert readings == {
        "valid_answer_entropy": pytest.approx(0, abs=1e-9),
        "answer_validity": 0,
        "collision_probability": 1,
    }


def test_excluded_answers_are_not_valid():
    for item in diversity_open_answer.PROBE.items(1, 60):
        excluded = re.search(r"but not (\w+)", item.question)
        assert excluded is not None
        assert excluded[1] not in item.valid


@pytest.mark.parametrize("probe", PROBES, ids=lambda p: p.id)
def test_a_probe_measures_registered_metrics_of_its_dimension_and_a_primary_one_first(probe):
    registry = load_registry().metrics
    assert all(measure.metric in registry for measure in probe.measures)
    assert registry[probe.measures[0].metric].dimension_on(probe.id) == probe.dimension
    assert len({measure.metric for measure in probe.measures}) == len(probe.measures)


@pytest.mark.parametrize("probe", PROBES, ids=lambda p: p.id)
def test_every_measure_gives_a_row_for_each_unit_that_it_is_about_and_stays_in_its_range(probe):
    items = probe.items(1, 12)
    worst = [probe.failed(item) for item in items]
    for each in probe.measures:
        if isinstance(each, CrossMeasure):
            rows = unit_rows(each, items, [probe.shape(each.arm).failed(item) for item in items])
        else:
            rows = (
                unit_rows(each, items, worst, worst) if isinstance(each, PairMeasure) else unit_rows(each, items, worst)
            )
        assert len(rows) == (8 if each.metric == "distractor_robustness" else 12)
        if load_registry().metrics[each.metric].kind in ("proportion", "bounded_mean"):
            low, high = load_registry().metrics[each.metric].low, load_registry().metrics[each.metric].high
            assert all(low <= row <= high for row in rows)


def test_an_unknown_probe_and_an_unknown_version_say_what_there_is():
    with pytest.raises(DlsError, match=r"headline\.multiple_choice"):
        find_probe("headline.essay")
    with pytest.raises(DlsError, match=r"has version 1\.0 in .*, not 9\.9"):
        find_probe("headline.multiple_choice", "9.9")
