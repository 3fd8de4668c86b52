"""The page of planted losses, from the results that `make planted` keeps."""

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import yaml

from pages.markdown import Pages, table

PLANTED = Path(__file__).parents[2] / "planted"
HEADLINE = "headline.multiple_choice"  # a reference, with no loss planted in it
_SIGNS = {"preserved": "preserved", "inconclusive": "inconclusive", "lost": "**lost**"}


def planted_pages() -> Pages:
    """Yield the page."""
    results = json.loads((PLANTED / "results.json").read_text())
    reasons = yaml.safe_load((PLANTED / "reasons.yaml").read_text())
    yield "planted.md", "\n".join(_page(results, reasons))


def _page(results: dict[str, Any], reasons: dict[str, Any]) -> Iterable[str]:
    yield (PLANTED / "README.md").read_text()
    yield "## The students\n"
    yield table(
        ("student", "made by", "should lose", "weights"),
        (
            (s["name"], s["story"], s["dimension"] or _nothing(s), f"`{s['weights_sha256'][:12]}`")
            for s in results["students"]
        ),
    )
    yield f"## The matrix\n\nOne set of items for each probe, judged by `{results['profile']}` (`{results['profile_sha256'][:12]}`), its worst target deciding. Teacher `{results['teacher_sha256'][:12]}`.\n"
    probes = [probe for probe in dict.fromkeys(cell["probe"] for cell in results["matrix"]) if probe != HEADLINE]
    yield table(("student", *(probe.replace(".", "<br>") for probe in probes)), _matrix(results, probes))
    yield "Each cell that is not preserved and is not the planted one, and why:\n"
    yield table(("student", "probe", "outcome", "numbers", "why"), _explained(results, reasons))
    yield "## Null students\n"
    yield "Perturbed weights, on every draw:\n"
    yield table(("probe", "metric", "draws", *_SIGNS), (_steady(n) for n in results["null"]))
    yield "## Three strengths of every loss\n"
    yield (PLANTED / "strengths.md").read_text()
    counted = ("draws", "lost", "inconclusive", "preserved")
    head = ("student", "metric", "limit", "strength", "mean tested value", *counted, "aimed at, and had on other items")
    yield table(head, (_strength(s) for s in results["strengths"]))
    yield "## Findings\n"
    yield "\n".join(f"- {text}" for text in reasons["findings"]) + "\n"


def _nothing(made: dict[str, Any]) -> str:
    return {"preserved": "nothing", "broken": "everything"}[made["expected"]]


def _matrix(results: dict[str, Any], probes: Sequence[str]) -> Iterable[tuple[str, ...]]:
    cells = {(cell["student"], cell["probe"]): cell["outcome"] for cell in results["matrix"]}
    for made in results["students"]:
        found = [cells.get((made["name"], probe)) for probe in probes]
        yield made["name"], *(_SIGNS[one] if one else "not measured" for one in found)


def _explained(results: dict[str, Any], reasons: dict[str, Any]) -> Iterable[tuple[str, ...]]:
    planted = {(one["student"], one["probe"]) for one in results["strengths"]}
    for cell in results["matrix"]:
        seat = cell["student"], cell["probe"]
        if cell["probe"] == HEADLINE or cell["outcome"] == "preserved" or seat in planted:
            continue
        why = reasons["cells"].get(cell["student"], {}).get(cell["probe"], "")
        yield *seat, cell["outcome"], _numbers(cell), why


def _numbers(cell: dict[str, Any]) -> str:
    told = [
        f"{v['metric']} {v['value']:.3g} [{v['low']:.3g}, {v['high']:.3g}]"
        for v in cell["verdicts"]
        if v["outcome"] != "preserved"
    ]
    return "; ".join([*told, *cell["failed_checks"]])


def _steady(found: dict[str, Any]) -> tuple[str, ...]:
    count = found["count"]
    return found["probe"], found["metric"], str(sum(count.values())), *(str(count[sign]) for sign in _SIGNS)


def _strength(found: dict[str, Any]) -> tuple[str, ...]:
    count, aim = found["count"], found["aimed"]
    had = f"{aim['value']:.4f} [{aim['low']:.4f}, {aim['high']:.4f}], n {aim['n_units']:,}" if aim else ""
    where = f"{aim['target']:.4g}: {had}" if aim else ""
    label = f"{found['label']}: {found['how']}"
    draws = str(sum(count.values()))
    counts = (str(count[sign]) for sign in ("lost", "inconclusive", "preserved"))
    return (
        found["student"],
        found["metric"],
        f"{found['limit']:g}",
        label,
        f"{found['mean']:.4f}",
        draws,
        *counts,
        where,
    )
