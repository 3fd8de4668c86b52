"""`on_policy.recovery`: a chain of sums whose first steps are given, the last of them right or wrong."""

from functools import partial

import msgspec

from dls.probe import Check, Measure, Probability, Probe
from dls.probes.process_chain import ChainItem, chain, items_from_rows, read_trace, shots, slip, steps
from dls.probes.shared import chain_file
from dls.probes.shared.answers import CONFIDENCE
from dls.probes.shared.per_item import average, numbered, per_item

ID = "on_policy.recovery"


items = numbered(ID, chain)
"""Chains of three steps."""


def starts(item: ChainItem) -> tuple[str, str]:
    """Return the beginning of the trace up to one step, as it is right and with a wrong result of that step."""
    error = slip(item)
    right, wrong = ("; ".join(steps(item.start, item.terms, step)[: error[0] + 1]) + ";" for step in (None, error))
    return right, wrong


class RecoveryRecord(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How the model goes on, greedily, from the right beginning and from the wrong one."""

    id: str
    clean: str
    injected: str
    confidence: Probability


def _failed(item: ChainItem) -> RecoveryRecord:
    return RecoveryRecord(item.id, "", "", 0.0)


def _is_right(item: ChainItem, text: str) -> float:
    return float(read_trace(item, text).answer == item.values()[-1])


def _recovers(item: ChainItem, record: RecoveryRecord) -> float:
    """Return 1 for a chain whose right answer is given after the wrong step, otherwise 0."""
    return _is_right(item, record.injected)


def _is_able(item: ChainItem, record: RecoveryRecord) -> float:
    """Return 1 for a chain that the model brings to the right answer from the right beginning, otherwise 0."""
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
    measures=(Measure("recovery_rate", per_item(_recovers)),),
    checks=(Check("answers_from_right_start", average(per_item(_is_able))), CONFIDENCE),
    from_rows=partial(items_from_rows, ID),
    file_form=chain_file.FILE_FORM,
)
