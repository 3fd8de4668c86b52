"""The command; see `benchmarks.engine`."""

import argparse
import resource
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import benchmarks.engine
from benchmarks.engine.asked import VOCABULARY, make_model
from benchmarks.engine.figures import after_examples, divergence, generating, overhead, scoring
from benchmarks.engine.gates import say, table
from benchmarks.engine.measuring import EndedError, Measuring


def _measured(name: str, group: Callable[[], Iterator[tuple[str, list[float]]]]) -> Iterator[tuple[str, list[float]]]:
    """Yield a group's figures at once, each with its ratios; what a broken group measured before it broke is kept."""
    try:
        for figure, values in group():
            say(f"{figure}: {', '.join(f'{value:.3f}' for value in values)}")
            yield figure, values
    except EndedError as error:
        say(f"{name}: {error}")
        yield "", []  # a figure that is missing for that reason fails the run


def main() -> int:
    """Measure, print the table and return the exit code."""
    parser = argparse.ArgumentParser(
        description=benchmarks.engine.__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--lm-eval", help="a Python that has lm_eval; without it, its figures are not measured")
    parser.add_argument("--contexts", type=int, default=500)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument(
        "--only", nargs="+", choices=("scoring", "generating", "examples", "divergence", "overhead"), help="these alone"
    )
    chosen = parser.parse_args()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with tempfile.TemporaryDirectory() as scratch:
        model, ending = Path(scratch) / "model", Path(scratch) / "ending"
        make_model(model)
        make_model(ending, eos=range(1, VOCABULARY, 20))
        engine, varying, exact = (
            Measuring(sys.executable, kind, folder, chosen.contexts)
            for kind, folder in (("ours", model), ("ours", ending), ("kl", model))
        )
        python = str(Path(chosen.lm_eval).absolute()) if chosen.lm_eval else None
        harness = Measuring(python, "lm_eval", model, chosen.contexts) if python else None
        groups = {
            "scoring": lambda: scoring(engine, harness, chosen.rounds),
            "generating": lambda: generating(engine, varying, chosen.rounds),
            "examples": lambda: after_examples(engine, chosen.rounds),
            "divergence": lambda: divergence(exact, chosen.rounds),
            "overhead": lambda: overhead(chosen.contexts),
        }
        figures = {figure: values for name in chosen.only or groups for figure, values in _measured(name, groups[name])}
    return 0 if table(figures) else 1


if __name__ == "__main__":
    sys.exit(main())
