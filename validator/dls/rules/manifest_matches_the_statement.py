"""DLS307: manifest is about this statement."""

from collections.abc import Iterator

from dls.finding import Violation
from dls.judging.context import RuleContext
from dls.model import Claim, Manifest, Statement
from dls.rules._rule import rule


def _pairs(statement: Statement, manifest: Manifest) -> Iterator[tuple[str, str | None, str | None]]:
    yield "profile digest", manifest.profile.sha256, statement.scenario.sha256
    for arm in ("teacher", "student", "control"):
        asked, model = manifest.arms.get(arm), getattr(statement, arm)
        if asked is not None and model is not None:
            yield f"{arm}'s weights digest", asked.weights_sha256, model.weights_sha256
            yield f"{arm}'s tokenizer digest", asked.tokenizer_sha256, model.tokenizer_sha256


def _other_items(pointer: str, claim: Claim, manifest: Manifest) -> Iterator[Violation]:
    if claim.probe is not None and claim.probe != manifest.probe:
        found = f"{manifest.probe.id} {manifest.probe.version}"
        yield Violation(
            f"{pointer}/probe",
            f"claim '{claim.id}' names the probe {claim.probe.id} {claim.probe.version}; its evidence is of {found}",
        )
    if claim.items is None:
        return
    for name in ("n", "seed", "sha256"):
        found, wanted = getattr(claim.items, name), getattr(manifest.items, name)
        if found != wanted:
            yield Violation(f"{pointer}/items/{name}", f"claim '{claim.id}' says {found}; its evidence has {wanted}")


@rule("DLS307", spec="evidence")
def manifest_matches_the_statement(context: RuleContext) -> Iterator[Violation]:
    """A manifest is about the statement's models and profile, and about its claims' probe and items.

    ## Why

    Evidence of another student, another probe version or another draw of items is evidence for something else.
    """
    for bundle in context.bundles:
        if bundle.manifest is None:
            continue
        pointer, manifest = f"/evidence/{bundle.entry}", bundle.manifest
        for what, found, wanted in _pairs(context.statement, manifest):
            if found != wanted:
                yield Violation(
                    pointer, f"evidence '{bundle.evidence.id}' has the {what} {found}; the statement has {wanted}"
                )
        for i, claim in enumerate(context.statement.claims):
            if bundle.evidence.id in claim.evidence:
                yield from _other_items(f"/claims/{i}", claim, manifest)
