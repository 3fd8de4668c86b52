"""`dls fill`: the gaps of a draft, asked one by one."""

import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

EXAMPLE = """example:
  dls fill dls.yaml

Asks for each text that `dls draft` or `dls init` left to a person. Every answer is written at once, so you can stop at
any time and go on later. An empty line leaves a gap for later; the end of the input (Ctrl-D) stops.
Exit code: 0 no gap is left, 1 some are.
"""


_NAMES = 5  # of gaps that the last line lists


def configure(parser: ArgumentParser) -> None:
    """Declare the arguments."""
    parser.description = "Ask for the gaps of a statement one by one, and write each answer into the file."
    parser.epilog = EXAMPLE
    parser.add_argument("statement", type=Path, metavar="STATEMENT", help="the draft")


def run(arguments: Namespace) -> int:
    """Ask until every gap was asked once, or the input ends."""
    from dls.authoring.filling import fill_gap, gaps_of
    from dls.document.reader import read
    from dls.report.terminal import show

    path: Path = arguments.statement
    gaps = gaps_of(read(path))
    for number, gap in enumerate(gaps, 1):
        about = f" ({gap.about})" if gap.about else ""
        show(f"[{number}/{len(gaps)}] {gap.pointer}{about}: {gap.question}")
        while answer := _answer():
            problem = fill_gap(path, gap, answer)
            if problem is None:
                break
            show(f"  {problem}")
        if answer is None:
            break
    rest = gaps_of(read(path))
    names = f" ({', '.join(gap.pointer for gap in rest[:_NAMES])}{', …' * (len(rest) > _NAMES)})" if rest else ""
    show(f"{path}: {len(rest)} gaps left{names}. Next: dls {'fill' if rest else 'validate'} {path}")
    if rest:
        show(
            "A member without an answer, such as the source of a model that is nowhere public, is removed in the file."
        )
    return int(bool(rest))


def _answer() -> str | None:
    """Return a line of the input without its ends; None where it ends."""
    sys.stdout.flush()
    line = sys.stdin.readline()
    return line.strip() if line else None
