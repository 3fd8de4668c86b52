"""DLS703: reproduction is about this statement."""

from collections.abc import Iterator

from dls.finding import Violation, visible
from dls.judging.context import RuleContext
from dls.model.parties import same_party
from dls.rules._rule import rule
from dls.standard.numbers import ARMS


@rule("DLS703", spec="reproduction")
def report_matches_the_statement(context: RuleContext) -> Iterator[Violation]:
    """A listed reproduction report is about this statement and these weights, by whom the statement says, and refutes nothing.

    ## Why

    A report binds the statement's core: everything but assurance and reproductions. One about an earlier revision, another student, or one that
    refutes a claim does not raise this statement.
    """
    for i, report in context.reports():
        pointer = f"/reproductions/{i}"
        core = context.core_sha256
        if report.statement.core_sha256 != core:
            yield Violation(
                pointer, f"the report is about the statement core {report.statement.core_sha256}; this one has {core}"
            )
        listed = context.statement.reproductions[i].by
        if not same_party(report.by.name, listed):
            yield Violation(
                f"{pointer}/by", f"the report is by '{visible(report.by.name)}'; the statement says '{visible(listed)}'"
            )
        for arm in ARMS:
            run, own = getattr(report, arm).weights_sha256, getattr(context.statement, arm).weights_sha256
            if run is not None and run != own:
                yield Violation(
                    pointer, f"the report ran a {arm} with the weights digest {run}; the statement has {own}"
                )
        for verdict in report.claims:
            if verdict.verdict == "refuted":
                yield Violation(pointer, f"the report refutes claim '{verdict.id}': {visible(verdict.reason)}")
