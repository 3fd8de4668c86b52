"""The figures, by group."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks.engine.gates import say
from benchmarks.engine.measuring import Measuring

BATCHES = (1, 2, 4, 8, 32)


def ratios(rounds: int, one: Callable[[], float], other: Callable[[], float]) -> list[float]:
    """Run both in turn and return the ratios within the rounds."""
    return [one() / other() for _ in range(rounds)]


def scoring(engine: Measuring, harness: Measuring | None, rounds: int) -> Iterator[tuple[str, list[float]]]:
    """Yield the figures about given text."""
    plan = engine("limit")
    share = plan["requested"] / plan["unique"]
    say(f"requests: {plan['requested']:.0f} tokens, {plan['unique']:.0f} unique, {share:.2f} times")
    if not 2.9 <= share <= 3.3:  # noqa: PLR2004  outside, the requests are not those that the gates were set for
        raise SystemExit("the requests are not what they should be")
    yield "packing: real / padded tokens", [plan["planned"] / plan["padded"]]
    yield "packing: planned / unique tokens", [plan["planned"] / plan["unique"]]
    engine("choices", one_token=False)
    yield (
        "multi-token choices / base model alone",
        ratios(rounds, lambda: engine("choices", one_token=False)["cpu"], lambda: engine("limit")["cpu"]),
    )
    whole = [engine("choices", one_token=False) for _ in range(rounds)]
    yield "a whole run / inside the model", [one["cpu"] / one["inside"] for one in whole]
    if harness is None:
        return
    for figure, one_token in (
        ("multi-token choices / lm-eval's best", False),
        ("one-token choices / lm-eval's best", True),
    ):
        best = min(BATCHES, key=lambda batch: harness("choices", one_token=one_token, batch=batch, part=60)["cpu"])
        say(f"lm-eval's best batch size for {figure.split(' /', maxsplit=1)[0]}: {best}")
        measured = [
            (engine("choices", one_token=one_token), harness("choices", one_token=one_token, batch=best))
            for _ in range(rounds)
        ]
        yield figure, [a["cpu"] / b["cpu"] for a, b in measured]
        if not one_token:
            sides = (engine.fresh, {}), (harness.fresh, {"batch": best})
            peaks = [[_peak(fresh, settings) for fresh, settings in sides] for _ in range(2)]
            say(f"peak above the loaded model, MiB: {', '.join(f'{a:.0f} and {b:.0f}' for a, b in peaks)}")
            yield "peak memory / lm-eval's", [a / b for a, b in peaks]


def _peak(fresh: Callable[[], Measuring], settings: dict[str, int]) -> float:
    """Return the memory of a first run: a process that has run before keeps what it took."""
    process = fresh()
    peak = process("choices", one_token=False, **settings)["peak"]
    process.close()
    return peak


def generating(fixed: Measuring, varying: Measuring, rounds: int) -> Iterator[tuple[str, list[float]]]:
    """Yield the figures about generation."""
    for figure, engine in (
        ("generation, fixed length / generate's best", fixed),
        ("generation, varying length / generate padded", varying),
    ):
        batches = (8, 16, 32, 64)
        best = min(batches, key=lambda batch: engine("library", batch=batch)["cpu"])
        say(f"generate's best batch size for {figure.split(' /', maxsplit=1)[0]}: {best}")
        engine("generate")
        yield (
            figure,
            ratios(
                rounds,
                lambda engine=engine: engine("generate")["cpu"],
                lambda engine=engine, best=best: engine("library", batch=best)["cpu"],
            ),
        )


def after_examples(engine: Measuring, rounds: int) -> Iterator[tuple[str, list[float]]]:
    """Yield the figures about questions that the same solved items stand before."""
    for figure, task in (
        ("texts after examples: read once / again", "texts_after_examples"),
        ("prompts after examples: read once / again", "prompts_after_examples"),
    ):
        engine(task, kept=True)
        yield (
            figure,
            ratios(
                rounds,
                lambda task=task: engine(task, kept=True)["cpu"],
                lambda task=task: engine(task, kept=False)["cpu"],
            ),
        )


def divergence(process: Measuring, rounds: int) -> Iterator[tuple[str, list[float]]]:
    """Yield the figures about exact divergences."""
    measured = [(process("blocks"), process("materialised")) for _ in range(rounds + 1)][1:]
    say(f"mean KL: {measured[0][0]['value']:.6f} block by block, {measured[0][1]['value']:.6f} materialised")
    yield "exact KL: memory / materialised", [a["peak"] / b["peak"] for a, b in measured]
    yield "exact KL: time / materialised", [a["cpu"] / b["cpu"] for a, b in measured]


def overhead(contexts: int) -> Iterator[tuple[str, list[float]]]:
    """Yield the cost of a request outside the model, on the built-in student where it is there."""
    import dls_probes

    student = Path(dls_probes.__file__).parent / "pair" / "student"
    if not (student / "config.json").is_file():
        return
    engine = Measuring(sys.executable, "ours", student, contexts)
    engine("choices", one_token=False)
    found = [engine("choices", one_token=False) for _ in range(3)]
    yield (
        "ms a request outside the model, built-in student",
        [(one["cpu"] - one["inside"]) / (4 * contexts) * 1e3 for one in found],
    )
    engine.close()
