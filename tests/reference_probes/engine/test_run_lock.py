"""Two runs never measure one probe in one folder at the same time."""

import subprocess
import sys

import pytest
from tests.reference_probes.runs.test_bad_input import HEADLINE, folders, refused, run_words  # noqa: F401  a fixture

from dls.errors import DlsError
from dls_probes.engine.run_lock import exclusive_probes

HOLD = """
import sys
from pathlib import Path
from dls_probes.engine.run_lock import exclusive_probes
with exclusive_probes(Path(sys.argv[1]), ["a", "b"]):
    print("locked", flush=True)
    sys.stdin.read()
"""


def holder(scratch):
    """Start a process that holds the probes a and b."""
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    process = subprocess.Popen([sys.executable, "-c", HOLD, str(scratch)], **pipes)
    assert process.stdout.readline() == "locked\n"
    return process


def test_a_probe_of_another_run_is_refused_and_the_rest_is_free(tmp_path):
    with holder(tmp_path / "scratch") as process:
        with pytest.raises(DlsError, match=f"another run is measuring b in {tmp_path}"):
            exclusive_probes(tmp_path / "scratch", ["c", "b"]).__enter__()
        with exclusive_probes(tmp_path / "scratch", ["c"]):
            assert (tmp_path / "scratch" / "c.lock").exists()
        process.communicate("")
    assert not (tmp_path / "scratch").exists()


def test_a_killed_run_leaves_no_lock(tmp_path):
    with holder(tmp_path / "scratch") as process:
        process.kill()
    with exclusive_probes(tmp_path / "scratch", ["a", "b"]):
        pass
    assert not (tmp_path / "scratch").exists()


@pytest.mark.parametrize("words", [(), ("--resume",)])
def test_a_second_run_is_refused_before_it_asks_anything(words, folders, capsys):  # noqa: F811  the fixture
    teacher, student, out = folders
    with exclusive_probes(out / ".unfinished", [HEADLINE]):
        assert f"another run is measuring {HEADLINE} in {out}" in refused(
            run_words(teacher, student, out, *words), capsys
        )
        assert [path.name for path in out.rglob("*")] == [".unfinished", f"{HEADLINE}.lock"]
