"""The claim of two averages that were copied from documents: it can be lost or inconclusive, and never preserved."""

import msgspec

from dls.evidence.averages import AverageRow
from dls.judging.claim_outcome import judge_claim, plain_target
from dls.judging.claim_targets import is_of_other_items, judged_targets
from dls.judging.conditions import Conditions, planned_n
from dls.model import Claim, Items, ProfileTarget, Reading
from dls.scenarios.profile import Profile
from dls.standard.registry import Metric
from dls.statistics.rounding import nearest

_KINDS = frozenset({"transcribed"})


def transcribed_claim(row: AverageRow, entry: Metric, profile: Profile) -> Claim:
    """Return the claim of a row under a profile, with outcomes that follow from the printed numbers.

    Args:
        row: both models' averages.
        entry: their metric.
        profile: that the claim is judged by.
    """
    measured = row.measured
    sizes = {reading.n if reading else None for reading in (measured.teacher, measured.student)}
    n = sizes.pop() if len(sizes) == 1 else None
    claim = Claim(
        id=row.id,
        dimension=entry.dimension,  # type: ignore[arg-type]
        metric=entry.id,
        on=row.on,
        items=None if n is None else Items(n=n, of=row.of),
        comparator="teacher",
        teacher=measured.teacher,
        student=measured.student,
        loss=measured.loss,
        targets=(),
        outcome="reported",
        evidence=row.sources,
        note=row.note,
    )
    targets = judged_targets(profile, claim, _KINDS)
    retention = next((_retention(claim, entry, target) for target in targets if target.kind == "retention"), None)
    claim = msgspec.structs.replace(claim, targets=tuple(map(plain_target, targets)), retention=retention)
    conditions = Conditions(
        entry,
        regenerated=False,
        derived_seed=True,
        planned_n=planned_n(profile, claim),
        other_items=is_of_other_items(profile, claim, _KINDS),
    )
    claim = judge_claim(claim, targets, conditions)
    return msgspec.structs.replace(claim, marks=(*claim.marks, "post_hoc")) if targets else claim


def _retention(claim: Claim, entry: Metric, target: ProfileTarget) -> Reading | None:
    """Return the share of the teacher's lead over chance that the student's average keeps; None without a lead.

    It has no interval: two averages give none.
    """
    chance = target.chance if entry.chance == "items" else entry.chance
    if claim.teacher is None or claim.student is None or not isinstance(chance, int | float):
        return None
    lead = claim.teacher.value - chance
    return Reading(value=nearest((claim.student.value - chance) / lead, entry.decimals)) if lead else None
