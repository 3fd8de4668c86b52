"""Every field of every record decides something: a measure, the count of its near ties or a check reads it."""

from collections.abc import Iterator
from pathlib import Path
from types import MethodType
from typing import Annotated, Any, get_args, get_origin

import msgspec
import pytest

from dls.probe import CrossMeasure, Measure, Probe
from dls.probes.catalogue import reference_probes
from dls.probes.collection import GENERATED_PROBES
from dls.probes.shared.data_files import read_data, with_data_file

NOTES = Path(__file__).parents[3] / "docs" / "probes"
GENERATORS = {probe.id for probe in GENERATED_PROBES}
MODEL = "student"
SHAPES = [
    (probe, arm)
    for probe in reference_probes()
    for arm in (MODEL, "pair", "across")
    if arm == MODEL or getattr(probe, arm)
]
every_shape = pytest.mark.parametrize(("probe", "arm"), SHAPES, ids=[f"{probe.id}-{arm}" for probe, arm in SHAPES])


class Watched:
    """A record that notes the fields that are read; it equals itself alone, so that no cache answers for it."""

    def __init__(self, record: msgspec.Struct, notes: set[str], path: str = "") -> None:
        self._watch = record, notes, path

    def __getattr__(self, name: str) -> Any:
        record, notes, path = self._watch
        if name not in record.__struct_fields__:
            attribute = getattr(type(record), name)
            return attribute.__get__(self) if isinstance(attribute, property) else MethodType(attribute, self)
        value = getattr(record, name)
        if isinstance(value, msgspec.Struct):
            return Watched(value, notes, f"{path}{name}.")
        notes.add(path + name)
        return value


def fields_of(kind: type[msgspec.Struct], path: str = "") -> Iterator[str]:
    """Yield the path of each field, those of a record within a record too; `id` only names the item."""
    for field in msgspec.structs.fields(kind):
        member = field.type.__origin__ if get_origin(field.type) is Annotated else field.type
        assert not any(isinstance(part, type) and issubclass(part, msgspec.Struct) for part in get_args(member))
        if isinstance(member, type) and issubclass(member, msgspec.Struct):
            yield from fields_of(member, f"{path}{field.name}.")
        elif path + field.name != "id":
            yield path + field.name


def items_of(probe: Probe) -> Any:
    """Return some items: two contrast pairs or more, and texts with and without distractors."""
    if probe.id in GENERATORS:
        return probe.items(1, 6)
    path = NOTES / f"{probe.id}.jsonl"
    return with_data_file(probe, read_data(path)).items(0, 2 if probe.id == "privacy.planted_canaries" else 1)


def with_leaves(value: Any, leaf: Any) -> Any:
    """Return a JSON value with this mark or text in place of each one that it holds."""
    if isinstance(value, dict):
        return {name: with_leaves(entry, leaf) for name, entry in value.items()}
    if isinstance(value, list | tuple):
        return [with_leaves(entry, leaf) for entry in value]
    return leaf if isinstance(value, type(leaf)) else value


def records_of(probe: Probe, arm: str, items: Any) -> Iterator[list[Any]]:
    """Yield the records of errors, then others: all marks false, all true, and in the end all texts empty as well."""
    shape = probe.shape(arm)
    records = [shape.failed(item) for item in items]
    yield records
    for leaf in (False, True, ""):
        records = [msgspec.convert(with_leaves(msgspec.to_builtins(record), leaf), shape.record) for record in records]
        yield records


def readers(probe: Probe, arm: str) -> Iterator[Any]:
    """Yield each function of items and records of an arm: inputs of measures, counts of near ties, values of checks."""
    for measure in probe.measures:
        if isinstance(measure, CrossMeasure):
            if measure.arm == arm:
                yield measure.inputs
        elif arm == MODEL and isinstance(measure, Measure):
            yield measure.inputs
            yield measure.near_ties or (lambda _items, _records: 0)
        elif arm == MODEL:
            yield lambda items, records, inputs=measure.inputs: inputs(items, records, records)
    yield from (check.value for check in probe.checks if arm == MODEL)


def unread(probe: Probe, arm: str) -> set[str]:
    items, notes = items_of(probe), set[str]()
    for records in records_of(probe, arm, items):
        for reader in readers(probe, arm):
            reader(items, [Watched(record, notes) for record in records])
    return {*fields_of(probe.shape(arm).record)} - notes


@every_shape
def test_a_measure_or_a_check_reads_every_field(probe: Probe, arm: str) -> None:
    assert unread(probe, arm) == set()


@every_shape
def test_a_probe_that_measures_nothing_reads_nothing(probe: Probe, arm: str) -> None:
    assert unread(probe._replace(measures=(), checks=()), arm) == {*fields_of(probe.shape(arm).record)} != set()
