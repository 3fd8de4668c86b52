"""The figures, by group."""

import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import TypeAlias

from benchmarks.engine.gates import say
from benchmarks.engine.processes import TaskProcess

BATCHES = (1, 2, 4, 8, 32)
GENERATION_BATCHES = (8, 16, 32, 64)
Figures: TypeAlias = Iterator[tuple[str, list[float]]]
"""Names of figures, each with the ratios of its rounds."""


def _cpu(process: TaskProcess, task: str, **arguments: int) -> float:
    return process(task, **arguments)["cpu"]


def ratios(rounds: int, first: Callable[[], float], second: Callable[[], float]) -> list[float]:
    """Run two variants in turn and return the ratios within the rounds."""
    return [first() / second() for _ in range(rounds)]


def scoring(engine: TaskProcess, harness: TaskProcess | None, rounds: int) -> Figures:
    """Yield the figures on the scoring of texts."""
    plan = engine("limit")
    share = plan["requested"] / plan["unique"]
    say(f"requests: {plan['requested']:.0f} tokens, {plan['unique']:.0f} unique, {share:.2f} times")
    if not 2.9 <= share <= 3.3:  # noqa: PLR2004  outside, the gates were set for other requests
        raise SystemExit("the requests are not those that the gates were set for")
    yield "packing: real / padded tokens", [plan["planned"] / plan["padded"]]
    yield "packing: planned / unique tokens", [plan["planned"] / plan["unique"]]
    engine("choices", one_token=False)
    yield (
        "multi-token choices / base model alone",
        ratios(rounds, partial(_cpu, engine, "choices", one_token=False), partial(_cpu, engine, "limit")),
    )
    runs = [engine("choices", one_token=False) for _ in range(rounds)]
    yield "a whole run / inside the model", [run["cpu"] / run["inside"] for run in runs]
    if harness is not None:
        yield from _beside_harness(engine, harness, rounds)


def _beside_harness(engine: TaskProcess, harness: TaskProcess, rounds: int) -> Figures:
    for figure, one_token in (
        ("multi-token choices / lm-eval's best", False),
        ("one-token choices / lm-eval's best", True),
    ):
        best = min(BATCHES, key=lambda batch: harness("choices", one_token=one_token, batch=batch, part=60)["cpu"])
        say(f"lm-eval's best batch size for {figure.split(' /', maxsplit=1)[0]}: {best}")
        pairs = [
            (engine("choices", one_token=one_token), harness("choices", one_token=one_token, batch=best))
            for _ in range(rounds)
        ]
        yield figure, [a["cpu"] / b["cpu"] for a, b in pairs]
        if not one_token:
            yield _memory(engine, harness, best)


def _memory(engine: TaskProcess, harness: TaskProcess, batch: int) -> tuple[str, list[float]]:
    peaks = [(_peak(engine.restart), _peak(harness.restart, batch=batch)) for _ in range(2)]
    say(f"peak above the loaded model, MiB: {', '.join(f'{a:.0f} and {b:.0f}' for a, b in peaks)}")
    return "peak memory / lm-eval's", [a / b for a, b in peaks]


def _peak(restart: Callable[[], TaskProcess], **settings: int) -> float:
    """Return the memory of a first run: a process that has run before keeps its memory."""
    process = restart()
    peak = process("choices", one_token=False, **settings)["peak"]
    process.close()
    return peak


def generation(engine: TaskProcess, varying: TaskProcess, rounds: int) -> Figures:
    """Yield the figures on generation, of texts of a fixed and of a varying length."""
    for figure, process in (
        ("generation, fixed length / generate's best", engine),
        ("generation, varying length / generate padded", varying),
    ):
        best = min(GENERATION_BATCHES, key=lambda batch: process("library", batch=batch)["cpu"])
        say(f"generate's best batch size for {figure.split(' /', maxsplit=1)[0]}: {best}")
        process("generate")
        library = partial(_cpu, process, "library", batch=best)
        yield figure, ratios(rounds, partial(_cpu, process, "generate"), library)


def after_examples(engine: TaskProcess, rounds: int) -> Figures:
    """Yield the figures on questions after the same solved items."""
    for figure, task in (
        ("texts after examples: read once / again", "texts_after_examples"),
        ("prompts after examples: read once / again", "prompts_after_examples"),
    ):
        engine(task, reuse=True)
        again = partial(_cpu, engine, task, reuse=False)
        yield figure, ratios(rounds, partial(_cpu, engine, task, reuse=True), again)


def divergence(process: TaskProcess, rounds: int) -> Figures:
    """Yield the figures on exact divergences."""
    pairs = [(process("blocks"), process("materialised")) for _ in range(rounds + 1)][1:]
    say(f"mean KL: {pairs[0][0]['value']:.6f} block by block, {pairs[0][1]['value']:.6f} materialised")
    yield "exact KL: memory / materialised", [a["peak"] / b["peak"] for a, b in pairs]
    yield "exact KL: time / materialised", [a["cpu"] / b["cpu"] for a, b in pairs]


def overhead(contexts: int) -> Figures:
    """Yield the cost of a request outside the model, on the built-in student where it is there."""
    import dls_probes

    student = Path(dls_probes.__file__).parent / "pair" / "student"
    if not (student / "config.json").is_file():
        return
    engine = TaskProcess(sys.executable, "engine", student, contexts)
    engine("choices", one_token=False)
    runs = [engine("choices", one_token=False) for _ in range(3)]
    yield (
        "ms a request outside the model, built-in student",
        [(run["cpu"] - run["inside"]) / (4 * contexts) * 1e3 for run in runs],
    )
    engine.close()
