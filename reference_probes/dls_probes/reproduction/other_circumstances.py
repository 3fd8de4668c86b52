"""Numbers that a second run in other circumstances does not reach: they stay open, and refute nothing.

Versions, device, precision and prompts are no part of a model, and may decide its numbers. Under the statement's own, a
number that differs refutes.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Literal

import msgspec

from dls.evidence.records import RecordedRun
from dls.judging.context import RuleContext
from dls.model import Manifest, Replication
from dls.verifying.comparison import Verdict
from dls_probes.reproduction.circumstance_difference import (
    BACKEND,
    PRECISION,
    PROMPTS,
    VERSIONS,
    CircumstanceDifference,
    circumstance_differences,
    install_command,
    invented_circumstances,
    owners_secrets,
)
from dls_probes.reproduction.comparison_result import Comparison, ComparisonResult
from dls_probes.reproduction.redraws import bundle_of


def leave_open(
    context: RuleContext,
    comparisons: Sequence[Comparison],
    results: Sequence[ComparisonResult],
    evidence: Mapping[int, RecordedRun],
) -> list[ComparisonResult]:
    """Return the results, in which a refuted number stays open where the second run had other circumstances.

    A refutation stands that rests on no number of a model: other items, or another outcome of the same records.

    Args:
        context: of the statement.
        comparisons: of each claim by itself.
        results: of the same claims, all together.
        evidence: of the second run, by the index of each claim that it asked.
    """
    outcomes = list(results)
    for index, run in evidence.items():
        bundle = bundle_of(context, results[index].claim)
        if results[index].verdict is Verdict.REFUTED and comparisons[index].agreements and bundle and bundle.manifest:
            outcomes[index] = _left_open(results[index], bundle.manifest, run.manifest)
    return outcomes


def _left_open(result: ComparisonResult, first: Manifest, second: Manifest) -> ComparisonResult:
    """Return a refuted result as one that stays open where a circumstance may explain it."""
    differences, excuses = circumstance_differences(first, second), _excuses(first, second)
    if not differences:
        return result
    verdict = Verdict.NOT_VERIFIABLE if excuses else Verdict.REFUTED
    return replace(result, verdict=verdict, reason=_with_excuses(result.reason, first, second))


def excused(replication: Replication, first: Manifest, second: Manifest) -> Replication:
    """Return what fresh items refute as borderline where a circumstance may explain it."""
    if replication.verdict != "refuted" or not circumstance_differences(first, second):
        return replication
    verdict: Literal["borderline", "refuted"] = "borderline" if _excuses(first, second) else "refuted"
    reason = _with_excuses(replication.reason, first, second)
    return msgspec.structs.replace(replication, verdict=verdict, reason=reason)


def _excuses(first: Manifest, second: Manifest) -> list[CircumstanceDifference]:
    """Return the differences that may explain a number.

    A circumstance that no run can have, or that only the owner of a server knows, explains none: no verifier could
    bring it about. Nor do other prompts alone: the same model gives the same prompts to the same items under the same
    versions, so the digest in the statement is wrong.
    """
    no_excuses = {*invented_circumstances(first, second), *owners_secrets(first)}
    differences = [entry for entry in circumstance_differences(first, second) if entry.kind not in no_excuses]
    explains_prompts = any(entry.kind in (VERSIONS, BACKEND) for entry in differences)
    return [entry for entry in differences if entry.kind != PROMPTS or explains_prompts]


def _with_excuses(reason: str, first: Manifest, second: Manifest) -> str:
    excuses = _excuses(first, second)
    has_remedy = bool(excuses or invented_circumstances(first, second))
    return "; ".join((*map(str, excuses), reason, *([_remedy(first, second)] if has_remedy else [])))


def _remedy(first: Manifest, second: Manifest) -> str:
    """Return the sentence that says under which circumstances the first run's numbers are refuted."""
    if inventions := invented_circumstances(first, second):
        names = ", ".join(name for entry in inventions.values() for name in entry)
        return f"the statement names {names}, which no run of public software has: an error of the statement, no excuse"
    if any(difference.kind == VERSIONS for difference in circumstance_differences(first, second)):
        return (
            f"under the stated versions a number that differs refutes: {install_command(first)}; where one of them was "
            "never released, the statement is in error"
        )
    return "in the statement's own circumstances a number that differs refutes"


def circumstances_note(context: RuleContext, manifests: Collection[Manifest]) -> str | None:
    """Return one sentence on the circumstances of a second run that are not the statement's; None where all are."""
    differences: dict[str, None] = {}
    remedies: dict[str, None] = {}
    for first in (bundle.manifest for bundle in context.bundles if bundle.manifest):
        for second in (manifest for manifest in manifests if manifest.probe.id == first.probe.id):
            kinds = [entry for entry in circumstance_differences(first, second) if entry.kind != PRECISION]
            differences |= dict.fromkeys(map(str, kinds))  # precision is a setting, and has a note of its own
            remedies |= {_remedy(first, second): None} if kinds else {}
    if not differences:
        return None
    return f"this run's circumstances are not the statement's: {'; '.join((*differences, *remedies))}"
