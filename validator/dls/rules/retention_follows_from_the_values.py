"""DLS216: retention is the share kept."""

from collections.abc import Iterator
from itertools import product

from dls.document import precision
from dls.finding import Violation
from dls.judging.context import RuleContext
from dls.model import Claim
from dls.rules._rule import rule


def _possible(context: RuleContext, pointer: str, claim: Claim, chance: float) -> tuple[float, float] | None:
    assert claim.student
    assert claim.compared
    arm = "teacher" if claim.comparator == "teacher" else "reference"
    students = precision.ends(context.document, f"{pointer}/student/value", claim.student.value)
    others = precision.ends(context.document, f"{pointer}/{arm}/value", claim.compared.value)
    if min(others) <= chance <= max(others):
        return None
    shares = [(student - chance) / (other - chance) for student, other in product(students, others)]
    return min(shares), max(shares)


@rule("DLS216", spec="claims")
def retention_follows_from_the_values(context: RuleContext) -> Iterator[Violation]:
    """A retention is the student's lead over chance divided by the comparator's.

    ## Why

    retention = (student - chance) / (comparator - chance), so 1 keeps everything and 0 is chance.
    """
    for pointer, claim, metric in context.claims():
        target = next((target for target in claim.targets if target.kind == "retention"), None)
        if target is not None and claim.retention is None:
            yield Violation(
                pointer, f"claim '{claim.id}' has a retention target and no retention; add it with its interval"
            )
        chance = target.chance if target and metric.chance == "items" else metric.chance
        if claim.retention is None or claim.student is None or claim.compared is None or isinstance(chance, str | None):
            continue
        possible = _possible(context, pointer, claim, chance)
        slack = precision.slack(context.document, f"{pointer}/retention/value")
        if possible and not possible[0] - slack <= claim.retention.value <= possible[1] + slack:
            yield Violation(
                f"{pointer}/retention/value",
                f"claim '{claim.id}' says a retention of {claim.retention.value}; its values give {possible[0]:.4g} to {possible[1]:.4g}",
            )
