from collections import Counter

import msgspec
import pytest

from dls.measuring.measure import measured_metrics
from dls.probe import CrossMeasure, Measure
from dls.probes.catalogue import find_probe, reference_probes
from dls.probes.collection import EASIER_PROBES, GENERATED_PROBES, PROBES
from dls.scenarios.profile import builtin_ids, load_profile
from dls.standard.registry import BY_PROBE, DIMENSIONS, load_registry, metric

IDS = [probe.id for probe in GENERATED_PROBES]
WORST = {
    "twin_whole": 0,
    "brier_top_label": 1,
    "abstention_soft_j": -1,
    "step_validity": 0,
    "corruption_sensitivity": 0,
    "trace_written": 0,
    "on_policy_kl": 10,
    "story_holds": 0,
    "context_margin": 0,
    "answer_holds": 0,
    "secret_twin_j": -1,
    "refusal_soft_j": -1,
    "valid_answer_entropy": 0,
}
every_probe = pytest.mark.parametrize("probe", GENERATED_PROBES, ids=IDS)


def test_probes_stand_in_the_order_of_the_dimensions():
    order = ("headline", "fidelity", *DIMENSIONS)
    places = [order.index(probe.dimension) for probe in PROBES]
    assert places == sorted(places)
    assert set(places) == set(range(len(order)))


def test_a_metric_with_a_direction_is_measured_by_one_probe_alone_unless_it_reads_whole_answers():
    entries = [metric(m.metric) for probe in PROBES for m in probe.measures]
    names = [entry.id for entry in entries if entry.direction != "neutral" and entry.dimension != BY_PROBE]
    assert [name for name, times in Counter(names).items() if times > 1] == ["answer_holds"]


@pytest.mark.parametrize("easier", EASIER_PROBES, ids=lambda probe: probe.id)
def test_an_easier_probe_measures_the_same_as_the_one_that_it_stands_for(easier):
    harder = find_probe(easier.stands_for)
    assert harder in PROBES
    assert (easier.dimension, easier.checks) == (harder.dimension, harder.checks)
    assert [m.metric for m in easier.measures] == [m.metric for m in harder.measures]


def test_only_an_easier_probe_stands_for_another():
    assert {probe for probe in reference_probes() if probe.stands_for} == set(EASIER_PROBES)


def test_every_primary_metric_is_measured():
    primary = {name for name, entry in load_registry().metrics.items() if entry.primary}
    assert primary == set(WORST)
    assert primary <= {m.metric for probe in PROBES for m in probe.measures}


@every_probe
def test_a_metric_is_measured_on_what_it_is_about(probe):
    for measure in probe.measures:
        assert (metric(measure.metric).of == "pair") == (not isinstance(measure, Measure)), measure.metric


@every_probe
def test_a_metric_of_one_model_that_counts_thresholds_counts_its_near_ties(probe):
    counters = [m for m in probe.measures if isinstance(m, Measure) and metric(m.metric).tolerance == "threshold"]
    assert [m.metric for m in counters if m.near_ties is None] == []


@every_probe
def test_items_have_ids_of_their_own_and_other_seeds_other_items(probe):
    items = probe.items(1, 40)
    assert len({item.id for item in items}) == len(items) in (40, 80)
    assert items != probe.items(2, 40)
    assert items[: len(items) // 2] == probe.items(1, 20)


@every_probe
def test_the_record_of_an_error_is_a_record(probe):
    for arm in ("student", *(["pair"] if probe.pair else []), *(["across"] if probe.across else [])):
        shape = probe.shape(arm)
        for item in probe.items(1, 3):
            encoding = msgspec.json.encode(shape.failed(item))
            assert msgspec.json.decode(encoding, type=shape.record) == shape.failed(item)


@every_probe
def test_a_model_of_errors_alone_has_the_worst_value_of_every_primary_metric(probe):
    items = probe.items(1, 20)
    records = {arm: [probe.shape(arm).failed(item) for item in items] for arm in ("teacher", "student")}
    if probe.pair:
        records["pair"] = [probe.pair.failed(item) for item in items]
    for result in measured_metrics(probe, items, records, only=frozenset(WORST)):
        assert (result.pair or result.student).value == pytest.approx(WORST[result.metric], abs=1e-4)


@every_probe
def test_an_interval_of_twins_rests_on_pairs_not_on_items(probe):
    items = probe.items(1, 20)
    twins = len(items) == 40
    records = {arm: [probe.failed(item) for item in items] for arm in ("teacher", "student")}
    for result in measured_metrics(probe, items, records):
        reading = result.pair or result.student
        if reading.interval:
            assert reading.interval.unit == ("cluster" if twins else "item")
            assert reading.interval.n_units <= 20


@pytest.mark.parametrize("profile", builtin_ids())
def test_a_profile_asks_only_for_what_its_probe_measures(profile):
    measured = {probe.id: {m.metric for m in probe.measures} for probe in reference_probes()}
    targets = [(t.probe, t.metric) for t in load_profile(profile).targets if t.probe]
    assert [(probe, name) for probe, name in targets if name not in measured.get(probe, ())] == []


def test_without_records_of_the_pair_its_metrics_are_left_out():
    probe = next(probe for probe in PROBES if probe.id == "on_policy.story")
    items = probe.items(1, 5)
    records = {arm: [probe.failed(item) for item in items] for arm in ("teacher", "student")}
    cross_metrics = {m.metric for m in probe.measures if isinstance(m, CrossMeasure)}
    assert cross_metrics.isdisjoint(result.metric for result in measured_metrics(probe, items, records))


@pytest.mark.parametrize("probe", GENERATED_PROBES, ids=lambda probe: probe.id)
def test_a_probe_takes_a_file_of_a_form_that_it_tells(probe):
    assert probe.from_rows is not None
    assert probe.file_form
