"""Every public file is read or refused, as the table tests/data/interop/outcomes.txt says."""

from pathlib import Path

import pytest

from dls.errors import DlsError
from dls.importing.every_eval_ever_record import read_every_eval_ever
from dls.importing.hub_card import read_hub_card
from dls.importing.inspect_run import read_inspect
from dls.importing.lm_eval_run import read_lm_eval

READERS = {
    "lm_eval": read_lm_eval, "inspect": read_inspect, "eee": read_every_eval_ever, "eval_results": read_hub_card,
}  # fmt: skip
TABLE = (Path(__file__).parents[2] / "data" / "interop" / "outcomes.txt").read_text()
LONGEST = 110


def outcome(read, path):
    """Return the numbers of tasks with samples and of averages, or the refusal without the name of its file."""
    try:
        run = read(path)
    except DlsError as error:
        return str(error).replace(f"{path.parent}/", "").removeprefix(path.name).lstrip(": ")[:LONGEST]
    return f"{len(run.logs)} with samples, {len(run.averages)} averages"


def files(folder):
    """Return the logs in a folder; the task files of the harness are none."""
    endings = (".json", ".jsonl", ".eval", ".yaml")
    return [path for path in sorted(folder.rglob("*")) if path.suffix in endings and not path.name.startswith("task_")]


@pytest.mark.parametrize("form", READERS)
def test_every_file_is_read_or_refused_as_the_table_says(form, interop):
    table = dict(line.split(" | ") for line in TABLE.splitlines() if line.startswith(f"{form}/"))
    paths = files(interop / form)
    assert {str(path.relative_to(interop)): outcome(READERS[form], path) for path in paths} == table
