"""DLS701: assurance is supported."""

from collections.abc import Iterator

from dls.finding import Breach
from dls.judging.assess import LEVELS
from dls.judging.context import Case
from dls.rules._rule import rule


@rule("DLS701", spec="assurance")
def assurance_is_supported(case: Case) -> Iterator[Breach]:
    """The statement claims no more assurance than its evidence can carry.

    ## Why

    declared: claimed evidence. consistent: transcribed numbers, or records that nobody can get. recomputed: records that somebody can
    get. reproduced: a second run by the issuer. independently_reproduced: one by another party. A report that is at hand raises the claims
    that it confirms, and no others. The statement has the lowest of its required claims.
    """
    if case.assessment is None:
        return
    supported = case.assessment.assurance
    if LEVELS.index(case.statement.assurance) > LEVELS.index(supported):
        yield Breach(
            "/assurance", f"the statement claims {case.statement.assurance}; its evidence carries {supported} at most"
        )
