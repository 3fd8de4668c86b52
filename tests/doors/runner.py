"""A runner of GitHub's workflows, as far as a composite action needs it: files, environment, inputs and bash.

It reads `action.yml` itself. Source: GitHub's documentation, "Metadata syntax" and "Workflow commands".
"""

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from ruamel.yaml import YAML

ROOT = Path(__file__).parents[2]
ACTION: Any = YAML(typ="safe", pure=True).load((ROOT / "action.yml").read_text())
STEPS = {step["name"]: step for step in ACTION["runs"]["steps"]}
BASH = ("bash", "--noprofile", "--norc", "-eo", "pipefail")  # as the runner starts `shell: bash`


class JobResult(NamedTuple):
    """What a job left: the exit code, the log, the outputs of the action and the summary."""

    code: int
    log: str
    outputs: dict[str, str]
    summary: str

    @property
    def annotations(self) -> list[tuple[str, str, int, str]]:
        """Kind, file, line and code of each annotation that the host shows."""
        lines = re.findall(r"^::(error|warning) file=([^,]*),line=(\d+),col=\d+,title=(\w+)::", self.log, re.MULTILINE)
        return [(kind, file, int(line), code) for kind, file, line, code in lines]


def _expanded(text: str, inputs: Mapping[str, str]) -> str:
    def value(match: re.Match[str]) -> str:
        return inputs[match[1]]

    return re.sub(r"\$\{\{ inputs\.(\w+) \}\}", value, text)


def run_job(workspace: Path, scratch: Path, *, steps: tuple[str, ...] = ("Check",), **given: str) -> JobResult:
    """Run steps of the action in a workspace, with the tests' own Python in place of the step `Install dls`."""
    files = {name: scratch / name.lower() for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY", "GITHUB_ENV")}
    for path in files.values():
        path.write_text("")
    inputs = {name: str(given.get(name, entry["default"])) for name, entry in ACTION["inputs"].items()}
    environment = os.environ | {name: str(path) for name, path in files.items()}
    environment |= {"RUNNER_TEMP": str(scratch), "GITHUB_ACTION_PATH": str(ROOT), "GITHUB_WORKSPACE": str(workspace)}
    if "Install dls" not in steps:
        _install_by_link(scratch)
    code, log = 0, ""
    for name in steps:
        step = STEPS[name]
        script = scratch / "script.sh"
        script.write_text(step["run"])
        variables = {key: _expanded(text, inputs) for key, text in step.get("env", {}).items()}
        process = subprocess.run(
            [*BASH, script], cwd=workspace, env=environment | variables, capture_output=True, text=True, check=False
        )
        code, log = process.returncode, log + process.stdout + process.stderr
        if code:
            break
    outputs = dict(line.split("=", 1) for line in files["GITHUB_OUTPUT"].read_text().splitlines())
    return JobResult(code, log, outputs, files["GITHUB_STEP_SUMMARY"].read_text())


def _install_by_link(scratch: Path) -> None:
    """Put the tests' Python where the action looks for its own."""
    python = scratch / "dls" / "bin" / "python"
    python.parent.mkdir(parents=True, exist_ok=True)
    python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    python.chmod(0o755)
