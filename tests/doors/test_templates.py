"""Each template of `examples/ci/` runs, and gives the findings that `dls validate` gives on the same statement."""

import json
import os
import re
import shutil
import subprocess
import sys
from xml.etree import ElementTree as ET

import jsonschema
import pytest
from ruamel.yaml import YAML
from tests.doors import blocks, schemas
from tests.doors.blocks import ROOT
from tests.doors.runner import run_job

from dls.standard.specification import spec_folder

CI = ROOT / "examples" / "ci"
DOCUMENTS = spec_folder() / "conformance" / "documents"
EXPECTED = json.loads((spec_folder() / "conformance" / "expected.json").read_text())["fail"]
FAULTY = "DLS203-smaller-loss.yaml"
CODE_QUALITY = ROOT / "tests" / "validator" / "report" / "data" / "gitlab-code-quality.schema.json"


@pytest.fixture
def repository(tmp_path):
    folder = tmp_path / "repository"
    (folder / ".git").mkdir(parents=True)
    (folder / ".git" / "HEAD").write_text("ref: refs/heads/main\n")
    shutil.copy(DOCUMENTS / "profile.yaml", folder)
    return folder


def put(repository, name):
    shutil.copy(DOCUMENTS / name, repository / "dls.yaml")


def shell(script, folder, *, flags="-e"):
    """Run a script where `dls` is the present one, and `pip` installs nothing, since everything is there."""
    tools = folder.parent / "tools"
    tools.mkdir(exist_ok=True)
    for name, line in (("dls", f'exec "{sys.executable}" -m dls.commands.cli "$@"'), ("pip", "exit 0")):
        (tools / name).write_text(f"#!/bin/sh\n{line}\n")
        (tools / name).chmod(0o755)
    environment = os.environ | {"PATH": f"{tools}:{os.environ['PATH']}"}
    return subprocess.run(
        ["bash", flags, "-c", script], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


def gitlab_job():
    return YAML(typ="safe", pure=True).load((CI / "gitlab.yml").read_text())


def run_gitlab(folder):
    """Run the job's script line by line, as GitLab does, and return the exit code and the report's findings."""
    process = shell("\n".join(gitlab_job()["dls"]["script"]), folder)
    report = json.loads((folder / "dls-code-quality.json").read_text())
    jsonschema.Draft202012Validator(json.loads(CODE_QUALITY.read_text())).validate(report)
    return process.returncode, [
        (entry["check_name"], entry["location"]["path"], entry["location"]["lines"]["begin"]) for entry in report
    ]


def failures(path):
    """Return the failing cases of a JUnit report: code, file and line."""
    found = ET.fromstring(path.read_text()).iter("failure")  # noqa: S314 - our own output
    places = [(failure.get("type"), *failure.text.split(":")[:2]) for failure in found]
    return [(code, file, int(line)) for code, file, line in places]


def run_jenkins(folder):
    steps = re.findall(r"^ +sh '(.*)'$", (CI / "Jenkinsfile").read_text(), re.MULTILINE)
    assert len(steps) == 2
    process = shell("\n".join(steps), folder)
    return process.returncode, failures(folder / "dls-junit.xml")


def run_shell(folder):
    process = shell(f"sh {CI / 'check.sh'}", folder)
    lines = re.findall(r"^(\./[^:]+):(\d+):\d+: error (DLS\d+):", process.stdout, re.MULTILINE)
    return process.returncode, [(code, file.removeprefix("./"), int(line)) for file, line, code in lines]


def run_github(folder):
    scratch = folder.parent / "temp"
    scratch.mkdir(exist_ok=True)
    workflow = YAML(typ="safe", pure=True).load((CI / "github.yml").read_text())
    (step,) = [entry for entry in workflow["jobs"]["check"]["steps"] if "OWNER/" in entry["uses"]]
    job = run_job(folder, scratch, **step.get("with", {}))
    return job.code, [(code, file, line) for _, file, line, code in job.annotations]


HOSTS = (run_github, run_gitlab, run_jenkins, run_shell)


@pytest.mark.parametrize("host", HOSTS, ids=lambda host: host.__name__)
def test_a_template_gives_the_finding_with_its_code_and_line_and_fails(repository, host):
    put(repository, FAULTY)
    ((finding,),) = [EXPECTED[FAULTY]]
    assert host(repository) == (1, [(finding["code"], "dls.yaml", finding["line"])])


@pytest.mark.slow
@pytest.mark.parametrize("host", HOSTS, ids=lambda host: host.__name__)
def test_a_template_passes_an_honest_statement(repository, host):
    put(repository, "publisher.yaml")
    assert host(repository) == (0, [])


def test_the_gitlab_template_follows_the_schema_of_gitlab():
    assert [error.message for error in schemas.validator(schemas.GITLAB).iter_errors(gitlab_job())] == []
    assert not schemas.validator(schemas.GITLAB).is_valid({"dls": {"script": 7}})


def test_the_gitlab_template_keeps_both_reports():
    reports = gitlab_job()["dls"]["artifacts"]
    assert reports == {
        "when": "always",
        "reports": {"codequality": "dls-code-quality.json", "junit": "dls-junit.xml"},
    }


def test_the_five_lines_of_the_readme_follow_the_schema_of_workflows():
    pattern = r"^```yaml\n(on: pull_request\n.*?)```$"
    (text,) = re.findall(pattern, (ROOT / "README.md").read_text(), re.DOTALL | re.MULTILINE)
    workflow = YAML(typ="safe", pure=True).load(text)
    assert [error.message for error in schemas.validator(schemas.WORKFLOW).iter_errors(workflow)] == []
    assert [step["uses"].partition("@")[0].partition("/")[2] for step in workflow["jobs"]["dls"]["steps"]] == [
        "checkout",
        "distillation-loss-statement",
    ]


def test_the_page_shows_each_template_as_it_is():
    page = blocks.PAGE.read_text()
    assert page == blocks.filled(page)
    assert sorted(blocks.files(page)) == sorted(CI.iterdir())
