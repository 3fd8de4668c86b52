"""One page for each form of an export, and one for each source of an import, from the tables that the code uses."""

import copy
import re
from collections.abc import Iterator, Mapping
from typing import Any

from dls.document.reader import read
from dls.exporting.carried_members import Export, leaves
from dls.exporting.formats import FORMATS
from dls.importing.mapping_table import MappingRow, load_mapping
from dls.importing.pairing import pairing_settings
from pages.copied import ROOT, SPEC
from pages.markdown import Pages, table

TITLES = {
    "cyclonedx": "CycloneDX 1.7",
    "cyclonedx-1.6": "CycloneDX 1.6",
    "spdx": "SPDX 3.0.1, AI profile",
    "in-toto": "in-toto Statement v1",
    "model-index": "model-index of a model card",
    "eval-results": "An entry of .eval_results",
    "eee": "Every Eval Ever 0.3.0",
}
SOURCES = {
    "lm-eval": "lm-evaluation-harness",
    "inspect": "Inspect",
    "eee": "Every Eval Ever",
    "hf": "Model cards and .eval_results",
    "table": "A table of scores",
}
EXPORT = """# {title}

    dls export --to {name} dls.yaml -o FILE

The members of a statement that this form carries, and where they stand in it. `N` is a place in a list. All other
members are lost; the command names each in `FILE.lost.json`.

"""
WHOLE = """# {title}

    dls export --to in-toto dls.yaml -o FILE

This form carries the whole statement, as the predicate. The subject is the student, by the digest of its weights or by
its commit. Without both it is the statement itself, by the digest of its core.
"""
IMPORT = """# From {title}

    dls import {name} --teacher T --student S -o evidence

See [how two runs become a pair](../import.md#how-two-runs-become-a-pair).

"""
METRICS = """
## Metrics

The first row that fits decides. `*` fits anything. A metric without a registered name becomes `x-{name}:METRIC`.

"""
GROUPS = """
## Groups of public tasks

Of {harness} {version}.

"""


def format_pages() -> Pages:
    """Yield a page for each form and each source."""
    for form in FORMATS:
        yield f"formats/{form.name}.md", _export_page(form)
    for name in SOURCES:
        yield f"formats/from-{name}.md", _import_page(name)


def _export_page(form: Export) -> str:
    if form.name == "in-toto":
        return WHOLE.format(title=TITLES[form.name])
    rows = ((f"`{member}`", ", ".join(f"`{place}`" for place in places)) for member, places in _places(form))
    head = EXPORT.format(title=TITLES[form.name], name=form.name)
    return head + table(("member of the statement", "place in the document"), rows)


def _places(form: Export) -> Iterator[tuple[str, list[str]]]:
    """Yield each carried member with the places of the document that change with it."""
    statement = _statement()
    before = _texts(form.document(statement))
    name = next(iter(form.carried.of_claims(statement)))
    number = next(i for i, claim in enumerate(statement["claims"]) if claim["id"] == name)
    paths = [
        *form.carried.of_statement(statement),
        *(f"claims/{number}/{p}" for p in form.carried.of_claims(statement)[name]),
    ]
    for path in paths:
        other = copy.deepcopy(statement)
        _change(other, path.split("/"))
        after = _texts(form.document(other))
        places = sorted(
            {re.sub(r"/[0-9]+", "/N", place) for place in before | after if before.get(place) != after.get(place)}
        )
        yield re.sub(r"^claims/[0-9]+", "claims/N", path), places


def _statement() -> dict[str, Any]:
    """Return a statement with all members that a form may carry."""
    statement: dict[str, Any] = copy.deepcopy(read(SPEC / "conformance" / "documents" / "publisher.yaml").value)
    for claim in statement["claims"]:
        claim["on"] = {"dataset": "example/set", "config": "main", "split": "test", "revision": "0" * 40}
    for arm in ("teacher", "student"):
        statement[arm].update({"revision": "0" * 40, "source": f"hf://example/{arm}"})
    return statement


def _change(value: Any, path: list[str]) -> None:
    for name in path[:-1]:
        value = value[int(name) if isinstance(value, list) else name]
    value[path[-1]] = _other(value[path[-1]])


def _other(value: Any) -> Any:
    """Return another value of the same kind."""
    if isinstance(value, str):
        is_metric_or_day = {"accuracy": "exact_match", "exact_match": "accuracy", "2026-11-24": "2026-11-25"}
        return is_metric_or_day.get(value, "f" * 64 if re.fullmatch("[0-9a-f]{64}", value) else f"{value}-x")
    return value + 1 if isinstance(value, int) else value + 0.0001


def _texts(document: Any) -> Mapping[str, Any]:
    return dict(leaves(document))


def _import_page(name: str) -> str:
    settings = pairing_settings(name)
    rows = [("has to be equal", text) for text in settings.equal.values()]
    rows += [("may differ, with a note", text) for text in settings.may_differ.values()]
    mapping = table(
        ("task", "metric", "filter", "becomes", "range", "better"), map(_mapping_row, load_mapping(name).rows)
    )
    parts = [
        IMPORT.format(title=SOURCES[name], name=name),
        table(("", "setting"), rows),
        METRICS.format(name=name),
        mapping,
    ]
    return "".join([*parts, _groups(name)])


def _mapping_row(row: MappingRow) -> tuple[str, ...]:
    """Return the cells of a row of a mapping."""
    target = f"[{row.to}](../metrics/{row.to}.md)" if row.to else f"its own, {row.dimension}"
    ends = "" if row.low is None and row.high is None else f"{_end(row.low)} to {_end(row.high)}"
    return f"`{row.task}`", f"`{row.metric}`", f"`{row.filter}`", target, ends, row.direction or "as the log says"


def _end(value: float | None) -> str:
    return "any" if value is None else f"{value:g}"


def _groups(name: str) -> str:
    path = ROOT / "spec" / "1.0" / "mappings" / f"{name}-groups.yaml"
    if not path.is_file():
        return ""
    value = read(path).value
    rows = (
        (group, row.get("dimension", "-"), row.get("metric") or row["reason"])
        for row in value["rows"]
        for group in row["groups"]
    )
    head = GROUPS.format(harness=SOURCES[name], version=value["version"])
    return head + table(("group", "dimension", "metric of its main score, or reason"), sorted(rows))
