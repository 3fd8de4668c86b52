"""One statement through every door: the same findings, with the same codes and lines."""

import json
import re
import shutil
import subprocess
import sys
from xml.etree import ElementTree as ET

import pytest
from tests.doors import webhooks
from tests.doors.bot_process import comment_about, running_bot, until
from tests.doors.models_on_the_hub import DOCUMENTS, add_model, statement_about
from tests.doors.runner import run_job
from tests.doors.test_pre_commit import PRE_COMMIT, git, source, try_repo

__all__ = ("source",)
pytestmark = pytest.mark.slow  # pre-commit installs dls

NAME = "dls.json"
PLACE = re.compile(rf"{re.escape(NAME)}:(\d+):\d+: \w+ (DLS\d+): ")


@pytest.fixture(scope="module")
def repository(hub, tmp_path_factory):
    """Return a git repository with a faulty statement, whose model lies on the hub."""
    folder = tmp_path_factory.mktemp("repository") / "student"
    folder.mkdir()
    git(folder, "init", "--quiet")
    repository, commit = add_model(hub, "example/every-door")
    statement = statement_about(repository.name, commit)
    statement["claims"][0]["loss"]["value"] = 0.25
    statement["limits"] = "Lossless."
    (folder / NAME).write_text(json.dumps(statement, indent=1))
    shutil.copy(DOCUMENTS / "profile.yaml", folder)
    return folder


def dls(folder, *words):
    command = [sys.executable, "-m", "dls.commands.cli", "validate", *words]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False).stdout


@pytest.fixture(scope="module")
def findings(repository):
    """Return the line and code of each finding, as the command's JSON names them."""
    entries = json.loads(dls(repository, "--format", "json"))["findings"]
    places = {(entry["line"], entry["code"]) for entry in entries}
    assert {"error", "warning"} == {entry["severity"] for entry in entries}
    return places


def test_the_action(repository, findings, tmp_path):
    annotations = run_job(repository, tmp_path).annotations
    assert {(line, code) for _, _, line, code in annotations} == findings


def test_gitlab(repository, findings):
    entries = json.loads(dls(repository, "--format", "gitlab"))
    assert {(entry["location"]["lines"]["begin"], entry["check_name"]) for entry in entries} == findings


def test_junit(repository, findings):
    text = dls(repository, "--format", "junit")
    names = [case.get("name") for case in ET.fromstring(text).iter("testcase")]  # noqa: S314 - our own
    matches = [re.match(r"(DLS\d+) .* line (\d+)", name) for name in names]
    assert {(int(match[2]), match[1]) for match in matches} == findings


@pytest.mark.skipif(not PRE_COMMIT.exists(), reason="pre-commit is not installed")
def test_pre_commit(request, repository, findings, tmp_path):
    output = try_repo(request.getfixturevalue("source"), repository, tmp_path, "dls-validate").stdout
    assert {(int(line), code) for line, code in PLACE.findall(output)} == findings


def test_the_bot(hub, environment, repository, findings, tmp_path):
    model = hub.repositories["example/every-door"]
    num = model.open_discussion("Add a statement", is_pull_request=True)["num"]
    files = {name: (repository / name).read_bytes() for name in (NAME, "profile.yaml")}
    with running_bot(environment, tmp_path / "queue") as bot:
        hub.deliveries = webhooks.Deliveries(bot.hook)
        commit = hub.push(model, num, files)
        text = until(lambda: comment_about(model, commit, num))
        hub.deliveries.close()
        hub.deliveries = None
    places = re.findall(rf"\[(DLS\d+)\]\(\S+\), \[line (\d+)\]\(\S+/{re.escape(NAME)}#L\2\)", text)
    assert {(int(line), code) for code, line in places} == findings
