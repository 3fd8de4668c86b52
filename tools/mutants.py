"""Mutate one registered formula at a time, and see which tests notice: `python -m tools.mutants brier aurc`.

A mutant multiplies the formula's result by 0.99: most values stay in their range, so that a test of the value itself
has to notice. Two groups of tests have to fail on it: the comparison with an independent implementation, and the tests
that measure from records. Each group stops at its first failure. Without an argument the command takes every formula,
which is a matter of an hour.
"""

import argparse
import re
import subprocess
import sys
from collections.abc import Sequence
from functools import wraps
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

from dls.errors import DlsError
from dls.metrics import formulas

ROOT = Path(__file__).parents[1]
FACTOR = 0.99
ORACLES = ("tests/validator/metrics/test_against_oracles.py",)
MEASUREMENTS = ("tests/validator/probes", "tests/validator/measuring", "tests/validator/verifying")
OPTION = "--mutant"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option that names the mutated formula; pytest takes this module as a plugin."""
    parser.addoption(OPTION, help="the metric whose formula is mutated")


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    """Replace the formula before any module of the tests takes the table."""
    metric = early_config.known_args_namespace.mutant
    formulas.FORMULAS = MappingProxyType({**formulas.FORMULAS, metric: mutant(formulas.FORMULAS[metric])})


def mutant(formula: formulas.Formula) -> formulas.Formula:
    """Return the formula with its result times 0.99."""

    @wraps(formula)
    def value(*arguments: Any) -> float:
        return FACTOR * formula(*arguments)

    return value


def first_failure(metric: str, tests: Sequence[str]) -> str | None:
    """Return the first of some tests that fails where a metric's formula is mutated; None where all of them pass.

    Raises:
        DlsError: pytest ran no test.
    """
    command = [sys.executable, "-m", "pytest", "-p", __spec__.name, OPTION, metric, "-x", "-q", *tests]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603 - of our words
    if done.returncode == pytest.ExitCode.OK:
        return None
    failure = re.search(r"^(?:FAILED|ERROR) (\S+)", done.stdout, re.MULTILINE)
    if failure is None:
        raise DlsError(f"pytest ran no test on the mutant of {metric}: {done.stdout}{done.stderr}")
    return failure[1].rpartition("/")[2]


def main() -> int:
    """Print the first test of each group that notices each mutant; return 1 where a mutant survives a group."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("metrics", nargs="*", metavar="METRIC", help="metrics with a formula; all of them by default")
    survivors = 0
    for metric in parser.parse_args().metrics or formulas.FORMULAS:
        failures = [first_failure(metric, tests) for tests in (ORACLES, MEASUREMENTS)]
        survivors += None in failures
        sys.stdout.write(f"{metric}\n  oracle: {failures[0]}\n  measurement: {failures[1]}\n")
        sys.stdout.flush()
    return int(survivors > 0)


if __name__ == "__main__":
    sys.exit(main())
