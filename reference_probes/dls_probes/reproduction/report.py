"""The reproduction report, and the verdicts to print."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from dls.canonical import file_sha256
from dls.judging.claimed_profile import is_required
from dls.judging.context import RuleContext
from dls.judging.outcome import OUTCOMES
from dls.judging.verdict import counted
from dls.model import Claim, Manifest, Measured
from dls.probes.shared.phrasings import phrasings_sha256
from dls.standard.numbers import ARMS, VERSION
from dls.verifying.comparison import ClaimResult, Verdict, numbers
from dls_probes.models.transformers_model import ModelSpec
from dls_probes.reproduction.comparer import values_of
from dls_probes.reproduction.comparison_result import ComparisonResult
from dls_probes.reproduction.reproduction import Reproduction
from dls_probes.reproduction.second_run import SecondRun
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


def report_document(run: Reproduction, second_run: SecondRun, folder: Path, by: Mapping[str, str]) -> dict[str, Any]:
    """Return the reproduction report as JSON values; evidence paths are relative to the report's folder."""
    statement = run.context.statement
    results, manifests = second_run.results, second_run.manifests
    return {
        "dls_reproduction": VERSION,
        "statement": {"id": statement.id, "revision": statement.revision, "core_sha256": run.context.core_sha256},
        "by": dict(by),
        "performed_on": datetime.now(UTC).date().isoformat(),
        "platform": describe_platform(),
        **{arm: _identity(run.models.get(arm)) for arm in ARMS},
        **({"stored_twice": msgspec.to_builtins(dict(second_run.stored_twice))} if second_run.stored_twice else {}),
        **_circumstances(manifests.values()),
        **_draw_members(run),
        **_optional_members(run),
        "claims": [_claim(result) for result in results],
        "evidence": [{"path": path.relative_to(folder).as_posix(), "sha256": file_sha256(path)} for path in manifests],
        "summary": _summary(run.context, results),
    }


def _draw_members(run: Reproduction) -> dict[str, Any]:
    """Return the draw, the size of the audit, and the number of earlier reports where they were counted."""
    draw = {} if run.draw is None else {"draw": msgspec.to_builtins(run.draw)}
    earlier = {} if run.earlier_reports is None else {"earlier_reports": run.earlier_reports}
    return {**draw, "audit": {"units": run.sample_size}, **earlier}


def draw_note(run: Reproduction, results: Sequence[ComparisonResult]) -> str | None:
    """Return one sentence on the fresh items, and what they establish; None where none were asked."""
    words = Counter(result.replication.verdict for result in results if result.replication)
    del words["not_drawn"]
    if run.draw is None or not words:
        return None
    counts = ", ".join(f"{count} {word}" for word, count in words.items())
    weight = "" if run.draw.signature else "; the nonce is random and establishes nothing: --key draws with your key"
    units = counted(run.draw.factor, "unit")
    return f"claims on fresh items, {units} for each planned one: {counts}{weight}{_left_out(run, results)}"


def _left_out(run: Reproduction, results: Sequence[ComparisonResult]) -> str:
    """Return what the required claims without fresh items mean for the report; "" where there are none."""
    count = sum(
        result.replication is not None
        and result.replication.verdict == "not_drawn"
        and is_required(run.context, result.claim)
        for result in results
    )
    if not count:
        return ""
    return f"; {counted(count, 'required claim')} without any, so the report establishes no independent reproduction"


def _optional_members(run: Reproduction) -> dict[str, Any]:
    phrasings_digest, has_teacher = phrasings_sha256(run.phrasings), "teacher" in run.models
    members: dict[str, Any] = {} if phrasings_digest is None else {"phrasings_sha256": phrasings_digest}
    if run.access == "white_box" and has_teacher:
        return members
    return members | {"access": {"teacher": run.access if has_teacher else "none", "student": run.access}}


def _summary(context: RuleContext, results: Sequence[ComparisonResult]) -> dict[str, Any]:
    counts = Counter(result.verdict for result in results)
    forgeries = [result.smallest_forgery for result in results if is_required(context, result.claim)]
    sizes = [forgery for forgery in forgeries if forgery is not None]
    members: dict[str, Any] = {verdict.value: counts[verdict] for verdict in Verdict}
    return members | ({"smallest_forgery_seen": max(sizes)} if sizes else {})


def _identity(spec: ModelSpec | None) -> dict[str, Any]:
    """Return the identity of a model that was asked; an empty one where it was not at hand."""
    return {} if spec is None else msgspec.to_builtins(spec.files.identity)


def _circumstances(manifests: Collection[Manifest]) -> dict[str, Any]:
    """Return the circumstances of each model, which are those of all its probes but for the prompts."""
    arms = {arm: entry for manifest in manifests for arm, entry in manifest.circumstances.items()}
    members = {arm: msgspec.structs.replace(entry, prompts_sha256=None) for arm, entry in arms.items()}
    return {"circumstances": msgspec.to_builtins(members)} if members else {}


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
    members |= {"tolerance_class": result.tolerance} if result.tolerance else {}
    parts = {"audit": result.audit, "replication": result.replication}
    return members | {name: msgspec.to_builtins(part) for name, part in parts.items() if part is not None}


def _values(entry: Claim | Measured, outcome: str | None) -> dict[str, Any]:
    return values_of(entry) | ({"outcome": outcome} if outcome in OUTCOMES else {})
