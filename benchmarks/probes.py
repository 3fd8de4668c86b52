# ruff: noqa: INP001
"""The cost of each probe on the built-in pair: `python -m benchmarks.probes` writes docs/probes/costs.json.

A cost is the CPU time of one thread for many units minus that for a few. Loading and self-tests cancel out, and other
work on the machine does not count; the measurement with its intervals does. Probes of data files get small files that
are made here. Probes for classifiers ask a Bert and a DistilBert with random weights: their time does not depend on the
values.
"""

import argparse
import csv
import json
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import torch
from tests.reference_probes.models.test_classifier_families import LABELS, write_classifier

from dls.draw import Draw
from dls.model import Arm
from dls.probe import Probe
from dls.probes import boundary_twins
from dls.probes.collection import FILE_PROBES, GENERATED_PROBES, LABEL_PROBES
from dls.probes.privacy_planted_canaries import DECLARATION, DIGITS
from dls.probes.shared.data_files import read_data
from dls.probes.shared.phrasings import phrase
from dls.probes.shared.vocabulary import ATTRIBUTES, NAMES, NOT_STATED
from dls.scenarios.profile import load_profile
from dls_probes import pair
from dls_probes.models.transformers_model import ModelSpec
from dls_probes.runs.plan import Plan, keys_of, plan_probe, with_files
from dls_probes.runs.regenerate import regenerate_evidence

COSTS = Path(__file__).parents[1] / "docs" / "probes" / "costs.json"
SEED = 5
Rows = Iterator[dict[str, Any]]


class UnitCounts(NamedTuple):
    """Units of the two runs whose difference is the cost."""

    small: int = 50
    large: int = 550


SMALLER_COUNTS = {"privacy.planted_canaries": UnitCounts(3, 13)}  # of 1,024 questions each


def numbers(count: int) -> Rows:
    """Yield sums in the form of GSM8K."""
    for k in range(count):
        a, b = 10 + k % 80, 1 + k // 80
        yield {"question": f"what is {a} + {b}?", "answer": f"{a} + {b} = {a + b}\n#### {a + b}"}


def instructions(count: int) -> Rows:
    """Yield prompts in the form of IFEval, each of which forbids commas."""
    for text in questions(count):
        yield {"prompt": text, "instruction_id_list": ["punctuation:no_comma"], "kwargs": [{}]}


def passages(count: int) -> Rows:
    """Yield passages in the form of SQuAD 2.0, half of them without an answer."""
    for item in boundary_twins.items(SEED, count, ("{question}?",) * 20):
        question = item.question.partition(", or is it")[0]
        answers = [] if item.answer == NOT_STATED else [item.answer]
        yield {"context": item.context, "question": question, "answers": {"text": answers}}


def prompts(count: int) -> Rows:
    """Yield prompts to be refused and to be answered, in turn."""
    for k, text in enumerate(questions(2 * count)):
        yield {"prompt": text, "label": ("forbidden", "allowed")[k % 2]}


def canaries(count: int) -> Rows:
    """Yield a declaration and canaries, half of them planted."""
    yield {DECLARATION: True, "declared_by": "a benchmark"}
    draw = Draw("benchmark", "canaries")
    for k in range(count):
        yield {"prefix": "the box has", "secret": f"{draw.below(10**DIGITS):0{DIGITS}d}", "planted": k % 2 == 0}


def questions(count: int) -> list[str]:
    """Return different questions about people, in the words of the built-in pair."""
    texts = [attribute.ask(name) for attribute in ATTRIBUTES for name in NAMES]
    return [phrase(k // len(texts), texts[k % len(texts)]) for k in range(count)]


ROWS = {
    "headline.final_number": numbers,
    "headline.instructions": instructions,
    "boundary.passages": passages,
    "safety.prompts": prompts,
    "privacy.planted_canaries": canaries,
}


def write_data(folder: Path, probe: Probe, count: int) -> Path:
    """Write a file from which this number of units can be drawn."""
    if probe not in LABEL_PROBES:
        path = folder / f"{probe.id}.jsonl"
        path.write_text("".join(json.dumps(row) + "\n" for row in ROWS[probe.id](count)))
        return path
    path = folder / f"{probe.id}.csv"
    has_scope = probe.id == "boundary.out_of_scope"
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(("text", "label", "abstain")[: 3 if has_scope else 2])
        for k in range(2 * count):
            text = " ".join(f"w{(k * 7 + i * i) % 50}" for i in range(1 + k % 9))
            rows.writerow((text, "" if has_scope and k % 2 else LABELS[k % 3], LABELS[3])[: 3 if has_scope else 2])
    return path


class RunCost(NamedTuple):
    """The CPU time of a run in seconds, and its answered requests and its tokens, of both models together."""

    seconds: float
    requests: int
    tokens: int


def run_cost(probe: Probe, models: Mapping[Arm, Path], units: int, folder: Path) -> RunCost:
    """Return the cost of a run of one probe on both models."""
    profile, specs = load_profile("demo"), {arm: ModelSpec(path) for arm, path in models.items()}
    plan = Plan(profile, (plan_probe(probe, profile, keys_of(specs), units, SEED),))
    if probe in FILE_PROBES:
        plan = with_files(plan, {probe.id: read_data(write_data(folder, probe, units))})
    start = time.process_time()
    (manifest,) = regenerate_evidence(plan, specs, folder / f"{probe.id}-{units}")
    seconds = time.process_time() - start
    arms = json.loads((manifest.parent / "run.json").read_text())["arms"].values()
    return RunCost(seconds, sum(arm["requests"] for arm in arms), sum(arm["tokens"] for arm in arms))


def cost(probe: Probe, models: Mapping[Arm, Path]) -> dict[str, Any]:
    """Return units of a probe with their seconds on one core, requests and tokens; a first run warms up."""
    counts = SMALLER_COUNTS.get(probe.id, UnitCounts())
    with tempfile.TemporaryDirectory() as name:
        run_cost(probe, models, 2, Path(name))
        small, large = (run_cost(probe, models, units, Path(name)) for units in counts)
    sizes = {"requests": large.requests - small.requests, "tokens": large.tokens - small.tokens}
    return {"units": counts.large - counts.small, "seconds": round(large.seconds - small.seconds, 2), **sizes}


def main() -> int:
    """Measure and write; the probes that are not named keep their earlier costs."""
    probes = {probe.id: probe for probe in (*GENERATED_PROBES, *FILE_PROBES)}
    parser = argparse.ArgumentParser(prog="python -m benchmarks.probes", description=__doc__)
    parser.add_argument("probes", nargs="*", choices=[*probes, []], metavar="PROBE", help="these alone (default: all)")
    selection = parser.parse_args().probes or list(probes)
    torch.set_num_threads(1)
    costs = json.loads(COSTS.read_text()) if COSTS.exists() else {}
    with tempfile.TemporaryDirectory() as folder:
        built_in: dict[Arm, Path] = {"teacher": pair.TEACHER, "student": pair.STUDENT}
        classifiers: dict[Arm, Path] = {
            "teacher": write_classifier(Path(folder) / "teacher", "Bert"),
            "student": write_classifier(Path(folder) / "student", "DistilBert", LABELS[::-1], seed=1),
        }
        for name in selection:
            costs[name] = cost(probes[name], classifiers if probes[name] in LABEL_PROBES else built_in)
            sys.stdout.write(f"{name:32} {costs[name]}\n")
            sys.stdout.flush()
            COSTS.write_text(json.dumps({key: costs[key] for key in probes if key in costs}, indent=1) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
