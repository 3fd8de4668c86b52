"""DLS307: manifest matches the statement."""

from collections.abc import Iterator
from typing import Any

import msgspec

from dls.evidence.manifest_access import access_of
from dls.finding import Violation
from dls.judging.context import RuleContext
from dls.model import Claim, Manifest, Statement
from dls.rules._rule import rule

_IDENTITY = (
    *("weights_sha256", "reading_sha256", "tokenizer_sha256", "tensors_sha256", "files", "adapter"),
    *("format", "dtype", "quantisation"),
)


def _pins(statement: Statement, manifest: Manifest) -> Iterator[tuple[str, Any, Any]]:
    """Yield the name of each fact about profile and models, as the manifest and as the statement have it."""
    yield "profile's digest", manifest.profile.sha256, statement.scenario.sha256
    for arm in ("teacher", "student", "control") if manifest.log is None else ():  # a log has names alone
        evidence_model, model = manifest.arms.get(arm), getattr(statement, arm)
        if evidence_model is not None and model is not None:
            for name in _IDENTITY:
                yield f"{arm}'s {name}", getattr(evidence_model, name), getattr(model, name)
            if (access := access_of(manifest, arm)) != "white_box":  # with the weights one may still ask texts alone
                yield f"{arm}'s access", access, model.access


def _differences(pointer: str, claim: Claim, manifest: Manifest) -> Iterator[Violation]:
    if claim.probe is not None and claim.probe != manifest.probe:
        text = f"{manifest.probe.id} {manifest.probe.version}"
        yield Violation(
            f"{pointer}/probe",
            f"claim '{claim.id}' names the probe {claim.probe.id} {claim.probe.version}; its evidence is of {text}",
        )
    if manifest.log is not None and claim.on != manifest.log.on:
        yield Violation(
            f"{pointer}/on", f"claim '{claim.id}' is about another data set than its evidence; repeat the log's"
        )
    if claim.items is None:
        return
    if manifest.log is not None and claim.items.of != manifest.log.of:
        problem = (
            f"claim '{claim.id}' says items.of {claim.items.of or 'none'}; its evidence has {manifest.log.of or 'none'}"
        )
        yield Violation(f"{pointer}/items", problem)
    file = manifest.items.file
    sources = {name: getattr(manifest.items, name) for name in ("n", "seed", "sha256", "excluded")}
    for name, source in (sources | {"data": file.sha256 if file else None}).items():
        value = getattr(claim.items, name)
        if value != source:
            texts = (msgspec.to_builtins(part) or "none" for part in (value, source))
            problem = "claim '{}' says items.{} {}; its evidence has {}".format(claim.id, name, *texts)
            yield Violation(f"{pointer}/items/{name}", problem)


@rule("DLS307", spec="evidence")
def manifest_matches_the_statement(context: RuleContext) -> Iterator[Violation]:
    """A manifest is about the statement's models and profile, and about its claims' probe and items.

    ## Why

    Evidence about another student, another version of the probe or other items is evidence for another claim.
    """
    for bundle in context.bundles:
        if bundle.manifest is None:
            continue
        pointer, manifest = f"/evidence/{bundle.entry}", bundle.manifest
        for name, source, pin in _pins(context.statement, manifest):
            if source != pin:
                contrast = "" if name.endswith(("files", "adapter")) else f": {source} and {pin or 'none'}"
                yield Violation(
                    pointer, f"evidence '{bundle.evidence.id}' and the statement differ in the {name}{contrast}"
                )
        for i, claim in enumerate(context.statement.claims):
            if bundle.evidence.id in claim.evidence:
                yield from _differences(f"/claims/{i}", claim, manifest)
