"""DLS701: assurance is supported."""

from collections.abc import Iterator

from dls.finding import Violation
from dls.judging.assess import LEVELS, assessment_of
from dls.judging.context import RuleContext
from dls.rules._rule import rule


@rule("DLS701", spec="assurance")
def assurance_is_supported(context: RuleContext) -> Iterator[Violation]:
    """The statement claims no more assurance than its evidence supports.

    ## Why

    Claimed evidence supports `declared`. Transcribed numbers, and records that you cannot obtain, support `consistent`.
    Records that you can obtain support `recomputed`. A second run supports `reproduced`. A second run by another party
    supports `independently_reproduced`, if the claims stand on the fresh items of its signed draw.

    A report that is at hand raises only the claims that it confirms. The statement has the lowest assurance of its
    required claims.
    """
    assessment = assessment_of(context)
    if assessment is None:
        return
    highest = assessment.assurance
    if LEVELS.index(context.statement.assurance) > LEVELS.index(highest):
        yield Violation(
            "/assurance",
            f"the statement claims {context.statement.assurance}; its evidence supports {highest} at most; claim that",
        )
