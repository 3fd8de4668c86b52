import json
import os
import subprocess
from xml.etree import ElementTree as ET

import pytest

from dls.commands.cli import main
from dls.report.place import path_uri, repository_path

BAD = "dls_version: '1.0'\n"


@pytest.fixture
def repository(tmp_path):
    subprocess.run(["git", "init", "-q", tmp_path / "repo"], check=True)
    for folder in ("repo/models/a b/ü", "elsewhere"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "dls.yaml").write_text(BAD)
    return tmp_path / "repo"


@pytest.mark.parametrize(
    ("folder", "name"),
    [
        (".", "models/a b/ü/dls.yaml"),
        (".", "./models/../models/a b/ü/dls.yaml"),
        ("models", "a b/ü/dls.yaml"),
        ("models/a b/ü", "dls.yaml"),
        (".git", "../models/a b/ü/dls.yaml"),
        ("../elsewhere", "../repo/models/a b/ü/dls.yaml"),
    ],
)
def test_a_file_is_placed_from_the_root_in_any_working_directory(monkeypatch, repository, folder, name):
    monkeypatch.chdir(repository / folder)
    assert repository_path(name) == "models/a b/ü/dls.yaml"


def test_an_absolute_path_is_placed_from_the_root(monkeypatch, repository):
    monkeypatch.chdir("/")
    assert repository_path(str(repository / "models" / "dls.yaml")) == "models/dls.yaml"


def test_a_file_of_a_linked_work_tree_is_placed_from_its_own_root(repository):
    (repository / "models" / ".git").write_text("gitdir: elsewhere\n")
    assert repository_path(str(repository / "models" / "a b" / "dls.yaml")) == "a b/dls.yaml"


def test_a_folder_that_is_only_called_git_is_no_repository(repository):
    (repository / "models" / ".git").mkdir()
    assert repository_path(str(repository / "models" / "dls.yaml")) == "models/dls.yaml"


def test_a_link_is_a_file_of_the_repository_that_holds_the_link(repository):
    (repository / "dls.yaml").symlink_to(repository.parent / "elsewhere" / "dls.yaml")
    assert repository_path(str(repository / "dls.yaml")) == "dls.yaml"


@pytest.mark.parametrize(("folder", "place"), [("elsewhere", "dls.yaml"), (".", "elsewhere/dls.yaml")])
def test_outside_of_a_repository_a_file_is_placed_from_the_working_directory(monkeypatch, repository, folder, place):
    monkeypatch.chdir(repository.parent / folder)
    assert repository_path(str(repository.parent / "elsewhere" / "dls.yaml")) == place


def test_a_file_that_is_below_neither_stays_absolute(monkeypatch, repository):
    monkeypatch.chdir(repository)
    outside = repository.parent / "elsewhere" / "dls.yaml"
    assert repository_path("../elsewhere/dls.yaml") == str(outside)
    assert path_uri(str(outside)) == outside.as_uri()


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("a b/ü.yaml", "a%20b/%C3%BC.yaml"),
        ("50%#?.yaml", "50%25%23%3F.yaml"),
        ("c:d.yaml", "c%3Ad.yaml"),
        (os.fsdecode(b"\xff.yaml"), "%FF.yaml"),
    ],
)
def test_a_uri_is_percent_encoded(name, place):
    assert path_uri(name) == place


def reported(capsys, form, path):
    main(["validate", "--format", form, str(path)])
    return capsys.readouterr().out


def test_every_report_for_a_code_host_names_the_file_from_the_root(capsys, monkeypatch, repository):
    monkeypatch.chdir(repository / "models" / "a b")
    sarif = json.loads(reported(capsys, "sarif", "ü/dls.yaml"))["runs"][0]
    artifact = sarif["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]
    assert artifact == {"uri": "models/a%20b/%C3%BC/dls.yaml", "uriBaseId": "%SRCROOT%"}
    assert list(sarif["originalUriBaseIds"]) == ["%SRCROOT%"]
    assert "file=models/a b/ü/dls.yaml," in reported(capsys, "github", "ü/dls.yaml")
    (failure, *_) = ET.fromstring(reported(capsys, "junit", "ü/dls.yaml")).iter("failure")  # noqa: S314 - our own output
    assert failure.text.startswith("models/a b/ü/dls.yaml:")


def test_a_path_that_is_too_long_for_the_system_has_a_place(monkeypatch, repository):
    monkeypatch.chdir(repository)
    name = "/".join(["x" * 200] * 30)
    assert repository_path(name).endswith(name)


def test_an_absolute_place_in_sarif_has_no_base(capsys, monkeypatch, repository):
    monkeypatch.chdir(repository)
    outside = repository.parent / "elsewhere" / "dls.yaml"
    result = json.loads(reported(capsys, "sarif", outside))["runs"][0]["results"][0]
    assert result["locations"][0]["physicalLocation"]["artifactLocation"] == {"uri": outside.as_uri()}
