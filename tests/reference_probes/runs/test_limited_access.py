"""With less access than the weights give, a probe measures as much as it can, and its record lacks the rest."""

from collections.abc import Iterator, Sequence
from random import Random
from typing import Any

import msgspec
import pytest
from tests.some import every

from dls.access_level import LEVELS, AccessLevel, allows, record_at, without_rest
from dls.errors import DlsError
from dls.evidence.records import make_items, parse_records
from dls.judging.conditions import failed_checks
from dls.measuring.measure import checks, measured_metrics
from dls.probe import CrossMeasure, PairMeasure, Probe
from dls.probes.catalogue import find_probe
from dls.probes.collection import EASIER_PROBES, PROBES
from dls_probes.engine.scheduler import elicit_all
from dls_probes.probes import ELICITATIONS
from dls_probes.requests import Generate, Generated, Request, Score, Scored
from dls_probes.runs.limited_access import request_level, under_access

LESS: tuple[AccessLevel, ...] = LEVELS[:2]
UNITS = 12
TEXTS = ("the code is red", "10 + 3 = 13; answer 13", "paris [1]", "i do not know")


class Fake:
    """A model whose texts follow from the question, and whose numbers follow from its seed as well."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.levels: set[AccessLevel] = set()

    def answer(self, requests: Sequence[tuple[str, Request]]) -> Iterator[tuple[int, Any]]:
        for place, (item, request) in enumerate(requests):
            self.levels.add(request_level(request))
            texts, numbers = Random(f"{item}{request}"), Random(f"{self.seed}{item}{request}")  # noqa: S311
            if isinstance(request, Score):
                yield place, Scored(-3 * numbers.random(), 3, numbers.random() < 0.5, numbers.random())
            else:
                assert isinstance(request, Generate)
                yield place, Generated(texts.choice(TEXTS), (5, 6), texts.random() < 0.8, numbers.random())


def records(probe: Probe, access: AccessLevel = "white_box", seed: int = 1) -> tuple[Any, list[Any], Fake]:
    items, fake = make_items(probe, 5, UNITS), Fake(seed)
    return items, elicit_all(under_access(ELICITATIONS[probe.id], access), items, fake.answer), fake


CASES = [(probe, access) for probe in (*PROBES, *EASIER_PROBES) for access in LESS if probe.at(access).measures]
NAMES = [f"{probe.id}-{access}" for probe, access in CASES]


@pytest.mark.parametrize("case", every(2, CASES), ids=NAMES)
def test_no_part_that_is_left_depends_on_more_than_the_access(case):
    """Two models that differ in numbers alone leave equal records, and those of a full run without the rest."""
    probe, access = case
    _, full, _ = records(probe, seed=1)
    _, limited, fake = records(probe, access, seed=2)
    assert limited == [without_rest(record, access) for record in full]
    assert all(allows(access, level) for level in fake.levels)


@pytest.mark.parametrize("case", every(2, CASES), ids=NAMES)
def test_each_metric_that_is_left_has_the_value_of_a_full_run(case):
    probe, access = case
    items, full, _ = records(probe)
    _, limited, _ = records(probe, access)
    for measure in probe.at(access).measures:
        copies = 2 if isinstance(measure, PairMeasure) else 1
        first, second = (list(measure.inputs(items, *[answers] * copies)) for answers in (limited, full))
        assert first == second, measure.metric


@pytest.mark.parametrize("case", every(2, CASES), ids=NAMES)
def test_each_check_that_is_left_has_its_value_and_the_rest_fail_without_one(case):
    probe, access = case
    items, full, _ = records(probe)
    _, limited, _ = records(probe, access)
    values = {entry.check: entry for entry in checks(probe.at(access), items, {"student": limited})}
    for entry in checks(probe, items, {"student": full}):
        assert values[entry.check].value in (None, entry.value)
        assert values[entry.check].passed <= (values[entry.check].value is not None)
    assert list(values) == [check.check for check in probe.checks]


def test_a_probe_that_mixes_texts_and_scores_loses_only_what_needs_scores():
    metrics = find_probe("process.chain").at("sampling").metrics
    assert {"trace_written", "own_trace_step_validity"} <= metrics
    assert not metrics & {"step_validity", "corruption_sensitivity"}
    assert find_probe("grounding.worlds").at("black_box").metrics >= {"context_accuracy", "answer_holds"}


def test_with_log_probabilities_only_divergences_are_out_of_reach():
    for probe in (*PROBES, *EASIER_PROBES):
        lost = probe.metrics - probe.at("logprobs").metrics
        assert lost == {m.metric for m in probe.measures if isinstance(m, CrossMeasure) and m.arm == "pair"}, probe.id


def test_a_record_reads_back_under_its_access_alone():
    probe = find_probe("process.chain")
    items, limited, _ = records(probe, "sampling")
    lines = [msgspec.json.encode(record) for record in limited]
    assert b'"confidence":null' in lines[0]
    assert parse_records(lines, probe.at("sampling"), items, "here") == limited
    with pytest.raises(DlsError, match=r"no record of process\.chain"):
        parse_records(lines, probe, items, "here")


def test_a_number_beside_a_smaller_access_is_refused():
    """A record of texts alone that still holds a probability was not made as its manifest says."""
    probe = find_probe("on_policy.recovery")
    items, full, _ = records(probe)
    with pytest.raises(DlsError, match=r"no record of on_policy\.recovery"):
        parse_records([msgspec.json.encode(record) for record in full], probe.at("sampling"), items, "here")


def test_an_unknown_check_keeps_an_outcome_open_and_excuses_no_loss():
    probe = find_probe("on_policy.recovery").at("sampling")
    items, limited, _ = records(find_probe("on_policy.recovery"), "sampling")
    entries = checks(probe, items, {"teacher": limited, "student": limited})
    failures = failed_checks([entry for entry in entries if entry.check == "answer_confidence"], {"answer_confidence"})
    assert len(failures.clauses) == 2
    assert failures.excuses == ()


def test_near_ties_are_unknown_without_log_probabilities():
    probe = find_probe("grounding.worlds")
    items, limited, _ = records(probe, "sampling")
    measured = measured_metrics(probe.at("sampling"), items, {"student": limited})
    assert {entry.near_ties for entry in measured} == {None}
    assert record_at(probe.record, "white_box") is probe.record
