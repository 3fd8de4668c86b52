"""The GitHub Action, run step by step by bash in a fake runner that reads `action.yml` itself."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from ruamel.yaml import YAML
from tests.doors import schemas
from tests.doors.runner import ACTION, ROOT, STEPS, run_job
from tools.check_job import SUMMARY_BYTES, within

from dls.report.github import CAP
from dls.standard.specification import spec_folder

DOCUMENTS = spec_folder() / "conformance" / "documents"
EXPECTED = json.loads((spec_folder() / "conformance" / "expected.json").read_text())
FAULTY = "DLS203-smaller-loss.yaml"
WORKFLOW = ROOT / "examples" / "ci" / "github.yml"
EXPRESSION = re.compile(r"\$\{\{")


@pytest.fixture
def workspace(tmp_path):
    """Return a repository with the files of the conformance suite beside its statements, and no statement yet."""
    folder = tmp_path / "work space"
    folder.mkdir()
    (folder / ".git").mkdir()
    (folder / ".git" / "HEAD").write_text("ref: refs/heads/main\n")
    shutil.copy(DOCUMENTS / "profile.yaml", folder)
    return folder


@pytest.fixture
def scratch(tmp_path):
    (tmp_path / "temp").mkdir()
    return tmp_path / "temp"


def put(workspace, name, target="dls.yaml"):
    (workspace / target).parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(DOCUMENTS / name, workspace / target)


def test_an_honest_statement_passes_with_outputs_and_a_summary(workspace, scratch):
    put(workspace, "publisher.yaml")
    job = run_job(workspace, scratch)
    assert (job.code, job.annotations) == (0, [])
    assert job.outputs == {"errors": "0", "warnings": "0", "assurance": "consistent"}
    assert "1 files, 0 errors, 0 warnings" in job.summary


def test_the_summary_has_the_page_of_each_statement(workspace, scratch):
    put(workspace, "publisher.yaml")
    summary = run_job(workspace, scratch).summary
    assert "no page" not in summary
    assert "\n## Limits\n" in summary


def test_a_finding_is_an_annotation_on_its_line_and_fails_the_job(workspace, scratch):
    put(workspace, FAULTY)
    (finding,) = EXPECTED["fail"][FAULTY]
    job = run_job(workspace, scratch)
    assert (job.code, job.outputs["errors"]) == (1, "1")
    assert job.annotations == [("error", "dls.yaml", finding["line"], "DLS203")]
    assert f"dls.yaml:{finding['line']}:" in job.summary


def test_every_finding_beyond_the_annotations_stands_in_the_summary_and_in_the_log(workspace, scratch):
    names = [f"{i:02}/dls.yaml" for i in range(CAP + 5)]
    for name in names:
        put(workspace, FAULTY, name)
    shutil.copy(DOCUMENTS / "profile.yaml", workspace / "00")
    job = run_job(workspace, scratch)
    assert len(job.annotations) == CAP
    assert "more errors are not shown here" in job.log
    assert [name for name in names if f"{name}:" not in job.summary] == []
    all_findings = job.log.partition("::group::All findings")[2]
    assert [name for name in names if f"{name}:" not in all_findings] == []


def test_a_summary_that_would_be_too_large_says_how_much_it_leaves_out():
    sections = ["é" * 50_000 for _ in range(40)]
    text = within(SUMMARY_BYTES, sections)
    assert len(text.encode()) <= 1 << 20
    shown = text.count("é") // 50_000
    assert 0 < shown < 40
    assert f"{40 - shown} more sections do not fit here" in text


def test_a_summary_that_fits_is_whole():
    assert within(10, ["abc", "defghij"]) == "abcdefghij"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("inputs", "code"),
    [
        ({"scenario": "profile.yaml"}, 0),
        ({"scenario": "profile.yaml", "strict": "true"}, 1),
        ({"scenario": "--help"}, 2),
        ({"path": "--format=json"}, 2),
        ({"strict": "yes"}, 1),
        ({"path": "dls.yaml\nprofile.yaml\n"}, 0),
    ],
)
def test_the_exit_code_is_that_of_the_command(workspace, scratch, inputs, code):
    put(workspace, "publisher.yaml")
    assert run_job(workspace, scratch, **inputs).code == code


@pytest.mark.slow
def test_waivers_count(workspace, scratch):
    put(workspace, "DLS804-lossless.yaml")
    shutil.copy(DOCUMENTS / "waivers.yaml", workspace)
    strict = {"strict": "true"}
    assert run_job(workspace, scratch, **strict).code == 1
    waived = run_job(workspace, scratch, waivers="waivers.yaml", **strict)
    assert (waived.code, waived.outputs["warnings"]) == (0, "0")


def test_a_sarif_report_is_written_where_it_is_asked_for(workspace, scratch):
    put(workspace, FAULTY)
    run_job(workspace, scratch, sarif="findings.sarif")
    (result,) = json.loads((workspace / "findings.sarif").read_text())["runs"][0]["results"]
    assert result["ruleId"] == "DLS203"


@pytest.mark.slow
def test_recompute_passes_on_the_verdict_about_records_that_are_not_there(workspace, scratch):
    put(workspace, "publisher.yaml")
    job = run_job(workspace, scratch, recompute="true")
    assert job.code == 1
    assert "::group::dls recompute ./dls.yaml" in job.log
    assert "Numbers again" in job.summary


def test_no_text_of_an_input_is_run(workspace, scratch):
    put(workspace, "publisher.yaml")
    hostile = "$(touch broken) `touch broken`; touch broken \"' && touch broken"
    run_job(workspace, scratch, path=f"dls.yaml\n{hostile}", sarif=hostile.replace("/", ""))
    run_job(workspace, scratch, scenario=hostile)
    assert not list(workspace.rglob("broken"))
    assert not list(scratch.rglob("broken"))


def test_no_text_of_a_statement_is_markup_in_the_summary_or_a_command_in_the_log(workspace, scratch):
    hostile = "```\\n\\n<script>alert(1)</script> @everyone\\n::set-output name=x::y\\n::error::forged"
    text = (DOCUMENTS / "publisher.yaml").read_text().replace("metric: accuracy", f'metric: "{hostile}"', 1)
    (workspace / "dls.yaml").write_text(text)
    job = run_job(workspace, scratch)
    assert "<script>" in job.summary
    outside = re.sub(r"^(`{3,})text\n.*?^\1$", "", job.summary, flags=re.DOTALL | re.MULTILINE)
    assert "<script>" not in outside
    assert "@everyone" not in outside
    assert not re.search(r"^::(set-output|error::)", job.log, re.MULTILINE)


def test_no_expression_stands_in_a_script_and_no_other_action_is_used():
    assert [name for name, step in STEPS.items() if EXPRESSION.search(step["run"])] == []
    assert [name for name, step in STEPS.items() if "uses" in step or step["shell"] != "bash"] == []


def test_every_input_reaches_a_step():
    used = {name for step in STEPS.values() for text in step["env"].values() for name in re.findall(r"\.(\w+) ", text)}
    assert used == set(ACTION["inputs"])


def test_the_files_follow_the_schemas_of_schemastore():
    workflow = YAML(typ="safe", pure=True).load(WORKFLOW.read_text())
    assert [error.message for error in schemas.validator(schemas.ACTION).iter_errors(ACTION)] == []
    assert [error.message for error in schemas.validator(schemas.WORKFLOW).iter_errors(workflow)] == []


@pytest.mark.parametrize(("schema", "value"), [(schemas.ACTION, {"name": "x"}), (schemas.WORKFLOW, {"on": "push"})])
def test_a_schema_notices_a_file_that_does_not_follow_it(schema, value):
    assert not schemas.validator(schema).is_valid(value)


def zizmor(*paths):
    command = [Path(sys.executable).with_name("zizmor"), "--offline", "--persona", "pedantic", *paths]
    if not command[0].exists():
        pytest.skip("zizmor is not installed")
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_zizmor_finds_nothing_in_the_action_and_in_the_example():
    process = zizmor(ROOT / "action.yml", WORKFLOW)
    assert process.returncode == 0, process.stdout


def test_zizmor_sees_an_expression_in_a_script(tmp_path):
    text = (ROOT / "action.yml").read_text().replace('"$what"', "${{ inputs.version }}")
    (tmp_path / "action.yml").write_text(text)
    assert zizmor(tmp_path / "action.yml").returncode != 0


def test_the_permissions_of_the_example_are_to_read_the_files_alone():
    workflow = YAML(typ="safe", pure=True).load(WORKFLOW.read_text())
    assert workflow["permissions"] == {}
    assert workflow["jobs"]["check"]["permissions"] == {"contents": "read"}


def test_the_summary_stays_below_the_limit_of_the_runner():
    assert SUMMARY_BYTES < 1 << 20


@pytest.mark.slow
def test_the_action_installs_itself_from_its_own_checkout(workspace, scratch):
    put(workspace, FAULTY)
    job = run_job(workspace, scratch, steps=("Install dls", "Check"))
    assert (job.code, job.outputs["errors"]) == (1, "1"), job.log
