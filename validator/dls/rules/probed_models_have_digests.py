"""DLS104: probed models have digests."""

from collections.abc import Iterator

from dls.finding import Violation
from dls.judging.context import RuleContext
from dls.rules._rule import rule


@rule("DLS104", spec="models")
def probed_models_have_digests(context: RuleContext) -> Iterator[Violation]:
    """Models behind regenerated evidence have a weights digest, or a dated snapshot if they lie behind an API.

    ## Why

    If you run the probes again, you have to know that the models are the same. Open weights have a digest. Without it,
    a reproduction can neither confirm nor refute.
    """
    if not any(evidence.kind == "regenerated" for evidence in context.statement.evidence):
        return
    for pointer in ("/teacher", "/student"):
        model = getattr(context.statement, pointer[1:])
        if (
            model.weights_sha256 is None
            and not model.members
            and (model.access == "white_box" or not (model.snapshot and model.observed_on))
        ):
            members = (
                "weights_sha256" if model.access == "white_box" else "weights_sha256, or snapshot with observed_on"
            )
            yield Violation(
                pointer, f"evidence was regenerated from '{model.name}', which has no digest; add {members}"
            )
