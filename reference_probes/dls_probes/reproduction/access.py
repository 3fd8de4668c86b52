"""The claims that a verifier can check: some stay open without enough access, without the teacher or without a file."""

from collections.abc import Collection, Mapping
from types import MappingProxyType
from typing import NamedTuple

from dls.access_level import AccessLevel
from dls.errors import DlsError
from dls.evidence.records import MOST_UNITS, make_items
from dls.judging.context import RuleContext
from dls.model import Claim
from dls.probe import Probe, items_sha256
from dls.probes.catalogue import find_probe
from dls.probes.shared.data_files import DataFile
from dls.standard.registry import metric
from dls_probes.few_shot.examples import solved_items
from dls_probes.few_shot.prompt import few_shot_sha256
from dls_probes.reproduction.redraws import bundle_of, redraw_of
from dls_probes.reproduction.settings import settings_problem


class Verifier(NamedTuple):
    """The means of a verifier who runs a statement's probes again.

    Attributes:
        access: to the models.
        teacher: whether the teacher is at hand.
        reworded: whether the questions are put in other phrasings.
        data: by probe, the files of the items.
        overrides: the settings that replace those of the evidence, by field of `ModelSpec`.

    """

    access: AccessLevel = "white_box"
    teacher: bool = True
    reworded: bool = False
    data: Mapping[str, DataFile] = MappingProxyType({})
    overrides: Collection[str] = ()


def obstacle(context: RuleContext, claim: Claim, verifier: Verifier) -> str | None:
    """Return why a verifier cannot check a claim, however the models answer; None where nothing is in the way."""
    if claim.probe is None:
        return _harness_run(context, claim) or "the claim names no probe, so there is nothing to run"
    try:
        probe = find_probe(claim.probe.id, claim.probe.version)
    except DlsError as error:
        return str(error)
    return (
        _claim_obstacle(context, claim)
        or _example_obstacle(context, claim)
        or settings_problem(context, claim, verifier.overrides)
        or _access_obstacle(claim, probe, verifier.access)
        or _model_obstacle(claim, verifier)
        or _items_obstacle(context, claim, probe, verifier)
    )


def _harness_run(context: RuleContext, claim: Claim) -> str | None:
    """Return the sentence about a claim of a foreign log, with the command that would run it again."""
    log = next((manifest.log for manifest in context.manifests(claim) if manifest.log), None)
    if log is None:
        return None
    return (
        f"its items are those of {log.harness}, which `{log.command}` would ask again"
        if log.command
        else (f"its items come from {log.harness}, and nothing here can ask them again")
    )


def _claim_obstacle(context: RuleContext, claim: Claim) -> str | None:
    if claim.items is None or claim.items.seed is None:
        return "its items have no seed, so they cannot be made again"
    if claim.items.n > MOST_UNITS:
        return f"it claims {claim.items.n} units, and this release makes items for at most {MOST_UNITS}"
    if claim.comparator != "teacher":
        return f"this release runs the teacher and the student, not the {claim.comparator}"
    if claim.metric not in context.metrics:
        return f"the registry of this release has no metric {claim.metric}"
    return None


def _example_obstacle(context: RuleContext, claim: Claim) -> str | None:
    """Return whether the evidence was asked after other solved items than this release has."""
    assert claim.probe is not None
    digest = few_shot_sha256(solved_items(claim.probe.id))
    for bundle in context.claim_bundles(claim):
        for arm, settings in bundle.manifest.settings.items() if bundle.manifest else ():
            recorded = settings.get("frame_sha256") if isinstance(settings, dict) else None
            if recorded not in (None, digest):
                return (
                    f"the {arm} was asked after solved items with digest {recorded}, and this release has {digest}; "
                    "install the release that has them"
                )
    return None


def _access_obstacle(claim: Claim, probe: Probe, access: AccessLevel) -> str | None:
    if claim.metric in probe.at(access).metrics:
        return None
    return f"the metric {claim.metric} needs the access {metric(claim.metric).access}, and this verifier has {access}"


def _model_obstacle(claim: Claim, verifier: Verifier) -> str | None:
    if verifier.reworded and (claim.loss is None or not verifier.teacher):
        return "under other phrasings only a loss can be compared, and that needs one and both models"
    if not verifier.teacher and claim.student is None:
        return "it is about both models, and the teacher is not at hand"
    return None


def _items_obstacle(context: RuleContext, claim: Claim, probe: Probe, verifier: Verifier) -> str | None:
    """Return whether a file is missing or too short; its items are made before any model is asked."""
    redraw = redraw_of(context, claim, verifier.data)
    has_manifest = bundle_of(context, claim) is not None
    if probe.from_rows is None or (redraw.file is None and has_manifest):
        return None
    if redraw.file is not None and verifier.reworded:
        return f"its questions stand in the file {redraw.file.name}, and no phrasing of the verifier's changes them"
    try:
        digest = items_sha256(make_items(redraw.item_probe(verifier.data), redraw.seed, redraw.n))
    except DlsError as error:
        return str(error)
    stated = claim.items.sha256 if claim.items else None
    if not has_manifest and stated not in (None, digest):
        return (
            f"seed {redraw.seed} makes items with digest {digest}, the claim says {stated}, and no manifest "
            f"at hand says where they came from; where it was a data file, give it with --data {probe.id}=FILE"
        )
    return None
