"""Files that are small to make and dear to read: each gets a clear finding, in bounded time and memory."""

import os
import shutil
import subprocess
import sys

import pytest

from dls.commands.cli import main
from dls.evidence import bundle
from dls.standard.specification import spec_folder

DOCUMENTS = spec_folder() / "conformance" / "documents"
MANIFEST = "evidence/diversity.open_answer/manifest.json"


@pytest.fixture
def folder(tmp_path):
    for name in ("publisher-with-evidence.yaml", "profile.yaml"):
        shutil.copy(DOCUMENTS / name, tmp_path)
    shutil.copytree(DOCUMENTS / "evidence", tmp_path / "evidence")
    return tmp_path


def validated(capsys, path):
    code = main(["validate", str(path)])
    return code, capsys.readouterr().out


@pytest.mark.parametrize("entry", ["1", "{}", '"x"', "[[]]"])
def test_a_million_small_values_are_refused_where_the_limit_is_passed(capsys, tmp_path, entry):
    path = tmp_path / "dls.json"
    path.write_text(f'{{"dls_version": "1.0", "claims": [{",".join([entry] * 300_000)}]}}')
    code, out = validated(capsys, path)
    assert (code, out.count("\n")) == (2, 2)
    assert "holds more than 250000 values" in out


def test_a_document_that_breaks_its_schema_everywhere_gets_a_hundred_findings(capsys, tmp_path):
    path = tmp_path / "dls.json"
    path.write_text(f'{{"dls_version": "1.0", "claims": [{",".join(["1"] * 20_000)}]}}')
    code, out = validated(capsys, path)
    assert (code, out.count("error DLS003")) == (1, 100)


def test_a_huge_file_in_a_manifests_place_is_not_digested(capsys, folder, monkeypatch):
    with (folder / MANIFEST).open("wb") as file:
        file.truncate(9 << 20)
    monkeypatch.setattr(bundle, "file_sha256", lambda path: pytest.fail(f"{path} was read in full"))
    code, out = validated(capsys, folder / "publisher-with-evidence.yaml")
    assert code == 1
    assert "DLS305" in out
    assert "larger than 8 MiB" in out


def test_a_manifest_that_is_listed_twice_is_read_once(folder):
    data = (folder / MANIFEST).read_bytes()
    assert bundle._read(data, "a") is bundle._read(data, "a")  # noqa: SLF001


LIKE_ANY_USER = ("setpriv", "--bounding-set=-dac_override,-dac_read_search") if os.geteuid() == 0 else ()
"""Root may list every folder, unless it gives that capability up."""


def test_a_folder_that_cannot_be_listed_is_reported_and_hides_nothing(folder):
    shutil.copy(folder / "publisher-with-evidence.yaml", folder / "dls.yaml")
    closed_folder = folder / "closed"
    closed_folder.mkdir(mode=0)
    command = [*LIKE_ANY_USER, sys.executable, "-m", "dls.commands.cli", "validate", str(folder)]
    process = subprocess.run(command, capture_output=True, text=True, check=False)
    closed_folder.chmod(0o700)
    assert process.returncode == 2
    assert f"{closed_folder}:1:1: error DLS001" in process.stdout
    assert f"{folder / 'dls.yaml'}: 0 errors" in process.stdout
