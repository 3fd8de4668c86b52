"""Many statements: each in the report as it is alone, progress on a terminal, memory that does not grow, no network."""

import json
import os
import pty
import subprocess
import sys
from contextlib import suppress
from functools import partial

import pytest

from dls.commands._parallel import FEWEST, map_in_processes
from dls.commands.cli import main
from dls.commands.validate import _PROGRESS_FILES, _check_file, _killed
from dls.standard.specification import spec_folder

DOCUMENTS = spec_folder() / "conformance" / "documents"
COMMAND = [sys.executable, "-m", "dls.commands.cli", "validate"]


@pytest.fixture(scope="module")
def tree(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tree")
    (folder / "profile.yaml").write_bytes((DOCUMENTS / "profile.yaml").read_bytes())
    for i in range(_PROGRESS_FILES):
        (folder / f"{i:04}.dls.yaml").write_bytes((DOCUMENTS / "publisher.yaml").read_bytes())
    return folder


def test_a_statement_among_many_is_reported_as_it_is_alone(tree, capsys):
    first = str(tree / "0000.dls.yaml")
    main(["validate", first])
    alone = capsys.readouterr().out
    main(["validate", str(tree)])
    lines = capsys.readouterr().out.splitlines(keepends=True)
    assert (lines[0], len(lines)) == (alone.splitlines(keepends=True)[0], _PROGRESS_FILES + 1)


def test_json_says_the_same_of_a_statement_alone_and_among_many(tree, capsys):
    main(["validate", "--format", "json", str(tree / "0000.dls.yaml")])
    alone = json.loads(capsys.readouterr().out)["summary"]["statements"]
    main(["validate", "--format", "json", str(tree)])
    assert json.loads(capsys.readouterr().out)["summary"]["statements"][:1] == alone


def _read(terminal):
    with suppress(OSError):  # which is how a terminal ends
        while part := os.read(terminal, 1 << 16):
            yield part


def test_progress_is_shown_on_a_terminal(tree):
    terminal, other_end = pty.openpty()
    process = subprocess.Popen([*COMMAND, tree], stdout=subprocess.DEVNULL, stderr=other_end)
    os.close(other_end)
    output = b"".join(_read(terminal))
    os.close(terminal)
    assert process.wait() == 0
    half, whole = "#" * 15 + "." * 15, "#" * 30
    assert f"\r[{half}] {_PROGRESS_FILES // 2} of {_PROGRESS_FILES} files, ".encode() in output
    assert output.endswith(f"\r[{whole}] {_PROGRESS_FILES} of {_PROGRESS_FILES} files\r\n".encode())


def test_nothing_but_findings_is_written_where_there_is_no_terminal(tree):
    assert subprocess.run([*COMMAND, tree], capture_output=True, check=True).stderr == b""


def test_an_error_among_many_is_not_forgotten(tree, tmp_path):
    bad = tmp_path / "bad.dls.yaml"
    bad.write_bytes((DOCUMENTS / "DLS203-smaller-loss.yaml").read_bytes())
    (tmp_path / "profile.yaml").write_bytes((DOCUMENTS / "profile.yaml").read_bytes())
    assert subprocess.run([*COMMAND, bad, tree], capture_output=True, check=False).returncode == 1


PEAK_MEMORY = """
import resource, sys
from dls.commands.cli import main
assert main(["validate", *sys.argv[1:]]) == 0
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, file=sys.stderr)
"""


def peak(*paths):
    """Return the peak resident memory of a run, in KiB (Linux)."""
    process = subprocess.run([sys.executable, "-c", PEAK_MEMORY, *paths], capture_output=True, text=True, check=True)
    return int(process.stderr)


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere ru_maxrss has another unit")
def test_memory_does_not_grow_with_the_number_of_statements(tree):
    baseline = peak(*[tree] * 2)
    assert peak(*[tree] * 6) < baseline + 1024


OFFLINE = """
import sys

def refuse(event, arguments):
    if event.startswith(("socket.", "urllib.", "http.", "ftplib.", "smtplib.")):
        raise SystemExit(f"{event} {arguments}")

sys.addaudithook(refuse)
from dls.commands.cli import main
sys.exit(main(["validate", *sys.argv[1:]]))
"""


def offline(code, *words):
    return subprocess.run([sys.executable, "-c", code, *words], capture_output=True, text=True, check=False)


def test_no_document_opens_a_socket():
    process = offline(OFFLINE, "--scenario", "general_chat", *sorted(DOCUMENTS.glob("*.yaml")))
    assert (process.returncode, process.stderr) == (2, "")  # 2: some of the suite cannot be read


@pytest.mark.parametrize("form", ["json", "sarif", "github", "junit", "gitlab"])
def test_no_format_opens_a_socket(form):
    process = offline(OFFLINE, "--format", form, DOCUMENTS / "DLS203-smaller-loss.yaml")
    assert (process.returncode, process.stderr) == (1, "")
    assert "DLS203" in process.stdout


def test_the_watch_for_sockets_sees_one():
    process = offline(
        OFFLINE.replace("from dls.commands.cli", "import socket; socket.socket()\nfrom dls.commands.cli"), "x"
    )
    assert process.stderr.startswith("socket.__new__")


@pytest.mark.slow
def test_several_processes_find_the_same_as_one(tree, tmp_path):
    bad = tmp_path / "bad.dls.yaml"
    bad.write_text("dls_version: [")
    files = [str(path) for path in sorted(tree.iterdir())] * (FEWEST // _PROGRESS_FILES) + [str(bad)]
    check = partial(_check_file, scenario=None, waivers=None, trust=None)
    assert list(map_in_processes(files, check, _killed)) == list(map(check, files))


POISON = ("51", "999")


def _check_or_die(path):
    return os._exit(9) if path in POISON else f"{path} is checked"


def _name_killer(path):
    return f"{path} kills"


@pytest.mark.slow
def test_a_file_that_kills_its_process_is_named_and_hides_no_other():
    files = [str(number) for number in range(FEWEST)]
    results = list(map_in_processes(files, _check_or_die, _name_killer))
    assert results == [_name_killer(path) if path in POISON else _check_or_die(path) for path in files]
