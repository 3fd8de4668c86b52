"""`dls demo`: the whole loop on the built-in pair, from two models to a statement that others can check."""

from argparse import ArgumentParser, Namespace
from pathlib import Path

from dls_probes.commands._model_arguments import positive

EXAMPLE = """example:
  dls demo --out demo

Asks the built-in teacher and student, drafts a statement, validates it, computes it again from the records, runs it
again, and shows the losses. This takes a minute and a half. Run it again in the same folder to see the result at once.
"""


def configure(parser: ArgumentParser) -> None:
    """Declare the arguments."""
    parser.epilog = EXAMPLE
    parser.add_argument(
        "--out", type=Path, default=Path("demo"), metavar="DIR", help="where everything goes (default: demo)"
    )
    parser.add_argument("--threads", type=positive, default=1, metavar="N", help="threads of each process (default: 1)")
    parser.add_argument(
        "--workers", type=positive, default=0, metavar="N", help="worker processes (default: this process alone)"
    )


def run(arguments: Namespace) -> int:
    """Run the loop and show its end."""
    from dls_probes.commands._demonstration import demonstrate

    return demonstrate(arguments.out, threads=arguments.threads, workers=arguments.workers)
