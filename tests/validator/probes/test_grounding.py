import math
from statistics import fmean

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.validator.probes.able import whole

from dls.measuring.measure import checks, measured_metrics, unit_rows
from dls.probes import grounding_substituted_facts as facts
from dls.probes import grounding_worlds as worlds

ITEMS = worlds.PROBE.items(1, 120)
FACTS = facts.PROBE.items(1, 120)


def means(items, records):
    return {m.metric: fmean(unit_rows(m, items, records)) for m in worlds.PROBE.measures}


def world(margin, text):
    return means(
        ITEMS, [worlds.WorldRecord(i.id, -9.0 + margin / 2, -9.0 - margin / 2, whole(text(i)), 0.9) for i in ITEMS]
    )


@settings(deadline=None)
@given(st.floats(-8, 8), st.floats(0, 4))
def test_a_larger_lead_of_the_context_raises_the_margin(margin, more):
    before, after = (world(value, lambda _: "")["context_margin"] for value in (margin, margin + more))
    assert after >= before
    assert before == pytest.approx(1 / (1 + math.exp(-margin)), abs=1e-4)


def test_a_model_that_ignores_the_context_is_at_one_half():
    assert world(0.0, lambda _: "")["context_margin"] == 0.5


ANSWERS = {
    "value and source": (lambda item: f"{item.answer} [{item.source}]", 1, 1, 1, 0),
    "a whole sentence": (lambda item: f"The answer is {item.answer.upper()}, see [{item.source}].", 1, 1, 1, 0),
    "all sources": (
        lambda item: item.answer + "".join(f"[{k}]" for k in range(1, item.distractors + 2)),
        1,
        pytest.approx((1 + 1 / 3 + 1 / 7) / 3, abs=1e-4),
        1,
        0,
    ),
    "no source": (lambda item: item.answer, 1, 0, 0, 0),
    "nothing": (lambda _: "", 0, 0, 0, 0),
}


@pytest.mark.parametrize("name", ANSWERS)
def test_answers_and_citations_are_read_from_the_text(name):
    text, accuracy, precision, recall, unsupported = ANSWERS[name]
    result = world(0.0, text)
    assert result["context_accuracy"] == result["distractor_robustness"] == accuracy
    assert (result["citation_precision"], result["citation_recall"]) == (precision, recall)
    assert result["unsupported_claim_rate"] == unsupported


def test_a_value_from_nowhere_is_an_unsupported_claim():
    without = [item for item in ITEMS if not item.distractors]
    records = [worlds.WorldRecord(item.id, -1.0, -1.0, whole(item.other), 0.9) for item in without]
    rows = {m.metric: unit_rows(m, without, records) for m in worlds.PROBE.measures}
    result = {name: fmean(rows[name]) for name in ("unsupported_claim_rate", "context_accuracy")}
    assert (result["unsupported_claim_rate"], result["context_accuracy"]) == (1, 0)


def test_robustness_counts_only_items_with_distractors():
    result = measured_metrics(worlds.PROBE, ITEMS, {"student": [worlds.PROBE.failed(item) for item in ITEMS]})
    assert next(entry.student.n for entry in result if entry.metric == "distractor_robustness") == 80


def following(by_memory, by_tale):
    """Return the records of a model that answers some items from memory, some by the tale, the rest not at all."""

    def text(place, item):
        return item.known if place < by_memory else item.stated if place < by_memory + by_tale else "who knows"

    return [facts.FactRecord(item.id, whole(text(place, item)), item.known, 0.9) for place, item in enumerate(FACTS)]


def ratio(records):
    (result,) = measured_metrics(facts.PROBE, FACTS, {"student": records}, only=frozenset({"memorisation_ratio"}))
    return result.student.value


def test_the_memorisation_ratio_is_the_known_share_of_both():
    assert ratio(following(30, 60)) == pytest.approx(1 / 3, abs=1e-4)


def test_a_mute_model_follows_nothing_and_fails_the_check():
    records = following(0, 0)
    assert ratio(records) == 1
    passes = {check.check: check.passed for check in checks(facts.PROBE, FACTS, {"student": records})}
    assert passes == {"closed_book_accuracy": True, "answered": False, "answer_confidence": True}


WORLD_CHECKS = {
    "answers": (lambda item: item.answer, 0.9, {"answered": True, "answer_confidence": True}),
    "is wrong": (lambda item: f"{item.other} [1]", 0.9, {"answered": True, "answer_confidence": True}),
    "ends at once": (lambda _: "", 1.0, {"answered": False, "answer_confidence": True}),
    "opens otherwise": (lambda item: f"[1] {item.answer}", 0.9, {"answered": False, "answer_confidence": True}),
    "says one word to all": (lambda _: "red", 0.9, {"answered": False, "answer_confidence": True}),
    "is too hot to answer": (lambda item: item.answer, 0.2, {"answered": True, "answer_confidence": False}),
}


@pytest.mark.parametrize("name", WORLD_CHECKS)
def test_a_margin_counts_only_where_the_model_gives_its_answers(name):
    text, confidence, passes = WORLD_CHECKS[name]
    records = [worlds.WorldRecord(item.id, -0.1, -9.0, whole(text(item)), confidence) for item in ITEMS]
    assert {entry.check: entry.passed for entry in checks(worlds.PROBE, ITEMS, {"student": records})} == passes


@pytest.mark.parametrize(("gap", "close"), [(0.0, True), (1.9e-4, True), (2.1e-4, False)])
def test_a_greedy_answer_that_noise_could_turn_is_a_near_tie(gap, close):
    records = [worlds.WorldRecord(item.id, -0.1, -9.0, whole(item.answer, gap=gap), 0.9) for item in ITEMS]
    counters = {m.metric: m.near_ties(ITEMS, records) for m in worlds.PROBE.measures if m.near_ties}
    distracted = close * sum(bool(item.distractors) for item in ITEMS)
    everything = dict.fromkeys(("answer_holds", "context_accuracy"), close * len(ITEMS))
    assert counters == everything | {"distractor_robustness": distracted}
    by_tale = [facts.FactRecord(item.id, whole(item.stated, gap=gap), item.known, 0.9) for item in FACTS]
    assert {m.near_ties(FACTS, by_tale) for m in facts.PROBE.measures} == {close * len(FACTS)}


PETS = worlds.WorldItem(
    "0",
    2,
    "[1] abo has a mouse. [2] bemu has a frog. [3] cado has a dog.",
    "what pet does abo have?",
    "mouse",
    "frog",
    1,
)
HOLDING = ("mouse [1]", "Mouse [1].", "abo has a mouse [1]", "mouse, says source [1]", "mouse [1], so a mouse [1]")
BREAKING = {
    "says nothing": "",
    "takes it back": "mouse [1]. no, frog",
    "takes it back with the source": "mouse [1] no, frog [2]",
    "denies another value": "mouse [1], not a frog",
    "hedges": "mouse or dog [1]",
    "names a value of no source": "mouse [1], perhaps a snake",
    "hides a value": "mouse [1] esroh",
    "spells a value": "mouse [1] f r o g",
    "is wrong": "frog [2]",
    "cites no source": "mouse",
    "cites the wrong source": "mouse [2]",
    "cites a source more": "mouse [1] [3]",
    "cites a source that is not there": "mouse [1] [7]",
    "takes its source back in words": "mouse [1]. no, source 2",
    "lists two sources in one bracket": "mouse [1, 2]",
    "changes the language": "mouse [1] потому что так написано",
    "copies the text": PETS.prompt(),
}


def holds(item, text, *, ended=True):
    probe, record = (
        (worlds.PROBE, worlds.WorldRecord(item.id, -1.0, -1.0, whole(text, ended=ended), 0.9))
        if isinstance(item, worlds.WorldItem)
        else (facts.PROBE, facts.FactRecord(item.id, whole(text, ended=ended), "", 0.9))
    )
    (measure,) = (m for m in probe.measures if m.metric == "answer_holds")
    return unit_rows(measure, [item], [record]) == [1.0]


@pytest.mark.parametrize("text", HOLDING)
def test_an_answer_holds_that_names_the_contexts_value_and_its_source_alone(text):
    assert holds(PETS, text)


@pytest.mark.parametrize("text", HOLDING)
def test_an_answer_that_does_not_end_does_not_hold(text):
    assert not holds(PETS, text, ended=False)


@pytest.mark.parametrize("name", BREAKING)
def test_an_answer_that_says_more_or_less_does_not_hold(name):
    assert not holds(PETS, BREAKING[name])


@given(st.sampled_from(ITEMS), st.data())
def test_a_second_value_anywhere_breaks_an_answer(item, data):
    second = data.draw(st.sampled_from([value for value in item.possible_answers() if value != item.answer]))
    answer = f"{item.answer} [{item.source}]"
    assert holds(item, answer)
    assert not any(
        holds(item, text) for text in (f"{answer} {second}", f"{second} {answer}", f"not {second}, {answer}")
    )


@pytest.mark.parametrize(("text", "is_right"), [("mouse", True), ("mouse [1]", True), ("mouse [2]", False)])
def test_a_question_that_asks_for_no_source_takes_none_or_the_right_one(text, is_right):
    assert holds(msgspec.structs.replace(PETS, citation=False), text) == is_right


def test_a_number_that_is_an_answer_is_no_source():
    item = worlds.WorldItem("0", 1, "[1] a has 2 figs. [2] b has 3 figs.", "how many?", "2", "3", 1, ("2", "3", "4"))
    assert holds(item, "2 [1]")
    assert not holds(item, "2 [1] [2]")


TALE = facts.FactItem("0", "in this tale, snow is red.", "by the tale, which colour is snow?", "", "red", "white")


@pytest.mark.parametrize(
    ("text", "is_right"),
    [("red", True), ("snow is red.", True), ("", False), ("white", False), ("red, not white", False), ("red or", True)],
)
def test_an_answer_by_the_tale_names_the_stated_value_alone(text, is_right):
    assert holds(TALE, text) == is_right
    assert not holds(TALE, text, ended=False)
