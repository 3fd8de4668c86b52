"""The pages of the reference probes."""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from dls.probe import Probe
from dls.probes.collection import FILE_PROBES, GENERATED_PROBES, LABEL_PROBES
from dls.probes.shared.data_files import read_data, with_data_file
from dls.standard.registry import metrics
from pages.markdown import Pages, table

NOTES = Path(__file__).parents[1] / "probes"
COSTS = NOTES / "costs.json"  # written by `python -m benchmarks.probes`
HEAD = """# Probes

A probe asks both models and writes one record for each item and model. Items come from a seed, or from a user's file.

"""
CHECKS = """## Validity checks

A model below a floor was not measured: every outcome is then inconclusive.

"""
FILE = """## A data file

`dls probe run … --data {id}=FILE` draws the items from a file, as JSON Lines. Its rows: {form}

The seed draws the rows. The manifest holds the file's name and SHA-256, and `dls recompute` needs the file.
A person chose the file, so its outcomes are `preserved` only where the profile [pins it](../own_data.md).
"""


def probe_pages() -> Pages:
    """Yield one page for each probe of this release."""
    rows = ((f"[{p.id}]({p.id}.md)", p.version, p.title) for p in (*GENERATED_PROBES, *FILE_PROBES))
    yield "probes/index.md", HEAD + table(("probe", "version", "question"), rows)
    for probe in (*GENERATED_PROBES, *FILE_PROBES):
        yield f"probes/{probe.id}.md", _probe(probe)


def _probe(probe: Probe) -> str:
    titles = {metric.id: metric.title for metric in metrics()}
    rows = ((f"[{m.metric}](../metrics/{m.metric}.md)", titles[m.metric], m.unit) for m in probe.measures)
    checks = [(check.check, f"{check.floor:g}") for check in probe.checks]
    summary = (sys.modules[probe.items.__module__].__doc__ or "").partition(": ")[2]
    note = NOTES / f"{probe.id}.md"
    parts = [
        f"# {probe.id}\n\nVersion {probe.version} · {probe.dimension}\n\n**{probe.title}**\n",
        f"{summary[:1].upper()}{summary[1:]}\n",
        "## Metrics\n\n" + table(("metric", "", "unit of the interval"), rows),
    ]
    if checks:
        parts.append(CHECKS + table(("check", "floor"), checks))
    parts.append(_item(probe))
    if probe.from_rows:
        parts.append(FILE.format(id=probe.id, form=probe.file_form))
    if note.is_file():
        parts.append(note.read_text())
    return "\n".join((*parts, _cost(probe)))


def _item(probe: Probe) -> str:
    """Return a unit in full: the first unit of the generator, or the unit that a short file gives."""
    if probe in GENERATED_PROBES:
        return f"## An item\n\nThe first unit from the seed 0:\n\n{_shown(probe.items(0, 1))}"
    path = NOTES / f"{probe.id}.jsonl"
    rows = f"From a file with the rows\n\n```json\n{path.read_text()}```\n\nthe probe makes"
    units = 2 if probe.id == "privacy.planted_canaries" else 1  # one planted canary and one that was left out
    items = with_data_file(probe, read_data(path)).items(0, units)
    return f"## An item\n\n{rows}\n\n{_shown(items)}"


def _shown(items: Sequence[Any]) -> str:
    unit = "\n".join(json.dumps(msgspec.to_builtins(item), indent=1) for item in items)
    return f"```json\n{unit}\n```\n"


def _cost(probe: Probe) -> str:
    """Return the measured time of the probe."""
    cost = json.loads(COSTS.read_text())[probe.id]
    pair = "a Bert and a DistilBert of two small layers each" if probe in LABEL_PROBES else "the built-in pair"
    return (
        f"Measured: {cost['units']} units take {cost['seconds']:.2g} seconds of one core on {pair}. "
        "That is asking both models and computing the metrics from their records, without loading the models.\n"
    )
