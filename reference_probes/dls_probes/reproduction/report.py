"""The reproduction report, and the verdicts to print."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from dls.canonical import file_sha256
from dls.judging.claimed_profile import is_required
from dls.judging.context import RuleContext
from dls.judging.outcome import OUTCOMES
from dls.model import Claim, Measured
from dls.probes.shared.phrasings import phrasings_sha256
from dls.standard.numbers import VERSION
from dls.verifying.comparison import ClaimResult, Verdict, numbers
from dls_probes.models.transformers_model import ModelSpec
from dls_probes.reproduction.comparison_result import ComparisonResult
from dls_probes.reproduction.reproduction import Reproduction
from dls_probes.runs.run_file import describe_platform


def claim_results(context: RuleContext, results: Sequence[ComparisonResult]) -> list[ClaimResult]:
    """Return the comparisons as verdicts to print."""
    return [
        ClaimResult(
            result.claim.id,
            result.verdict,
            numbers(result.claim) | {"outcome": result.claim.outcome},
            (numbers(result.measurement) | {"outcome": result.outcome}) if result.measurement else {},
            result.reason,
            is_required(context, result.claim),
            result.smallest_forgery,
        )
        for result in results
    ]


def report_document(
    run: Reproduction,
    results: Sequence[ComparisonResult],
    manifests: Sequence[Path],
    folder: Path,
    by: Mapping[str, str],
) -> dict[str, Any]:
    """Return the reproduction report as JSON values; evidence paths are relative to the report's folder."""
    statement = run.context.statement
    return {
        "dls_reproduction": VERSION,
        "statement": {"id": statement.id, "revision": statement.revision, "core_sha256": run.context.core_sha256},
        "by": dict(by),
        "performed_on": datetime.now(UTC).date().isoformat(),
        "platform": describe_platform(),
        "teacher": _digests(run.models.get("teacher")),
        "student": _digests(run.models["student"]),
        "mode": run.mode,
        **_optional_members(run),
        "claims": [_claim(result) for result in results],
        "evidence": [{"path": path.relative_to(folder).as_posix(), "sha256": file_sha256(path)} for path in manifests],
        "summary": _summary(run.context, results),
    }


def _optional_members(run: Reproduction) -> dict[str, Any]:
    phrasings_digest, has_teacher = phrasings_sha256(run.phrasings), "teacher" in run.models
    members: dict[str, Any] = {} if run.seed is None else {"seed": run.seed}
    members |= {} if phrasings_digest is None else {"phrasings_sha256": phrasings_digest}
    if run.access == "white_box" and has_teacher:
        return members
    return members | {"access": {"teacher": run.access if has_teacher else "none", "student": run.access}}


def _summary(context: RuleContext, results: Sequence[ComparisonResult]) -> dict[str, Any]:
    counts = Counter(result.verdict for result in results)
    forgeries = [result.smallest_forgery for result in results if is_required(context, result.claim)]
    sizes = [forgery for forgery in forgeries if forgery is not None]
    members: dict[str, Any] = {verdict.value: counts[verdict] for verdict in Verdict}
    return members | ({"smallest_forgery_seen": max(sizes)} if sizes else {})


def _digests(spec: ModelSpec | None) -> dict[str, str | None]:
    if spec is None:
        return {}
    identity = spec.files.identity
    return {"weights_sha256": identity.weights_sha256, "tokenizer_sha256": identity.tokenizer_sha256}


def _claim(result: ComparisonResult) -> dict[str, Any]:
    members: dict[str, Any] = {
        "id": result.claim.id,
        "verdict": result.verdict.value,
        "claimed": _values(result.claim, result.claim.outcome),
    }
    if result.measurement is not None:
        members["reproduced"] = _values(result.measurement, result.outcome)
    members["reason"] = result.reason
    if result.p is not None:
        members |= {"p": result.p, "adjusted_p": result.adjusted_p}
    if result.smallest_forgery is not None:
        members["smallest_forgery"] = result.smallest_forgery
    return members | ({"tolerance_class": result.tolerance} if result.tolerance else {})


def _values(entry: Claim | Measured, outcome: str | None) -> dict[str, Any]:
    parts = {part: getattr(entry, part) for part in ("teacher", "student", "pair", "loss")}
    values: dict[str, Any] = {part: reading.value for part, reading in parts.items() if reading is not None}
    return values | ({"outcome": outcome} if outcome in OUTCOMES else {})
