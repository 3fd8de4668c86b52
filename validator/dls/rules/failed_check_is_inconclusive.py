"""DLS314: failed check is inconclusive."""

from collections.abc import Iterator

from dls.finding import Breach
from dls.judging.context import Case
from dls.rules._rule import rule


@rule("DLS314", spec="outcomes")
def failed_check_is_inconclusive(case: Case) -> Iterator[Breach]:
    """Where a probe's validity check failed for a model, the outcome is inconclusive.

    ## Why

    A model that puts a tenth of its probability on the options, or whose answers cannot be read, was not measured. A mute
    model leaks no secret, and keeps none either.
    """
    for pointer, claim, target, about, _, forced in case.targets():
        if target.outcome != "inconclusive" and "validity_check_failed" in forced:
            yield Breach(
                f"{pointer}/outcome",
                f"claim '{claim.id}' says {target.outcome}; the probe's check failed: {', '.join(about.failed_checks)}",
            )
