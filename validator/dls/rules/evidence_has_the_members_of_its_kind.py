"""DLS310: evidence has the members of its kind."""

from collections.abc import Iterator

from dls.finding import Violation
from dls.judging.context import RuleContext
from dls.model import Evidence
from dls.rules._rule import rule


def _required_members(evidence: Evidence) -> tuple[str, ...]:
    if evidence.kind == "transcribed":
        return ("document",)
    if evidence.kind == "claimed":
        return ()
    return ("sha256", "measured_on", "path") if evidence.availability == "bundled" else ("sha256", "measured_on")


@rule("DLS310", spec="evidence")
def evidence_has_the_members_of_its_kind(context: RuleContext) -> Iterator[Violation]:
    """Evidence has the members that its kind needs: a digest, a day and a place, or a source document.

    ## Why

    You can check regenerated and measured evidence only with its digest. You can check transcribed numbers only with
    the version, table and row of the document.
    """
    for i, evidence in enumerate(context.statement.evidence):
        for name in _required_members(evidence):
            if getattr(evidence, name) is None:
                yield Violation(
                    f"/evidence/{i}",
                    f"evidence '{evidence.id}' is {evidence.kind} and {evidence.availability}; add its {name}",
                )
        if (
            evidence.availability in ("public", "gated")
            and evidence.kind in ("regenerated", "measured")
            and not (evidence.uri or evidence.path)
        ):
            yield Violation(
                f"/evidence/{i}", f"evidence '{evidence.id}' is {evidence.availability}; add its uri or path"
            )
