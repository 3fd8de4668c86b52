"""`dls import`: make evidence from the logs of another harness."""

import gc
from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from dls.errors import DlsError

if TYPE_CHECKING:
    from dls.importing.average_log import RunLogs

EXAMPLE = """example:
  dls import lm-eval --teacher runs/teacher --student runs/student -o evidence
  dls draft evidence -o dls.yaml

Both runs are joined item by item. The records hold ids, scores and the log-probabilities of options, and no text of
any prompt or answer. `dls recompute` computes every number again, without the harness.

Averages alone (eee, hf, and lm-eval without samples) become transcribed claims, which are never preserved.
"""
FORMS = ("lm-eval", "inspect", "table", "eee", "hf")


def configure(parser: ArgumentParser) -> None:
    """Declare the arguments."""
    parser.epilog = EXAMPLE
    parser.add_argument("form", choices=FORMS, help="the harness that wrote the logs, or the form of averages")
    for arm in ("teacher", "student"):
        parser.add_argument(f"--{arm}", type=Path, required=True, metavar="LOG", help=f"the {arm}'s results")
    parser.add_argument("-o", "--out", type=Path, required=True, metavar="DIR", help="the evidence folder to write")
    parser.add_argument(
        "--scenario", default="general_chat", metavar="P", help="the profile of the use (default: general_chat)"
    )
    table = parser.add_argument_group("for a table, CSV or JSON lines with a column `id` and columns of scores")
    table.add_argument("--dataset", metavar="NAME", help="the data set of the items (default: the table's name)")
    table.add_argument("--split", metavar="NAME", help="its split")
    table.add_argument("--of", type=int, metavar="N", help="the number of items of the whole split")
    table.add_argument("--lower", action="append", default=[], metavar="COLUMN", help="lower values are better in it")
    parser.add_argument("--texts", action="store_true", help="copy the logs too, with all prompts and answers in them")
    parser.add_argument("--mapping", type=Path, metavar="FILE", help="rows of your own, tried before the standard's")


def run(arguments: Namespace) -> int:
    """Read both runs, join them, write the evidence, and print the next step."""
    gc.disable()  # a hundred thousand records are in no circle, and a collection looks at each of them again
    try:
        return _import(arguments)
    finally:
        gc.enable()


def _import(arguments: Namespace) -> int:
    from dls.commands._two_runs import read_runs
    from dls.importing.evidence_writer import write_evidence
    from dls.importing.mapping_table import load_mapping
    from dls.importing.pairing import counterparts, join
    from dls.report.terminal import show
    from dls.scenarios.profile import load_profile

    table, profile = load_mapping(arguments.form, arguments.mapping), load_profile(arguments.scenario)
    teacher, student = read_runs(_reader(arguments), arguments.teacher, arguments.student)
    pairs = counterparts(teacher.logs, student.logs)
    measured = {log.key for log, _ in pairs}
    averages = [pair for pair in counterparts(teacher.averages, student.averages) if pair[0].key not in measured]
    if not pairs and not averages:
        names = [{log.key[0] for logs in (run.logs, run.averages) for log in logs} for run in (teacher, student)]
        tasks = [", ".join(sorted(entries)[:10]) for entries in names]
        raise DlsError("the runs have no task in common: {} and {}".format(*tasks))
    joined = [join(*pair) for pair in pairs]
    lines = write_evidence(joined, averages, table, profile, arguments.out, texts=arguments.texts)
    for line in (*teacher.notes, *student.notes, *lines):
        show(line)
    show(f"Next: dls draft {arguments.out} -o dls.yaml")
    return 0


def _reader(arguments: Namespace) -> "Callable[[Path], RunLogs]":
    from dls.importing.every_eval_ever_record import read_every_eval_ever
    from dls.importing.hub_card import read_hub_card
    from dls.importing.inspect_run import read_inspect
    from dls.importing.lm_eval_run import read_lm_eval
    from dls.importing.score_table import TableOptions, read_table
    from dls.model import On

    on = On(dataset=arguments.dataset or arguments.teacher.stem, split=arguments.split)
    options = TableOptions(on, arguments.of, frozenset(arguments.lower))
    readers: dict[str, Callable[[Path], RunLogs]] = {
        "lm-eval": read_lm_eval,
        "inspect": read_inspect,
        "table": partial(read_table, options=options),
        "eee": read_every_eval_ever,
        "hf": read_hub_card,
    }
    return readers[str(arguments.form)]
