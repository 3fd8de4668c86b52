"""What a verifier can show: with less access than a probe needs, without the teacher or a file, some claims stay open."""

from collections.abc import Collection, Mapping
from types import MappingProxyType
from typing import NamedTuple

from dls.errors import DlsError
from dls.evidence.records import MOST_UNITS, make_items
from dls.judging.context import RuleContext
from dls.model import Claim
from dls.probe import Probe, items_sha256
from dls.probes.catalogue import find_probe
from dls.probes.shared.data_files import DataFile
from dls.standard.registry import metric
from dls_probes.few_shot.examples import examples
from dls_probes.few_shot.prompt import frame_sha256
from dls_probes.reproduction.redraws import bundle_of, drawn
from dls_probes.reproduction.settings import why_unclear

LEVELS = ("black_box", "sampling", "logprobs", "white_box")
"""From the least access to the most: texts, samples, log-probabilities, whole distributions."""


class Verifier(NamedTuple):
    """What somebody has who runs a statement's probes again.

    Attributes:
        access: to the models, one of `LEVELS`.
        teacher: whether the teacher is at hand.
        reworded: whether the questions are put in other phrasings.
        seed: of fresh items; None for the claims' own.
        data: by probe, the files that items were drawn from.
        chosen: the settings that are not to be those of the evidence, by field of `ModelSpec`.

    """

    access: str = "white_box"
    teacher: bool = True
    reworded: bool = False
    seed: int | None = None
    data: Mapping[str, DataFile] = MappingProxyType({})
    chosen: Collection[str] = ()


def needed(known: Probe) -> str:
    """Return the access that a probe's elicitation needs: the most that any of its metrics does, since all are asked at once."""
    return max((metric(measure.metric).access for measure in known.measures), key=LEVELS.index)


def why_not(context: RuleContext, claim: Claim, verifier: Verifier) -> str | None:
    """Return why a verifier cannot verify a claim, however the models answer; None where it can be tried."""
    if claim.probe is None:
        return "the claim names no probe, so there is nothing to run"
    try:
        known = find_probe(claim.probe.id, claim.probe.version)
    except DlsError as error:
        return str(error)
    return (
        _not_runnable(context, claim)
        or _other_frame(context, claim)
        or why_unclear(context, claim, verifier.chosen)
        or _out_of_reach(known, verifier.access)
        or _without_teacher(claim, verifier)
        or _without_items(context, claim, known, verifier)
    )


def _not_runnable(context: RuleContext, claim: Claim) -> str | None:
    if claim.items is None or claim.items.seed is None:
        return "its items have no seed, so they cannot be made again"
    if claim.items.n > MOST_UNITS:
        return f"it claims {claim.items.n} units, and this release makes items for at most {MOST_UNITS}"
    if claim.comparator != "teacher":
        return f"this release runs the teacher and the student, not the {claim.comparator}"
    if claim.metric not in context.metrics:
        return f"the registry of this release has no metric {claim.metric}"
    return None


def _other_frame(context: RuleContext, claim: Claim) -> str | None:
    """Tell whether the evidence was asked after other solved items than this release has."""
    assert claim.probe is not None
    found = frame_sha256(examples(claim.probe.id))
    for bundle in context.claim_bundles(claim):
        for arm, asked in bundle.manifest.settings.items() if bundle.manifest else ():
            said = asked.get("frame_sha256") if isinstance(asked, dict) else None
            if said not in (None, found):
                return (
                    f"the {arm} was asked after solved items with digest {said}, and this release has {found}; "
                    "install the release that has them"
                )
    return None


def _out_of_reach(known: Probe, access: str) -> str | None:
    if LEVELS.index(access) < LEVELS.index(needed(known)):
        return f"probe {known.name} needs the access {needed(known)}, and this verifier has {access}"
    return None


def _without_teacher(claim: Claim, verifier: Verifier) -> str | None:
    if verifier.reworded and (claim.loss is None or not verifier.teacher):
        return "under other phrasings only a loss can be compared, and that needs one and both models"
    if not verifier.teacher and claim.student is None:
        return "it is about both models, and the teacher is not at hand"
    return None


def _without_items(context: RuleContext, claim: Claim, known: Probe, verifier: Verifier) -> str | None:
    """Tell whether a file is missing; what could stand in one is made before any model is asked."""
    draw = drawn(context, claim, verifier.seed, verifier.data)
    unknown = bundle_of(context, claim) is None
    if known.from_rows is None or (draw.file is None and not unknown):
        return None
    if draw.file is not None and verifier.reworded:
        return f"its questions stand in the file {draw.file.name}, and no phrasing of the verifier's changes them"
    try:
        found = items_sha256(make_items(draw.known(verifier.data), draw.seed, draw.n))
    except DlsError as error:
        return str(error)
    said = claim.items.sha256 if claim.items else None
    if unknown and verifier.seed is None and said not in (None, found):
        return (
            f"seed {draw.seed} makes items with digest {found}, the claim says {said}, and no manifest at hand says where they "
            f"came from; where it was a data file, give it with --data {known.id}=FILE"
        )
    return None
