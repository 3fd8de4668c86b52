"""DLS307: manifest matches the statement."""

from collections.abc import Iterator

from dls.finding import Violation
from dls.judging.context import RuleContext
from dls.model import Claim, Manifest, Statement
from dls.rules._rule import rule


def _digests(statement: Statement, manifest: Manifest) -> Iterator[tuple[str, str | None, str | None]]:
    """Yield name, the manifest's digest and the statement's digest of each thing that both name."""
    yield "profile digest", manifest.profile.sha256, statement.scenario.sha256
    for arm in ("teacher", "student", "control"):
        evidence_model, model = manifest.arms.get(arm), getattr(statement, arm)
        if evidence_model is not None and model is not None:
            yield f"{arm}'s weights digest", evidence_model.weights_sha256, model.weights_sha256
            yield f"{arm}'s tokenizer digest", evidence_model.tokenizer_sha256, model.tokenizer_sha256


def _differences(pointer: str, claim: Claim, manifest: Manifest) -> Iterator[Violation]:
    if claim.probe is not None and claim.probe != manifest.probe:
        text = f"{manifest.probe.id} {manifest.probe.version}"
        yield Violation(
            f"{pointer}/probe",
            f"claim '{claim.id}' names the probe {claim.probe.id} {claim.probe.version}; its evidence is of {text}",
        )
    if claim.items is None:
        return
    for name in ("n", "seed", "sha256"):
        value, source = getattr(claim.items, name), getattr(manifest.items, name)
        if value != source:
            yield Violation(
                f"{pointer}/items/{name}", f"claim '{claim.id}' says items.{name} {value}; its evidence has {source}"
            )


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
        for name, source, digest in _digests(context.statement, manifest):
            if source != digest:
                yield Violation(
                    pointer, f"evidence '{bundle.evidence.id}' has the {name} {source}; the statement has {digest}"
                )
        for i, claim in enumerate(context.statement.claims):
            if bundle.evidence.id in claim.evidence:
                yield from _differences(f"/claims/{i}", claim, manifest)
