"""A file is written whole or not at all, on a real full disk, and the next try works."""

import os
import stat
import subprocess
import sys

import pytest

from dls.errors import DlsError
from dls.evidence.files import PRIVATE, create_file, replace_file
from dls.signing.keys import new_key
from dls.standard.specification import spec_folder

LIMIT = 64  # bytes that a file may have: for the process, a disk that is full
FULL = (
    "import resource, sys\n"
    f"resource.setrlimit(resource.RLIMIT_FSIZE, ({LIMIT}, resource.RLIM_INFINITY))\n"
    "from dls.commands.cli import main\nsys.exit(main(sys.argv[1:]))"
)
ROOMY = FULL.replace(f"({LIMIT},", "(resource.RLIM_INFINITY,")


def names(folder):
    return sorted(path.name for path in folder.rglob("*"))


def run(code, *words, cwd):
    process = subprocess.run([sys.executable, "-c", code, *words], capture_output=True, text=True, check=False, cwd=cwd)
    return process.returncode, process.stderr


WRITERS = {
    "sign --new-key": ("sign", "--new-key", "lab.pem", "--party", "Another Lab"),
    "sign": ("sign", "report.yaml", "--key", "key.pem"),
    "init": ("init", "--scenario", "demo", "-o", "new.yaml"),
    "draft": ("draft", "evidence", "-o", "new.yaml", "--scenario", "small.yaml"),
}


@pytest.fixture
def folder(signing_report, publication):
    for name in ("report.yaml", "key.pem"):
        (publication.folder / name).write_bytes((signing_report / name).read_bytes())
    return publication.folder


@pytest.fixture
def signing_report(tmp_path):
    """Return a folder with a report that can be signed, and a key."""
    place = tmp_path / "report"
    place.mkdir()
    (place / "report.yaml").write_bytes((spec_folder() / "conformance" / "documents" / "report.yaml").read_bytes())
    new_key(place / "key.pem")
    return place


@pytest.mark.parametrize("writer", WRITERS)
def test_a_full_disk_leaves_nothing_and_the_next_try_works(folder, writer):
    before = names(folder)
    code, problem = run(FULL, *WRITERS[writer], cwd=folder)
    assert (code, problem.count("\n")) == (2, 1), problem
    assert "File too large" in problem
    assert names(folder) == before
    code, problem = run(ROOMY, *WRITERS[writer], cwd=folder)
    assert (code, problem) == (0, "")
    assert set(names(folder)) > set(before)


def test_a_full_disk_leaves_the_old_file_whole(tmp_path):
    path = tmp_path / "manifest.json"
    replace_file(path, b"old")
    code = FULL.partition("from dls.commands")[0] + (
        "from pathlib import Path\nfrom dls.evidence.files import replace_file\n"
        f"replace_file(Path({str(path)!r}), b'n' * {LIMIT + 1})"
    )
    assert "make room" in run(code, cwd=tmp_path)[1]
    assert (path.read_bytes(), names(tmp_path)) == (b"old", ["manifest.json"])


@pytest.mark.parametrize("write", [create_file, replace_file])
def test_a_file_is_as_open_as_the_systems_mask_allows(tmp_path, write):
    (tmp_path / "like").write_bytes(b"")
    write(tmp_path / "new", b"x")
    assert (tmp_path / "new").stat().st_mode == (tmp_path / "like").stat().st_mode


def test_a_private_file_is_never_open_to_others(tmp_path):
    create_file(tmp_path / "key", b"x", PRIVATE)
    assert stat.S_IMODE((tmp_path / "key").stat().st_mode) == PRIVATE


@pytest.mark.parametrize("kind", ["file", "link", "link to nowhere"])
def test_nothing_that_is_there_is_written_over_or_through(tmp_path, kind):
    path, elsewhere = tmp_path / "new", tmp_path / "elsewhere"
    if kind == "file":
        path.write_bytes(b"old")
    else:
        path.symlink_to(elsewhere)
    if kind == "link":
        elsewhere.write_bytes(b"old")
    before = names(tmp_path)
    with pytest.raises(DlsError, match="is there already; name another file"):
        create_file(path, b"new")
    assert names(tmp_path) == before
    assert not elsewhere.exists() or elsewhere.read_bytes() == b"old"


def test_a_file_system_without_hard_links_takes_a_file_too(tmp_path, monkeypatch):
    def refuse(*_):
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)
    create_file(tmp_path / "new", b"x")
    assert names(tmp_path) == ["new"]
    with pytest.raises(DlsError, match="is there already"):
        create_file(tmp_path / "new", b"y")
