"""DLS216: retention follows from the values."""

from collections.abc import Iterator
from itertools import product

from dls.finding import Violation
from dls.judging.context import RuleContext
from dls.model import Claim
from dls.rules._rule import rule


def _bounds(context: RuleContext, pointer: str, claim: Claim, chance: float) -> tuple[float, float] | None:
    """Return the least and largest retention that the values allow; None if the comparator may be at chance."""
    assert claim.student
    assert claim.baseline
    arm = "teacher" if claim.comparator == "teacher" else "reference"
    students = context.ends(f"{pointer}/student/value", claim.student.value)
    comparators = context.ends(f"{pointer}/{arm}/value", claim.baseline.value)
    if min(comparators) <= chance <= max(comparators):
        return None
    shares = [(student - chance) / (comparator - chance) for student, comparator in product(students, comparators)]
    return min(shares), max(shares)


@rule("DLS216", spec="claims")
def retention_follows_from_the_values(context: RuleContext) -> Iterator[Violation]:
    """Retention is the student's lead over chance divided by the comparator's lead.

    ## Why

    retention = (student - chance) / (comparator - chance). So 1 keeps everything, and 0 is chance. A comparator at
    chance has no lead, so that nothing has a share of it.
    """
    for pointer, claim, metric in context.claims:
        target = next((target for target in claim.targets if target.kind == "retention"), None)
        chance = target.chance if target and metric.chance == "items" else metric.chance
        has_values = claim.student is not None and claim.baseline is not None and isinstance(chance, int | float)
        bounds = _bounds(context, pointer, claim, float(chance or 0)) if has_values else None
        if target is not None and claim.retention is None and (bounds or not has_values):
            yield Violation(
                pointer, f"claim '{claim.id}' has a retention target and no retention; add it with its interval"
            )
        if claim.retention is None:
            continue
        slack = context.slack(f"{pointer}/retention/value")
        if bounds and not bounds[0] - slack <= claim.retention.value <= bounds[1] + slack:
            text = f"{bounds[0]:.4g} to {bounds[1]:.4g}"
            yield Violation(
                f"{pointer}/retention/value",
                f"claim '{claim.id}' says a retention of {claim.retention.value}; its values give {text}",
            )
