"""A program that uses the public names alone; mypy has to find its types, and its last line wrong."""

from collections.abc import Sequence

import dls
import dls_probes
from dls.model import Acceptance, Claim


def lost(statement: dls.Statement) -> Sequence[Claim]:
    return [claim for claim in statement.claims if claim.outcome == "lost"]


def accepted(statement: dls.Statement, reason: str) -> dls.Statement:
    entries = [
        Acceptance(
            claim=claim.id,
            reason=reason,
            borne_by="us",
            mitigation="none",
            monitoring="none",
            accepted_by="me",
            review_by="2027-01-01",
        )
        for claim in lost(statement)
    ]
    return statement.replace(acceptances=entries)


def run(path: str) -> str:
    statement = accepted(dls.load(path), "known")
    statement.save(path)
    report: dls.Report = dls.validate(path, scenario="demo", trust=None)
    lines = [f"{finding.code} {finding.line}: {finding.message}" for finding in report.findings]
    lines += [target.metric for target in (*report.met_targets, *report.unmet_targets)]
    lines += [result.reason for result in dls.recompute(path) if result.verdict.value == "refuted"]
    lines += [target.rationale for target in dls.assess(statement, "demo").unmet_targets]
    lines += [profile.id for profile in dls.list_scenarios()] + [metric.unit for metric in dls.list_metrics()]
    return "\n".join([*lines, report.assurance])


def evidence(teacher: str, student: str) -> dls.Statement:
    try:
        dls_probes.run(teacher, student, "demo", "evidence", dimensions=["diversity"], n=8, device="cpu")
    except dls.DlsError as error:
        raise SystemExit(str(error)) from error
    return dls.draft("evidence", answers={"limits": "none"})


dls.validat  # noqa: B018
