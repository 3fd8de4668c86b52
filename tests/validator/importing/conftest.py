"""Public logs of other harnesses (tests/data/interop, origins in SOURCES.md there)."""

import msgspec
import pytest
from tests.interop_files import extract

from dls.commands.cli import main
from dls.model import Manifest


@pytest.fixture(scope="session")
def interop(tmp_path_factory):
    """The folder with the public files."""
    return extract(tmp_path_factory.mktemp("interop"), "lm_eval", "inspect", "eee", "eval_results")


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
