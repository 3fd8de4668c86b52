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


def judged(context: RuleContext, compared: Sequence[ComparisonResult]) -> list[ClaimResult]:
    """Return the comparisons as verdicts to print."""
    return [
        ClaimResult(
            one.claim.id,
            one.verdict,
            numbers(one.claim) | {"outcome": one.claim.outcome},
            (numbers(one.measurement) | {"outcome": one.outcome}) if one.measurement else {},
            one.reason,
            is_required(context, one.claim),
            one.smallest_forgery,
        )
        for one in compared
    ]


def report(
    run: Reproduction,
    compared: Sequence[ComparisonResult],
    manifests: Sequence[Path],
    beside: Path,
    by: Mapping[str, str],
) -> dict[str, Any]:
    """Return the reproduction report as JSON values; evidence paths are relative to its folder."""
    statement = run.context.statement
    phrased = phrasings_sha256(run.phrasings)
    return {
        "dls_reproduction": VERSION,
        "statement": {"id": statement.id, "revision": statement.revision, "core_sha256": run.context.core_sha256},
        "by": dict(by),
        "performed_on": datetime.now(UTC).date().isoformat(),
        "platform": describe_platform(),
        "teacher": _digests(run.models.get("teacher")),
        "student": _digests(run.models["student"]),
        "mode": run.mode,
        **({"seed": run.seed} if run.seed is not None else {}),
        **({"phrasings_sha256": phrased} if phrased is not None else {}),
        **_access(run),
        "claims": [_claim(one) for one in compared],
        "evidence": [{"path": path.relative_to(beside).as_posix(), "sha256": file_sha256(path)} for path in manifests],
        "summary": _summary(run.context, compared),
    }


def _access(run: Reproduction) -> dict[str, Any]:
    if run.access == "white_box" and "teacher" in run.models:
        return {}
    return {"access": {"teacher": run.access if "teacher" in run.models else "none", "student": run.access}}


def _summary(context: RuleContext, compared: Sequence[ComparisonResult]) -> dict[str, Any]:
    counts = Counter(one.verdict for one in compared)
    required = [one.smallest_forgery for one in compared if is_required(context, one.claim)]
    seen = [forgery for forgery in required if forgery is not None]
    told: dict[str, Any] = {verdict.value: counts[verdict] for verdict in Verdict}
    return told | ({"smallest_forgery_seen": max(seen)} if seen else {})


def _digests(spec: ModelSpec | None) -> dict[str, str]:
    if spec is None:
        return {}
    return {"weights_sha256": spec.files.weights_sha256, "tokenizer_sha256": spec.files.tokenizer_sha256}


def _claim(one: ComparisonResult) -> dict[str, Any]:
    told: dict[str, Any] = {
        "id": one.claim.id,
        "verdict": one.verdict.value,
        "claimed": _values(one.claim, one.claim.outcome),
    }
    if one.measurement is not None:
        told["reproduced"] = _values(one.measurement, one.outcome)
    told["reason"] = one.reason
    if one.p is not None:
        told |= {"p": one.p, "adjusted_p": one.adjusted_p}
    if one.smallest_forgery is not None:
        told["smallest_forgery"] = one.smallest_forgery
    return told | ({"tolerance_class": one.tolerance} if one.tolerance else {})


def _values(entry: Claim | Measured, outcome: str | None) -> dict[str, Any]:
    parts = {part: getattr(entry, part) for part in ("teacher", "student", "pair", "loss")}
    values: dict[str, Any] = {part: reading.value for part, reading in parts.items() if reading is not None}
    return values | ({"outcome": outcome} if outcome in OUTCOMES else {})
