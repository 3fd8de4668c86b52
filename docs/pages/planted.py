"""The page of planted losses, from the results that `make planted` and `make planted-wide` keep."""

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import yaml

from pages.markdown import Pages, table
from pages.planted_picture import Column, outcomes, picture

PLANTED = Path(__file__).parents[2] / "planted"
HEADLINE = "headline.multiple_choice"  # a reference, with no loss of the first matrix planted in it
_RED_TEAM = "red_team.json"
_LABELS = {"preserved": "preserved", "inconclusive": "inconclusive", "lost": "**lost**"}
_COUNTS = ("lost", "inconclusive", "preserved")
_EXPECTATIONS = {"preserved": "nothing", "broken": "everything", "open": "see its reading"}
_LONGEST_EXAMPLE = 60  # characters
Part = dict[str, Any]


def planted_pages() -> Pages:
    """Yield the page."""
    reasons = yaml.safe_load((PLANTED / "reasons.yaml").read_text())
    yield "planted.md", "\n".join(_page(_parts(), _lines(), reasons))


def _parts() -> list[Part]:
    paths = [path for path in (PLANTED / "results").glob("*.json") if path.name != _RED_TEAM]
    return sorted((json.loads(path.read_text()) for path in paths), key=lambda part: int(part["place"]))


def _lines() -> list[dict[str, Any]]:
    path = PLANTED / "results" / _RED_TEAM
    return json.loads(path.read_text()) if path.exists() else []


def _page(parts: Sequence[Part], lines: Sequence[dict[str, Any]], reasons: dict[str, Any]) -> Iterable[str]:
    columns = [column for column in dict.fromkeys(c for part in parts for c in outcomes(part)) if column[0] != HEADLINE]
    yield (PLANTED / "README.md").read_text()
    yield "## The students\n"
    yield table(("student", "made by", "should lose", "weights", "measured by"), map(_student, parts))
    yield "## The matrix\n"
    yield _teachers(parts)
    yield picture(parts, columns)
    yield "The same as a table:\n"
    yield table(("student", *(_name(column) for column in columns)), _matrix(parts, columns))
    yield "Each cell of the first matrix that is not preserved and not the planted loss, with the reason:\n"
    yield table(("student", "probe", "outcome", "numbers", "reason"), _side_effects(parts, reasons))
    yield "## Null students\n"
    yield "Perturbed weights, on every draw:\n"
    yield table(("probe", "metric", "draws", *_LABELS), (_null(entry) for part in parts for entry in part["null"]))
    strengths = [entry for part in parts for entry in part["strengths"]]
    yield "## Strengths of every loss\n"
    yield (PLANTED / "strengths.md").read_text()
    head = ("student", "metric", "limit", "strength", "mean tested value", "draws", *_COUNTS)
    yield table((*head, "target of the calibration, and value on other items"), map(_strength, strengths))
    yield "## Read independently\n"
    yield (PLANTED / "independent.md").read_text()
    head = ("student", "strength", "metric", "whole units", "answers that do not hold", "loss", "preserved", "example")
    yield table(head, (_reading(entry) for entry in strengths if entry["reading"]))
    yield "## The largest passing loss\n"
    yield (PLANTED / "red_team.md").read_text()
    yield from _red_team(lines, columns)
    yield "## Findings\n"
    yield "\n".join(f"- {text}" for text in reasons["findings"]) + "\n"


def _student(part: Part) -> tuple[str, ...]:
    loss = part["dimension"] or _EXPECTATIONS[part["expected"]]
    profile = f"{part['profile']} `{part['profile_sha256'][:12]}`"
    return part["name"], part["story"], loss, f"`{part['weights_sha256'][:12]}`", profile


def _teachers(parts: Sequence[Part]) -> str:
    teachers = ", ".join(f"`{digest[:12]}`" for digest in dict.fromkeys(part["teacher_sha256"] for part in parts))
    return f"One set of items for each probe; the profile of the student's row judges. Teacher {teachers}.\n"


def _name(column: Column) -> str:
    probe, metric = column
    return f"{metric}<br>{probe.partition('.')[0]}"


def _matrix(parts: Sequence[Part], columns: Sequence[Column]) -> Iterable[tuple[str, ...]]:
    for part in parts:
        row = outcomes(part)
        yield part["name"], *(_LABELS[row[column]] if column in row else "not measured" for column in columns)


def _side_effects(parts: Sequence[Part], reasons: dict[str, Any]) -> Iterable[tuple[str, ...]]:
    for part in (part for part in parts if part["expected"] != "open"):
        about = {HEADLINE, *(entry["probe"] for entry in part["strengths"])}
        for cell in part["matrix"]:
            if cell["probe"] not in about and cell["outcome"] != "preserved":
                reason = reasons["cells"].get(part["name"], {}).get(cell["probe"], "")
                yield part["name"], cell["probe"], cell["outcome"], _numbers(cell), reason


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
    metric = _name((entry["probe"], entry["metric"]))
    return entry["student"], metric, limit, label, mean, *numbers, _calibration(entry["calibration"])


def _calibration(entry: dict[str, Any] | None) -> str:
    """Return the target of a calibration and the value on other items; nothing where no calibration was needed."""
    if not entry:
        return ""
    interval = f"[{entry['low']:.4f}, {entry['high']:.4f}]"
    return f"{entry['target']:.4g}: {entry['value']:.4f} {interval}, n {entry['n_units']:,}"


def _reading(entry: dict[str, Any]) -> tuple[str, ...]:
    reading, count = entry["reading"], entry["count"]
    whole = f"{reading['student']} of {reading['units']}, teacher {reading['teacher']}"
    failures = "; ".join(f"{case}: {number}" for case, number in reading["failures"].items()) or "none"
    loss = f"{reading['value']:.3f} [{reading['low']:.3f}, {reading['high']:.3f}], limit {reading['limit']:g}"
    draws = f"{count['preserved']} of {sum(count.values())}"
    text = next(iter(reading["examples"]), "").replace("`", "'")[:_LONGEST_EXAMPLE]
    example = f"`{text}`" if text else ""
    metric = _name((entry["probe"], entry["metric"]))
    return entry["student"], entry["label"], metric, whole, failures, loss, draws, example


def _red_team(lines: Sequence[dict[str, Any]], columns: Sequence[Column]) -> Iterable[str]:
    """Yield a row for each target, with the largest passing loss of its lines, and the targets that are not tested."""
    if not lines:
        yield "The search has not run for these results; `make planted-wide` runs it.\n"
        return
    targets = dict.fromkeys(map(_column, lines))
    head = ("target", "limit", "largest passing loss", "student", "share", "lines", "candidates")
    yield table(head, (_largest([line for line in lines if _column(line) == target]) for target in targets))
    unread = ", ".join(f"{c[1]} ({c[0].partition('.')[0]})" for c in columns if c not in targets)
    yield f"Not tested, since no independent reading is about them: {unread}.\n"


def _column(line: dict[str, Any]) -> Column:
    return line["probe"], line["metric"]


def _largest(lines: Sequence[dict[str, Any]]) -> tuple[str, ...]:
    line = max(lines, key=lambda line: float(line["value"]))
    candidates = str(sum(len(line["shares"]) for line in lines))
    loss = f"{line['value']:.3f} [{line['low']:.3f}, {line['high']:.3f}]" if line["units"] else "no candidate passed"
    share = f"{line['passing']:.3g}" if line["units"] else ""
    return _name(_column(line)), f"{line['limit']:g}", loss, line["student"], share, str(len(lines)), candidates
