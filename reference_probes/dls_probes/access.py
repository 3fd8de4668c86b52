"""What a verifier can show: with less access than a probe needs, or without the teacher, some claims stay open."""

from dls.case import Case
from dls.errors import DlsError
from dls.model.statement import Claim
from dls.probe import Probe, probe
from dls.registry import metric

LEVELS = ("black_box", "sampling", "logprobs", "white_box")
"""From the least access to the most: texts, samples, log-probabilities, whole distributions."""


def needed(known: Probe) -> str:
    """Return the access that a probe's examination needs: the most that any of its metrics does, since all are asked at once."""
    return max((metric(measure.metric).access for measure in known.measures), key=LEVELS.index)


def why_not(case: Case, claim: Claim, access: str, *, teacher: bool, reworded: bool) -> str | None:
    """Return why a verifier cannot verify a claim, however the models answer; None where it can be tried."""
    if claim.probe is None:
        return "the claim names no probe, so there is nothing to run"
    try:
        known = probe(claim.probe.id, claim.probe.version)
    except DlsError as error:
        return str(error)
    return (
        _not_runnable(case, claim)
        or _out_of_reach(known, access)
        or _without_teacher(claim, teacher=teacher, reworded=reworded)
    )


def _not_runnable(case: Case, claim: Claim) -> str | None:
    if claim.items is None or claim.items.seed is None:
        return "its items have no seed, so they cannot be made again"
    if claim.comparator != "teacher":
        return f"this release runs the teacher and the student, not the {claim.comparator}"
    files = (bundle.manifest.items.file for bundle in case.claim_bundles(claim) if bundle.manifest)
    if (file := next(filter(None, files), None)) is not None:
        return f"its items were drawn from the file {file.name}, and this release runs generated items again, no others"
    if claim.metric not in case.metrics:
        return f"the registry of this release has no metric {claim.metric}"
    return None


def _out_of_reach(known: Probe, access: str) -> str | None:
    if LEVELS.index(access) < LEVELS.index(needed(known)):
        return f"probe {known.name} needs the access {needed(known)}, and this verifier has {access}"
    return None


def _without_teacher(claim: Claim, *, teacher: bool, reworded: bool) -> str | None:
    if reworded and (claim.loss is None or not teacher):
        return "under other phrasings only a loss can be compared, and that needs one and both models"
    if not teacher and claim.student is None:
        return "it is about both models, and the teacher is not at hand"
    return None
