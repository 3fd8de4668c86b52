"""Every registered formula is called when the records of some probe are measured: none of them is a second home."""

from pathlib import Path

import pytest

from dls.measuring import measure
from dls.metrics import formulas
from dls.probes.collection import FILE_PROBES, GENERATED_PROBES
from dls.probes.shared.data_files import read_data, with_data_file

EXAMPLES = Path(__file__).parents[3] / "docs" / "probes"
FEW = 4
CANARIES = "privacy.planted_canaries"
"""The one probe whose file needs two units: a canary that was planted and one that was left out."""


def probes_with_items():
    for probe in GENERATED_PROBES:
        yield probe, probe.items(1, FEW)
    for probe in FILE_PROBES:
        from_file = with_data_file(probe, read_data(EXAMPLES / f"{probe.id}.jsonl"))
        yield from_file, from_file.items(1, 2 if probe.id == CANARIES else 1)


@pytest.fixture
def calls(monkeypatch):
    """The ids of the metrics whose formula was called."""
    called = set()

    def counting(name, formula):
        def counted(*arguments):
            called.add(name)
            return formula(*arguments)

        return counted

    wrapped = {name: counting(name, formula) for name, formula in formulas.FORMULAS.items()}
    for module in (formulas, measure):
        monkeypatch.setattr(module, "FORMULAS", wrapped)
    return called


def test_some_measurement_calls_every_registered_formula(calls):
    for probe, items in probes_with_items():
        records = {arm: [probe.failed(item) for item in items] for arm in ("teacher", "student")}
        for arm, shape in (("pair", probe.pair), ("across", probe.across)):
            if shape is not None:
                records[arm] = [shape.failed(item) for item in items]
        measure.measured_metrics(probe, items, records)
    assert sorted(set(formulas.FORMULAS) - calls) == []


def test_a_formula_belongs_to_a_metric_that_a_probe_measures():
    measured = {entry.metric for probe in (*GENERATED_PROBES, *FILE_PROBES) for entry in probe.measures}
    assert set(formulas.FORMULAS) <= measured
