"""The figures, their gates and the table."""

import statistics
import sys
from typing import NamedTuple


def say(line: str) -> None:
    """Print a line at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


class Gate(NamedTuple):
    """A figure, its limit, and whether it must stay below."""

    figure: str
    limit: float
    below: bool = True


GATES = (
    Gate("multi-token choices / lm-eval's best", 0.25),
    Gate("multi-token choices / base model alone", 1.15),
    Gate("packing: real / padded tokens", 0.90, below=False),
    Gate("packing: planned / unique tokens", 1.02),
    Gate("one-token choices / lm-eval's best", 0.75),
    Gate("peak memory / lm-eval's", 0.30),
    Gate("generation, fixed length / generate's best", 1.00),
    Gate("generation, varying length / generate padded", 0.70),
    Gate("texts after examples: read once / again", 0.50),
    Gate("prompts after examples: read once / again", 0.60),
    Gate("exact KL: memory / materialised", 0.10),
    Gate("exact KL: time / materialised", 0.85),
    Gate("a whole run / inside the model", 1.05),
    Gate("ms a request outside the model, built-in student", 0.4),
)


def check_gates(figures: dict[str, list[float]]) -> bool:
    """Print the table and return whether each measured figure is within its gate."""
    good = "" not in figures
    for gate in GATES:
        values = sorted(figures.get(gate.figure, []))
        if not values:
            say(f"{gate.figure:52} {'not measured':>14}")
            continue
        better = values[len(values) // 4] if gate.below else values[-1 - len(values) // 4]
        within = better <= gate.limit if gate.below else better >= gate.limit
        good = good and within
        sign = "<=" if gate.below else ">="
        middle, over = statistics.median(values), "" if within else "OVER ITS GATE"
        say(f"{gate.figure:52} {middle:8.3f}  quartile {better:6.3f}  {sign} {gate.limit:<5} {over}")
    return good
