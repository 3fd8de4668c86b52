"""DLS104: probed models have digests."""

from collections.abc import Iterator

from dls.finding import Violation
from dls.judging.context import RuleContext
from dls.rules._rule import rule

_MEMBERS = ("files", "weights_sha256", "reading_sha256", "tensors_sha256")


@rule("DLS104", spec="models")
def probed_models_have_digests(context: RuleContext) -> Iterator[Violation]:
    """Models behind regenerated evidence have their files and digests, or a dated snapshot if they lie behind an API.

    ## Why

    If you run the probes again, you have to know that the models are the same. The weights alone do not decide an
    answer: a line of the configuration can undo them. So every file counts that loading may read.
    """
    if not any(evidence.kind == "regenerated" for evidence in context.statement.evidence):
        return
    for pointer in ("/teacher", "/student"):
        model = getattr(context.statement, pointer[1:])
        missing = [name for name in _MEMBERS if not getattr(model, name)]
        has_snapshot = model.access != "white_box" and model.snapshot and model.observed_on
        if missing and not model.members and not has_snapshot:
            names = ", ".join(missing)
            members = names if model.access == "white_box" else f"{names}, or snapshot with observed_on"
            yield Violation(pointer, f"evidence was regenerated from '{model.name}'; add its {members}")
