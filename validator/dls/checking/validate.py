"""Check documents: read, schema, rules, digests. One bad file never hides the findings of another."""

from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from dls.checking.findings import findings_of, in_order, located, unreadable
from dls.document.engines import Engines, choice
from dls.document.reader import Document, UnreadableDocument, read
from dls.errors import DlsError
from dls.evidence.bundle import record_problems
from dls.evidence.named_paths import folder_of
from dls.finding import Finding, Violation
from dls.judging.assess import LEVELS, Assessment, assessment_of
from dls.judging.context import RuleContext
from dls.judging.statement_outcomes import StatementOutcomes, outcomes_of
from dls.model import Assurance, Manifest, ProfileTarget, ReproductionReport, Statement, frozen
from dls.rules import RULES, Waivers
from dls.rules.passed_follows_from_value_and_floor import contradictions, passed_follows_from_value_and_floor
from dls.rules.placeholders_are_filled import placeholders_are_filled
from dls.rules.plan_can_decide import plan_can_decide
from dls.rules.records_have_their_digests import records_have_their_digests
from dls.rules.scenario_target_is_met import ScenarioContext, scenario_target_is_met
from dls.rules.schema_is_followed import schema_is_followed
from dls.rules.summary_counts_the_verdicts import summary_counts_the_verdicts
from dls.rules.version_is_known import version_is_known
from dls.rules.waiver_is_valid import waiver_is_valid
from dls.scenarios.profile import Profile
from dls.standard.form import violations
from dls.standard.schemas import Kind, kind_of

if TYPE_CHECKING:  # with the extra [sign], and under --trust alone
    from dls.signing.independence import Independence
    from dls.signing.keys import TrustedKey

_FORM_FINDINGS = 100  # at most, on a document's form: a large file may have a hundred thousand
ESTABLISHED_HERE: Assurance = "consistent"  # more takes `dls recompute`, `dls reproduce` or a signed report


class Report(NamedTuple):
    """The findings on one file, and the properties of a statement that reports print."""

    path: str
    findings: tuple[Finding, ...]
    readable: bool = True
    kind: Kind | None = None
    statement: Statement | None = None  # the one large member; no report reads it
    claimed: Assurance | None = None
    profile: Profile | None = None
    assessment: Assessment | None = None
    outcomes: StatementOutcomes | None = None
    independence: "Independence | None" = None  # None: no keys were given
    is_withdrawn: bool = False

    @property
    def errors(self) -> int:
        """The number of errors that no waiver sets aside."""
        return sum(finding.severity == "error" and not finding.waived for finding in self.findings)

    @property
    def warnings(self) -> int:
        """The number of warnings that no waiver sets aside."""
        return sum(finding.severity == "warning" and not finding.waived for finding in self.findings)

    @property
    def waived(self) -> int:
        """The number of findings that a waiver sets aside."""
        return sum(finding.waived for finding in self.findings)

    @property
    def met_targets(self) -> tuple[ProfileTarget, ...]:
        """The targets of the statement's own profile that it meets; none without the profile."""
        return self.assessment.met_targets if self.assessment else ()

    @property
    def unmet_targets(self) -> tuple[ProfileTarget, ...]:
        """The targets of the statement's own profile that it does not meet; none without the profile."""
        return self.assessment.unmet_targets if self.assessment else ()

    @property
    def assurance(self) -> Assurance:
        """The assurance that this check established: at most `consistent`, except by signed reports.

        An error leaves `declared`.
        """
        if self.assessment is None or self.errors:
            return "declared"
        if self.independence is not None and self.independence.is_established:
            return "independently_reproduced"
        return min(self.assessment.assurance, ESTABLISHED_HERE, key=LEVELS.index)


def check(
    path: str | Path,
    scenario: Profile | None = None,
    waivers: Waivers | None = None,
    trust: "Sequence[TrustedKey] | None" = None,
    engines: Engines | None = None,
) -> Report:
    """Check one file of any of the four kinds. Each fault of it, and of the files that it names, is a finding.

    Args:
        path: the file.
        scenario: a profile to judge a statement against, beside its own.
        waivers: the findings that the reader sets aside.
        trust: keys whose signed reproductions the reader believes.
        engines: the parser and the engine of schemas; None for the fastest that are installed.
    """
    try:
        with choice(engines):
            return _check_document(read(path), scenario, waivers, trust)
    except UnreadableDocument as problem:
        if problem.path == str(path):
            return Report(str(path), unreadable(problem, str(path)), readable=False)
        return fault(str(path), f"cannot be checked: {problem}")
    except (DlsError, OSError, RecursionError) as error:
        return fault(str(path), f"cannot be checked: {error}")
    except MemoryError:
        return fault(str(path), "cannot be checked: it takes more memory than there is")


def fault(path: str, problem: str) -> Report:
    """Return the result of a path that cannot be checked.

    Args:
        path: a file, or a folder.
        problem: the end of a sentence that starts with the path.
    """
    return Report(path, unreadable(UnreadableDocument(path, problem), path), readable=False)


def _check_document(
    document: Document,
    scenario: Profile | None,
    waivers: Waivers | None,
    trust: "Sequence[TrustedKey] | None",
) -> Report:
    if version_findings := tuple(findings_of(document, document, version_is_known)):
        return Report(document.path, version_findings)
    kind = kind_of(document.value)
    gaps = list(findings_of(document, document, placeholders_are_filled))
    gap_pointers = {gap.pointer for gap in gaps}
    schema_findings = findings_of(document, document, schema_is_followed)
    faults = (finding for finding in schema_findings if finding.pointer not in gap_pointers)
    form = list(islice(faults, _FORM_FINDINGS + 1))
    if form or (gaps and any(violations(document, kind or "statement"))):
        is_open = len(form) > _FORM_FINDINGS
        findings = in_order(gaps + form, _FORM_FINDINGS, is_open=is_open) if is_open else in_order(gaps + form)
        return Report(document.path, findings, kind=kind)
    if kind == "statement":
        return _with_independence(*_check_statement(document, gaps, scenario, waivers), trust)
    return Report(document.path, in_order([*gaps, *_check_other(document, kind)]), kind=kind)


def check_waivers(waivers: Waivers) -> Report:
    """Check the reader's own file of waivers."""
    return Report(waivers.document.path, tuple(findings_of(waivers.document, waivers, waiver_is_valid)))


def _check_statement(
    document: Document, gaps: list[Finding], scenario: Profile | None, waivers: Waivers | None
) -> tuple[Report, RuleContext]:
    statement = frozen(document.value, Statement)
    context = RuleContext(document, statement, folder_of(Path(document.path), statement))
    findings = [*gaps, *findings_of(document, context, *RULES)]
    if scenario is not None:
        findings += findings_of(document, ScenarioContext(context, scenario), scenario_target_is_met)
    if waivers is not None:
        findings = [_with_waiver(finding, statement, waivers) for finding in findings]
    result = Report(
        document.path,
        in_order(findings),
        kind="statement",
        statement=statement,
        claimed=statement.assurance,
        profile=context.profile,
        assessment=assessment_of(context),
        outcomes=outcomes_of(statement.claims, statement.absences, statement.acceptances),
        is_withdrawn=statement.status is not None,
    )
    return result, context


def _with_independence(result: Report, context: RuleContext, trust: "Sequence[TrustedKey] | None") -> Report:
    if trust is None:
        return result
    from dls.signing.independence import assess_independence  # needs the extra [sign]

    return result._replace(independence=assess_independence(context, trust))


def _check_other(document: Document, kind: Kind | None) -> Iterator[Finding]:
    if kind == "scenario":
        yield from findings_of(document, document, plan_can_decide)
    elif kind == "reproduction":
        yield from findings_of(document, frozen(document.value, ReproductionReport), summary_counts_the_verdicts)
    elif kind == "evidence":
        manifest = frozen(document.value, Manifest)
        for violation in contradictions(manifest):
            yield located(document, passed_follows_from_value_and_floor, violation)
        for problem in record_problems(Path(document.path).parent, manifest):
            yield located(document, records_have_their_digests, Violation("/records", problem))


def _with_waiver(finding: Finding, statement: Statement, waivers: Waivers) -> Finding:
    _, member, entry, *_ = [*finding.pointer.split("/"), "", ""]
    claim = statement.claims[int(entry)].id if member == "claims" and entry else None
    return finding._replace(waived=_WAIVABLE[finding.code] and waivers.cover(finding.code, claim))


_WAIVABLE = {rule.code: rule.waivable for rule in (placeholders_are_filled, *RULES, scenario_target_is_met)}
