"""DLS703: report matches the statement."""

from collections.abc import Iterator

from dls.finding import Violation, visible
from dls.judging.context import RuleContext
from dls.judging.report_identity import identity_difference
from dls.model import ListedReproduction, ReproductionReport
from dls.model.parties import same_party
from dls.rules._rule import rule
from dls.standard.numbers import ARMS


@rule("DLS703", spec="reproduction")
def report_matches_the_statement(context: RuleContext) -> Iterator[Violation]:
    """A listed report is about this statement and models, by the named party, of the named day, and refutes no claim.

    ## Why

    A report is bound to the statement's core, which is everything except assurance and reproductions. A report about an
    earlier revision or another student does not raise this statement. Nor does a report that refutes a claim.

    A student whose tied weights are stored twice has another digest of its tensors, and is the same student. The report
    names these tensors in `stored_twice`; `dls reproduce` writes it after it has compared the lists of tensors.
    """
    for i, report in context.reports():
        pointer = f"/reproductions/{i}"
        core = context.core_sha256
        if report.statement.core_sha256 != core:
            yield Violation(
                pointer, f"the report is about the statement core {report.statement.core_sha256}; this one has {core}"
            )
        yield from _contradictions(pointer, context.statement.reproductions[i], report)
        for arm in ARMS:
            difference = identity_difference(report, context.statement, arm)
            if difference is not None:
                yield Violation(pointer, f"the report ran another {arm}: {difference}")
        for verdict in report.claims:
            if verdict.verdict == "refuted":
                yield Violation(pointer, f"the report refutes claim '{verdict.id}': {visible(verdict.reason)}")


def _contradictions(pointer: str, entry: ListedReproduction, report: ReproductionReport) -> Iterator[Violation]:
    """Yield what an entry says of its report and the report does not."""
    if not same_party(report.by.name, entry.by):
        yield Violation(
            f"{pointer}/by", f"the report is by '{visible(report.by.name)}'; the statement says '{visible(entry.by)}'"
        )
    if report.performed_on != entry.performed_on:
        yield Violation(
            f"{pointer}/performed_on",
            f"the report is of {report.performed_on}; the statement says {entry.performed_on}",
        )
