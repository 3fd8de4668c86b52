"""The page of planted losses, from the results that `make planted` keeps."""

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import yaml

from pages.markdown import Pages, table

PLANTED = Path(__file__).parents[2] / "planted"
HEADLINE = "headline.multiple_choice"  # a reference, with no loss planted in it
_LABELS = {"preserved": "preserved", "inconclusive": "inconclusive", "lost": "**lost**"}
_COUNTS = ("lost", "inconclusive", "preserved")


def planted_pages() -> Pages:
    """Yield the page."""
    results = json.loads((PLANTED / "results.json").read_text())
    reasons = yaml.safe_load((PLANTED / "reasons.yaml").read_text())
    yield "planted.md", "\n".join(_page(results, reasons))


def _page(results: dict[str, Any], reasons: dict[str, Any]) -> Iterable[str]:
    yield (PLANTED / "README.md").read_text()
    yield "## The students\n"
    yield table(("student", "made by", "should lose", "weights"), (_student(entry) for entry in results["students"]))
    yield "## The matrix\n"
    yield (
        f"One set of items for each probe, judged by `{results['profile']}` (`{results['profile_sha256'][:12]}`); "
        f"the worst target decides. Teacher `{results['teacher_sha256'][:12]}`.\n"
    )
    probes = [probe for probe in dict.fromkeys(cell["probe"] for cell in results["matrix"]) if probe != HEADLINE]
    yield table(("student", *(probe.replace(".", "<br>") for probe in probes)), _matrix(results, probes))
    yield "Each cell that is not preserved and not the planted loss, with the reason:\n"
    yield table(("student", "probe", "outcome", "numbers", "reason"), _side_effects(results, reasons))
    yield "## Null students\n"
    yield "Perturbed weights, on every draw:\n"
    yield table(("probe", "metric", "draws", *_LABELS), (_null(entry) for entry in results["null"]))
    yield "## Three strengths of every loss\n"
    yield (PLANTED / "strengths.md").read_text()
    head = ("student", "metric", "limit", "strength", "mean tested value", "draws", *_COUNTS)
    yield table((*head, "target of the calibration, and value on other items"), map(_strength, results["strengths"]))
    yield "## Findings\n"
    yield "\n".join(f"- {text}" for text in reasons["findings"]) + "\n"


def _student(entry: dict[str, Any]) -> tuple[str, ...]:
    loss = entry["dimension"] or {"preserved": "nothing", "broken": "everything"}[entry["expected"]]
    return entry["name"], entry["story"], loss, f"`{entry['weights_sha256'][:12]}`"


def _matrix(results: dict[str, Any], probes: Sequence[str]) -> Iterable[tuple[str, ...]]:
    outcomes = {(cell["student"], cell["probe"]): cell["outcome"] for cell in results["matrix"]}
    for student in (entry["name"] for entry in results["students"]):
        row = [outcomes.get((student, probe)) for probe in probes]
        yield student, *(_LABELS[outcome] if outcome else "not measured" for outcome in row)


def _side_effects(results: dict[str, Any], reasons: dict[str, Any]) -> Iterable[tuple[str, ...]]:
    targets = {(entry["student"], entry["probe"]) for entry in results["strengths"]}
    for cell in results["matrix"]:
        student, probe = cell["student"], cell["probe"]
        if probe == HEADLINE or cell["outcome"] == "preserved" or (student, probe) in targets:
            continue
        yield student, probe, cell["outcome"], _numbers(cell), reasons["cells"].get(student, {}).get(probe, "")


def _numbers(cell: dict[str, Any]) -> str:
    values = (
        f"{verdict['metric']} {verdict['value']:.3g} [{verdict['low']:.3g}, {verdict['high']:.3g}]"
        for verdict in cell["verdicts"]
        if verdict["outcome"] != "preserved"
    )
    return "; ".join([*values, *cell["failed_checks"]])


def _null(entry: dict[str, Any]) -> tuple[str, ...]:
    count = entry["count"]
    return entry["probe"], entry["metric"], str(sum(count.values())), *(str(count[outcome]) for outcome in _LABELS)


def _strength(entry: dict[str, Any]) -> tuple[str, ...]:
    count = entry["count"]
    numbers = (str(sum(count.values())), *(str(count[outcome]) for outcome in _COUNTS))
    label = f"{entry['label']}: {entry['how']}"
    limit, mean = f"{entry['limit']:g}", f"{entry['mean']:.4f}"
    return entry["student"], entry["metric"], limit, label, mean, *numbers, _calibration(entry["calibration"])


def _calibration(entry: dict[str, Any] | None) -> str:
    """Return the target of a calibration and the value on other items; nothing where no calibration was needed."""
    if not entry:
        return ""
    interval = f"[{entry['low']:.4f}, {entry['high']:.4f}]"
    return f"{entry['target']:.4g}: {entry['value']:.4f} {interval}, n {entry['n_units']:,}"
