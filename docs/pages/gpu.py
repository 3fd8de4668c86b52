"""The page of GPUs, from the results that `make gpu` keeps."""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from pages.markdown import Pages, table

RESULTS = Path(__file__).parents[2] / "benchmarks" / "gpu" / "results"
_LABELS = {True: "passed", False: "**failed**", None: "not run"}
_HEAD = """# On a GPU

`make gpu` runs the checks of `benchmarks/gpu` on one card in at most eight minutes, and keeps one JSON file a card.
This page is made from those files. `make gpu SMALL=1` runs the same checks on a CPU, so that the script is tested.

The checks that decide:

- **noise**: the integers behind keyed sampling are equal on CPU and card.
- **records**: float32 records agree with those of the CPU, and a second run and two workers give the same bits.
- **layouts**: the self-test finds a tree layout for five families of models.
- **divergence**: the divergence block by block is that of whole distributions.

Speeds stand beside their measured limits: the card's rate of matrix products, and its bandwidth.
"""
_NONE = """## Results

**No result is kept here: no part of this project was ever run on a GPU.** Everything about GPUs on these pages was
read, reckoned, or tested on a CPU in the same code. If you have a card, run `make gpu` and send the file.
"""


def gpu_pages(folder: Path = RESULTS) -> Pages:
    """Yield the page."""
    yield "gpu.md", "\n".join((_HEAD, *(_results(_kept(folder)) or (_NONE,))))


def _kept(folder: Path) -> list[Mapping[str, Any]]:
    """Return the results of GPUs; one of a CPU is a test of the script."""
    results = [json.loads(path.read_text()) for path in sorted(folder.glob("*.json"))]
    return [result for result in results if result["machine"]["device_class"] != "cpu"]


def _results(results: Sequence[Mapping[str, Any]]) -> list[str]:
    return [part for result in results for part in _card(result)]


def _card(result: Mapping[str, Any]) -> Iterator[str]:
    facts = dict(result["machine"])
    yield f"## {facts.pop('device')}\n"
    yield ", ".join(f"{name} {value}" for name, value in facts.items() if name != "device_class") + "\n"
    rows = ((name, _LABELS[check["ok"]], _figures(check)) for name, check in result["checks"].items())
    yield table(("check", "outcome", "figures"), rows)


def _figures(check: Mapping[str, Any]) -> str:
    """Return the numbers of a check, or why there are none."""
    reasons = [str(check[name]) for name in ("skipped", "error") if name in check]
    return "; ".join(reasons) or ", ".join(_figure(name, value) for name, value in check.items() if name != "ok")


def _figure(name: str, value: Any) -> str:
    words = name.replace("_", " ")
    if isinstance(value, dict):
        return f"{words} ({', '.join(_figure(*entry) for entry in value.items())})"
    if isinstance(value, list):
        return f"{words}: {': '.join(filter(None, map(str, value)))}"
    return f"{words} {value:.3g}" if isinstance(value, float) else f"{words} {value}"
