"""`on_policy.recovery`: a chain of sums whose first steps are given, the last of them right or wrong."""

from collections.abc import Sequence
from functools import partial

import msgspec

from dls.draw import Draw
from dls.probe import Check, Measure, Probability, Probe
from dls.probes.process_chain import ChainItem, chain, items_from_rows, slip, steps, written
from dls.probes.shared import chain_file
from dls.probes.shared.answers import CONFIDENCE
from dls.probes.shared.masses import mean
from dls.probes.shared.phrasings import PHRASINGS, Phrasings

ID = "on_policy.recovery"


def items(seed: int, n: int, phrasings: Phrasings = PHRASINGS) -> tuple[ChainItem, ...]:
    """Return ``n`` chains of three steps."""
    return tuple(chain(Draw(ID, seed, index), index, phrasings=phrasings) for index in range(n))


def starts(item: ChainItem) -> tuple[str, str]:
    """Return the beginning of the trace up to one step, as it is right and with a wrong result of that step."""
    at = slip(item)
    right, wrong = ("; ".join(steps(item.start, item.terms, slipped)[: at[0] + 1]) + ";" for slipped in (None, at))
    return right, wrong


class RecoveryRecord(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How the model goes on, greedily, from the right beginning and from the wrong one."""

    id: str
    clean: str
    injected: str
    confidence: Probability


Items = Sequence[ChainItem]
Records = Sequence[RecoveryRecord]


def _failed(item: ChainItem) -> RecoveryRecord:
    return RecoveryRecord(item.id, "", "", 0.0)


def _recovered(items: Items, records: Records) -> list[float]:
    """Return 1 for every chain whose right answer is given after the wrong step, else 0."""
    return [_right(item, record.injected) for item, record in zip(items, records, strict=True)]


def _right(item: ChainItem, text: str) -> float:
    return float(written(item, text).answer == item.values()[-1])


def _able(items: Items, records: Records) -> float:
    """Return the share of the chains that are brought to the right answer from the right beginning."""
    return mean([_right(item, record.clean) for item, record in zip(items, records, strict=True)])


PROBE = Probe(
    id=ID,
    version="1.0",
    dimension="on_policy",
    title="A wrong step in what was said before: does the model still come to the right answer?",
    items=items,
    record=RecoveryRecord,
    failed=_failed,
    measures=(Measure("recovery_rate", _recovered),),
    checks=(Check("answers_from_right_start", _able), CONFIDENCE),
    from_rows=partial(items_from_rows, ID),
    file_form=chain_file.FILE_FORM,
)
