"""`on_policy.recovery`: a chain of sums that the model continues after some steps, the last of them right or wrong."""

from functools import partial

import msgspec

from dls.probe import Check, Measure, Probability, Probe
from dls.probes.process_chain import chain, items_from_rows, shots, slip
from dls.probes.shared import chain_file
from dls.probes.shared.answers import CONFIDENCE
from dls.probes.shared.chains import ChainItem, read_trace, steps
from dls.probes.shared.per_item import average, by_item, numbered

ID = "on_policy.recovery"


items = numbered(ID, chain)
"""Chains of three steps."""


def starts(item: ChainItem) -> tuple[str, str]:
    """Return the beginning of the trace up to one step, with the right and with a wrong result of that step."""
    place, error = slip(item)
    traces = (steps(item.start, item.terms), steps(item.start, item.terms, (place, error)))
    right, wrong = ("; ".join(lines[: place + 1]) + ";" for lines in traces)
    return right, wrong


class Ending(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A model's greedy continuation of a beginning, and whether the model ended it itself."""

    text: str
    ended: bool


class RecoveryRecord(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The endings of the right beginning and of the wrong one; `confidence` is that of the latter."""

    id: str
    clean: Ending
    injected: Ending
    confidence: Probability


def _failed(item: ChainItem) -> RecoveryRecord:
    return RecoveryRecord(item.id, Ending("", ended=True), Ending("", ended=True), 0.0)


def _is_right(item: ChainItem, ending: Ending) -> float:
    """Return 1 where an ending comes to an end, and the last thing that it says is the right answer, otherwise 0."""
    return float(ending.ended and read_trace(item, ending.text).answer == item.values()[-1])


def _recovers(item: ChainItem, record: RecoveryRecord) -> float:
    """Return 1 for the right answer after the wrong beginning, otherwise 0."""
    return _is_right(item, record.injected)


def _is_able(item: ChainItem, record: RecoveryRecord) -> float:
    """Return 1 for the right answer after the right beginning, otherwise 0."""
    return _is_right(item, record.clean)


PROBE = Probe(
    id=ID,
    version="1.0",
    dimension="on_policy",
    title="A wrong step in the trace so far: does the model still come to the right answer?",
    items=items,
    record=RecoveryRecord,
    failed=_failed,
    shots=partial(shots, items, 2),  # a corrected trace would teach the answer
    measures=(Measure("recovery_rate", by_item(_recovers)),),
    checks=(Check("answers_from_right_start", average(by_item(_is_able))), CONFIDENCE),
    from_rows=partial(items_from_rows, ID),
    file_form=chain_file.FILE_FORM,
)
