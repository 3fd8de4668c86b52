"""DLS701: assurance is supported."""

from collections.abc import Iterator

from dls.finding import Violation
from dls.judging.assess import LEVELS, assessment_of
from dls.judging.context import RuleContext
from dls.rules._rule import rule


@rule("DLS701", spec="assurance")
def assurance_is_supported(context: RuleContext) -> Iterator[Violation]:
    """The statement claims no more assurance than its evidence can carry.

    ## Why

    declared: claimed evidence. consistent: transcribed numbers, or records that nobody can get. recomputed: records that somebody can
    get. reproduced: a second run by the issuer. independently_reproduced: one by another party. A report that is at hand raises the claims
    that it confirms, and no others. The statement has the lowest of its required claims.
    """
    assessment = assessment_of(context)
    if assessment is None:
        return
    supported = assessment.assurance
    if LEVELS.index(context.statement.assurance) > LEVELS.index(supported):
        yield Violation(
            "/assurance",
            f"the statement claims {context.statement.assurance}; its evidence carries {supported} at most",
        )
