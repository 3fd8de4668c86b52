"""The command; see `benchmarks.engine`."""

import argparse
import resource
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import benchmarks.engine
from benchmarks.engine.figures import Figures, after_examples, divergence, generation, overhead, scoring
from benchmarks.engine.gates import check_gates, say
from benchmarks.engine.processes import EndedError, TaskProcess
from benchmarks.engine.workload import VOCABULARY, make_model


def _measure(name: str, group: Callable[[], Figures]) -> Figures:
    """Yield a group's figures at once, each with its ratios; a group that breaks keeps its earlier figures."""
    try:
        for figure, values in group():
            say(f"{figure}: {', '.join(f'{value:.3f}' for value in values)}")
            yield figure, values
    except EndedError as error:
        say(f"{name}: {error}")
        yield "", []  # a figure that is missing for that reason fails the run


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=benchmarks.engine.__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--lm-eval", help="a Python that has lm_eval; without it, its figures are not measured")
    parser.add_argument("--contexts", type=int, default=500)
    parser.add_argument("--rounds", type=int, default=5)
    groups = ("scoring", "generating", "examples", "divergence", "overhead")
    parser.add_argument("--only", nargs="+", choices=groups, help="these alone")
    return parser.parse_args()


def _groups(folder: Path, arguments: argparse.Namespace) -> Mapping[str, Callable[[], Figures]]:
    """Make the models, start the processes, and return the groups of figures by name."""
    model, ending = folder / "model", folder / "ending"
    make_model(model)
    make_model(ending, eos=range(1, VOCABULARY, 20))
    processes: Iterator[TaskProcess] = (
        TaskProcess(sys.executable, kind, path, arguments.contexts)
        for kind, path in (("engine", model), ("engine", ending), ("divergence", model))
    )
    engine, varying, exact = processes
    python = str(Path(arguments.lm_eval).absolute()) if arguments.lm_eval else None
    harness = TaskProcess(python, "harness", model, arguments.contexts) if python else None
    return {
        "scoring": lambda: scoring(engine, harness, arguments.rounds),
        "generating": lambda: generation(engine, varying, arguments.rounds),
        "examples": lambda: after_examples(engine, arguments.rounds),
        "divergence": lambda: divergence(exact, arguments.rounds),
        "overhead": lambda: overhead(arguments.contexts),
    }


def main() -> int:
    """Measure, print the table and return the exit code."""
    arguments = _arguments()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with tempfile.TemporaryDirectory() as scratch:
        groups = _groups(Path(scratch), arguments)
        names = arguments.only or groups
        figures = {figure: values for name in names for figure, values in _measure(name, groups[name])}
    return 0 if check_gates(figures) else 1


if __name__ == "__main__":
    sys.exit(main())
