"""Public logs of other harnesses (tests/data/interop, origins in SOURCES.md there)."""

import tarfile
from pathlib import Path

import msgspec
import pytest

from dls.commands.cli import main
from dls.model import Manifest

DATA = Path(__file__).parents[2] / "data" / "interop"


@pytest.fixture(scope="session")
def interop(tmp_path_factory):
    """The folder with the public files."""
    folder = tmp_path_factory.mktemp("interop")
    for name in ("lm_eval", "inspect", "eee", "eval_results"):
        with tarfile.open(DATA / f"{name}.tar.xz") as archive:
            archive.extractall(folder, filter="data")
    return folder


@pytest.fixture
def imported(tmp_path, capsys):
    """A function that imports two logs; it returns exit code, manifests by task, and what was printed."""

    def run(form, teacher, student, *options):
        out = tmp_path / "evidence"
        code = main(["import", form, "--teacher", str(teacher), "--student", str(student), "-o", str(out), *options])
        printed = capsys.readouterr()
        manifests = {
            path.parent.name: msgspec.json.decode(path.read_bytes(), type=Manifest)
            for path in sorted(out.glob("*/manifest.json"))
        }
        return code, manifests, printed.out + printed.err

    return run
