"""`dls_probes.run` measures a pair from Python, with the bytes that the command writes."""

from pathlib import Path

import pytest

import dls
import dls_probes
from dls.commands.cli import main
from dls.standard.registry import DIMENSIONS

PAIR = Path(dls_probes.__file__).parent / "pair"


def contents(folder):
    """The bytes of every file of a run but for its times."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != "run.json")
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


@pytest.mark.slow
def test_a_run_from_python_writes_the_bytes_of_the_command(tmp_path):
    models = PAIR / "teacher", PAIR / "student"
    end = dls_probes.run(*models, "demo", tmp_path / "python", dimensions=["diversity"], n=4, frame="none")
    words = ["--teacher", str(models[0]), "--student", str(models[1]), "--scenario", "demo", "--out"]
    choices = ["--dimension", "diversity", "--n", "4", "--frame", "none"]
    assert main(["probe", "run", *words, str(tmp_path / "command"), *choices]) == 0
    assert contents(tmp_path / "python") == contents(tmp_path / "command")
    assert all(path.is_file() for path in end.manifests)
    label = {"status": "not_measured", "justification": "too_costly", "note": "The short run left it out."}
    absences = [{"dimension": name, **label} for name in DIMENSIONS if name != "diversity"]
    statement = dls.draft(tmp_path / "python", answers={"absences": absences})
    assert {claim.items.n for claim in statement.claims} == {4}


def test_a_wrong_folder_stops_a_run(tmp_path):
    with pytest.raises(dls.DlsError, match="nosuch"):
        dls_probes.run(tmp_path / "nosuch", PAIR / "student", "demo", tmp_path / "out")
