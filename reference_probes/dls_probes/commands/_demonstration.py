"""The steps of `dls demo`, and the table at its end."""

import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from dls.authoring.draft import draft_statement
from dls.authoring.prepared_answers import read_prepared_answers
from dls.checking.validate import check
from dls.document.writer import yaml_text
from dls.errors import DlsError
from dls.evidence.files import replace_file
from dls.evidence.folder import find_manifests
from dls.judging.context import RuleContext
from dls.judging.statement_outcomes import outcomes_of
from dls.model import Arm
from dls.page.composition import page_of
from dls.report.outcome_table import show_outcomes
from dls.report.page_files import page_bytes
from dls.report.terminal import show
from dls.report.verdicts import verdict_counts
from dls.scenarios.profile import load_profile
from dls.verifying.comparison import ClaimResult
from dls.verifying.recompute import open_context, recompute_claims
from dls_probes import pair
from dls_probes.models.transformers_model import ModelSpec
from dls_probes.reproduction.report import claim_results, report_document
from dls_probes.reproduction.reproduction import Reproduction
from dls_probes.reproduction.second_run import reproduce
from dls_probes.runs.plan import keys_of, make_plan
from dls_probes.runs.regenerate import regenerate_evidence

PROFILE = "demo"
WORDS = Path(pair.__file__).parent / "words.yaml"
_FILES = (
    ("dls.yaml", "the statement"),
    ("evidence/", "manifests and per-item records"),
    ("report.yaml", "the reproduction report"),
    ("report-evidence/", "manifests and records of the second run"),
)
_PAGES = (("report.html", "       the page for readers"), ("losses.svg", "        its picture"))
_NEXT = (
    "next steps",
    "  change a student value in {statement}, then   dls validate {statement}",
    "  read the reason for a rule                    dls explain DLS203",
    "  show it to readers                            dls report {statement} -o report.html",
    "  see the requirements of a use                 dls scenarios general_chat",
    "  measure your own pair                         dls probe run --help",
)


def demonstrate(out: Path, *, threads: int = 1, workers: int = 0) -> int:
    """Run the whole loop in a folder and return the exit code: 0 where the statement passes every check.

    Raises:
        DlsError: the folder cannot be used, or holds something else.
    """
    start = time.monotonic()
    out.mkdir(parents=True, exist_ok=True)
    models: dict[Arm, ModelSpec] = {
        "teacher": ModelSpec(pair.TEACHER, threads=threads),
        "student": ModelSpec(pair.STUDENT, threads=threads),
    }
    statement = _publish(models, out, workers)
    show("3/5 validate it")
    findings = check(str(statement)).findings
    for finding in findings:
        show(f"    {finding.severity} {finding.code}: {finding.message}")
    show("4/5 compute every number again from the records, without a model")
    context = open_context(statement)
    recomputed = list(recompute_claims(context))
    reproduced = _reproduce(Reproduction(context, models), out, workers)
    _show(context, out, time.monotonic() - start)
    show(f"recomputed: {_summary(recomputed)} · reproduced: {_summary(reproduced)}")
    _show_page(statement, recomputed)
    for sentence in _NEXT:
        show(sentence.format(statement=statement))
    confirmed = all(claim.verdict == "confirmed" for claim in (*recomputed, *reproduced))
    return int(not confirmed or any(finding.severity == "error" for finding in findings))


def _publish(models: Mapping[Arm, ModelSpec], out: Path, workers: int) -> Path:
    """Write the evidence and the statement, and return the statement's path."""
    show("1/5 ask both models")
    profile, evidence = load_profile(PROFILE), out / "evidence"
    plan = make_plan(profile, keys_of(models))
    regenerate_evidence(plan, models, evidence, workers=workers, resume=True)
    show("2/5 draft the statement")
    statement = draft_statement(find_manifests(evidence), profile, out, read_prepared_answers(WORDS))
    replace_file(out / "dls.yaml", yaml_text(statement).encode())
    return out / "dls.yaml"


def _reproduce(rerun: Reproduction, out: Path, workers: int) -> Sequence[ClaimResult]:
    """Ask both models again, write the reproduction report, and return the result of each claim."""
    show("5/5 run both models again and compare")
    second_run = reproduce(rerun, out / "report-evidence", workers=workers, resume=True)
    report = report_document(rerun, second_run, out, {"name": "dls demo"})
    replace_file(out / "report.yaml", yaml_text(report).encode())
    return claim_results(rerun.context, second_run.results)


def _summary(results: Sequence[ClaimResult]) -> str:
    counts = verdict_counts(results)
    return ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in counts.items() if count)


def _show(context: RuleContext, out: Path, seconds: float) -> None:
    statement = context.statement
    show()
    show_outcomes(outcomes_of(statement.claims, statement.absences, statement.acceptances))
    show(f"in {seconds:.0f} s")
    show()
    for name, description in _FILES:
        show(f"  {out}/{name:<18} {description}")


def _show_page(statement: Path, recomputed_claims: Sequence[ClaimResult]) -> None:
    """Write the page and the picture beside the statement and show their paths, or how to get them."""
    page = page_of(statement, recomputed_claims=recomputed_claims)
    show()
    try:
        for name, text in _PAGES:
            path = statement.with_name(name)
            replace_file(path, page_bytes(page, path.suffix[1:]))
            show(f"  {path} {text}")
    except DlsError as error:
        show(f"the page and the picture: {error}")
    show()
