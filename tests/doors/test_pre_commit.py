"""The hooks, run by the real pre-commit on a throw-away repository."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from ruamel.yaml import YAML
from tests.doors.runner import ROOT

from dls.commands.cli import COMMANDS
from dls.standard.specification import spec_folder

DOCUMENTS = spec_folder() / "conformance" / "documents"
PRE_COMMIT = Path(sys.executable).with_name("pre-commit")
HOOKS = {hook["id"]: hook for hook in YAML(typ="safe", pure=True).load((ROOT / ".pre-commit-hooks.yaml").read_text())}
SHIPPED = ("action.yml", ".pre-commit-hooks.yaml", "pyproject.toml", "README.md", "LICENSE", "validator", "schema",
           "spec", "reference_probes", "docs")  # fmt: skip


def git(folder, *words):
    identity = ["-c", "user.name=tester", "-c", "user.email=tester@example.org"]
    subprocess.run(["git", *identity, *words], cwd=folder, check=True, capture_output=True)


@pytest.fixture
def repository(tmp_path):
    folder = tmp_path / "throw-away"
    folder.mkdir()
    git(folder, "init", "--quiet")
    shutil.copy(DOCUMENTS / "profile.yaml", folder)
    return folder


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    """Return a repository with the files of this checkout that a hook is installed from."""
    folder = tmp_path_factory.mktemp("source")
    for name in SHIPPED:
        path = ROOT / name
        copy = shutil.copytree if path.is_dir() else shutil.copy
        copy(path, folder / name)
    git(folder, "init", "--quiet")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "All")
    return folder


def try_repo(source, repository, home, hook):
    git(repository, "add", "--all")
    environment = os.environ | {"PRE_COMMIT_HOME": str(home)}
    environment.pop("PYTHONPATH", None)
    return subprocess.run(
        [PRE_COMMIT, "try-repo", source, hook, "--all-files", "--verbose"],
        cwd=repository, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.mark.slow
@pytest.mark.skipif(not PRE_COMMIT.exists(), reason="pre-commit is not installed")
def test_the_hook_stops_a_faulty_statement_and_lets_an_honest_one_pass(source, repository, tmp_path_factory):
    home = tmp_path_factory.mktemp("home")
    shutil.copy(DOCUMENTS / "DLS203-smaller-loss.yaml", repository / "dls.yaml")
    faulty = try_repo(source, repository, home, "dls-validate")
    assert (faulty.returncode, "DLS203" in faulty.stdout) == (1, True), faulty.stdout + faulty.stderr
    shutil.copy(DOCUMENTS / "publisher.yaml", repository / "dls.yaml")
    honest = try_repo(source, repository, home, "dls-validate")
    assert (honest.returncode, "Passed" in honest.stdout) == (0, True), honest.stdout + honest.stderr


def test_the_hook_runs_whatever_a_commit_changes():
    """A commit that only deletes evidence has no file to name."""
    hook = HOOKS["dls-validate"]
    assert (hook["always_run"], hook["pass_filenames"]) == (True, False)


def test_every_hook_calls_a_command_of_dls():
    commands = {command.name for command in COMMANDS}
    assert {hook["entry"].split()[1] for hook in HOOKS.values()} <= commands


def test_pre_commit_itself_takes_the_file():
    if not PRE_COMMIT.exists():
        pytest.skip("pre-commit is not installed")
    subprocess.run([PRE_COMMIT, "validate-manifest", ROOT / ".pre-commit-hooks.yaml"], check=True, capture_output=True)
