"""The pages of the reference probes."""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from dls.probe import Probe
from dls.probes import FILE_PROBES, GENERATED_PROBES, LABEL_PROBES
from dls.probes.shared.data_files import on_file, read_data
from dls.standard.registry import metrics
from pages.markdown import Pages, table

NOTES = Path(__file__).parents[1] / "probes"
COSTS = NOTES / "costs.json"  # written by `python -m benchmarks.probes`


def probe_pages() -> Pages:
    """Yield one page for each probe of this release."""
    rows = ((f"[{p.id}]({p.id}.md)", p.version, p.title) for p in (*GENERATED_PROBES, *FILE_PROBES))
    head = "# Probes\n\nEach asks both models and leaves one record for each item and model. Items come from a seed, or from a user's file.\n\n"
    yield "probes/index.md", head + table(("probe", "version", "what it asks"), rows)
    for probe in (*GENERATED_PROBES, *FILE_PROBES):
        yield f"probes/{probe.id}.md", _probe(probe)


def _probe(probe: Probe) -> str:
    known = {one.id: one for one in metrics()}
    measured = ((f"[{m.metric}](../metrics/{m.metric}.md)", known[m.metric].title, m.unit) for m in probe.measures)
    checks = [(check.check, f"{check.floor:g}") for check in probe.checks]
    said = (sys.modules[probe.items.__module__].__doc__ or "").partition(": ")[2]
    note = NOTES / f"{probe.id}.md"
    parts = [
        f"# {probe.id}\n\nVersion {probe.version} · {probe.dimension}\n\n**{probe.title}**\n",
        f"{said[:1].upper()}{said[1:]}\n",
        "## What it measures\n\n" + table(("metric", "", "unit of the interval"), measured),
    ]
    if checks:
        parts.append(
            "## Validity checks\n\nBelow its floor a model was not measured, and every outcome is inconclusive.\n\n"
            + table(("check", "floor"), checks)
        )
    parts.append(_item(probe))
    if probe.from_rows:
        parts.append(
            f"## A data file\n\n`dls probe run … --data {probe.id}=FILE` draws the items from a file, as JSON Lines. "
            f"Its rows: {probe.file_form}\n\nThe seed draws the rows; the manifest holds the file's name and SHA-256; "
            "`dls recompute` needs the file. A file is chosen by somebody, so its outcomes are never `preserved`.\n"
        )
    if note.is_file():
        parts.append(note.read_text())
    return "\n".join((*parts, _cost(probe)))


def _item(probe: Probe) -> str:
    """Return a unit in full: the first one of the generator, or the one that comes of a short file."""
    if probe in GENERATED_PROBES:
        return f"## An item\n\nThe first unit from the seed 0:\n\n{_shown(probe.items(0, 1))}"
    path = NOTES / f"{probe.id}.jsonl"
    units = 2 if probe.id == "privacy.planted_canaries" else 1  # one that was planted, one that was left out
    items = on_file(probe, read_data(path)).items(0, units)
    return f"## An item\n\nFrom a file with the rows\n\n```json\n{path.read_text()}```\n\ncomes\n\n{_shown(items)}"


def _shown(items: Sequence[Any]) -> str:
    unit = "\n".join(json.dumps(msgspec.to_builtins(item), indent=1) for item in items)
    return f"```json\n{unit}\n```\n"


def _cost(probe: Probe) -> str:
    """Return what the probe was measured to take."""
    cost = json.loads(COSTS.read_text())[probe.id]
    asked = "a Bert and a DistilBert of two small layers each" if probe in LABEL_PROBES else "the built-in pair"
    return (
        f"Measured: {cost['units']} units take {cost['seconds']:.2g} seconds of one core on {asked}, both models and what is "
        "measured from their records together, loading left out.\n"
    )
