"""Each command of the guides runs in a test: here on a tiny pair, or in the test that `ELSEWHERE` names for it.

Runs are smaller than the guides': another scenario, and fewer units. All other words are those of the page.
"""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from tests.reference_probes.loop import _whole, loop, tiny_pair  # noqa: F401 - fixtures
from tests.reference_probes.stated import filled
from tests.test_cases import problem

from dls.commands.cli import main
from dls.document.reader import read
from dls.document.writer import yaml_text

ROOT = Path(__file__).parents[1]
PAGES = (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))
ELSEWHERE = {
    r"dls demo": "worked_example_runs_from_its_first_line_to_its_last",
    r".*(demo/|\$PAIR)": "worked_example_runs_from_its_first_line_to_its_last",
    r"dls fill": "answers_stand_where_the_gaps_stood_and_nothing_else_changes",
    r"dls hub serve": "the_entry_point_serves_and_its_health_check_sees_it",
    r"dls hub check": "the_hub_findings_are_those_of_the_local_copy",
    r"dls hub propose": "what_a_dry_run_shows_is_what_is_sent_and_nothing_before",
    r"dls import lm-eval": "the_run_is_imported_drafted_filled_validated_and_recomputed",
    r"dls import inspect": "beside_the_logs_the_records_are_made_again",
    r"dls import table": "beside_the_logs_the_records_are_made_again",
    r"dls import (eee|hf)": "the_draft_of_averages_is_never_preserved_and_no_more_than_consistent",
    r".*languages/": "the_statement_about_a_pair_of_classifiers_stands",
    r"dls .*--student-base": "every_number_recomputes_and_every_claim_reproduces",
    r"dls init --profile topics": "a_pinned_file_leaves_three_quarters_of_its_units",
    r"dls (validate|scenarios) topics|dls .*(--scenario topics|validation\.csv)": (
        "the_claims_recompute_from_the_records_and_the_file"
    ),
    r"dls .*http://": "a_guide_through_the_whole_loop_with_the_teacher_behind_a_server_is_confirmed",
    r"dls diff \S*main:|dls diff .*origin/main": "two_revisions_of_a_file_are_read_from_git",
    # parsed alone: it needs a real model, or an accelerator
    r".*(…|smollm|real/|--device (cuda|split))": "a_command_that_this_release_does_not_have_is_seen",
}
SMALLER = {"general_chat": "demo", "retrieval_support_agent": "demo"}
UNITS = ("--n", "100")


def unbroken(path):
    """A page's text; a backslash continues a command on the next line."""
    return re.sub(r" *\\\n *", " ", path.read_text())


def commands(path):
    """The `dls` commands in a page's indented blocks."""
    lines = re.findall(r"^    (dls .*)$", unbroken(path), re.MULTILINE)
    return [line.partition("  #")[0].strip() for line in lines]


def elsewhere(line):
    """The test that runs a command which needs more than a tiny pair; None for one that runs here."""
    return next((test for pattern, test in ELSEWHERE.items() if re.match(pattern, line)), None)


HERE = {path: [line for line in commands(path) if elsewhere(line) is None] for path in PAGES}


@pytest.mark.parametrize("test", sorted(set(ELSEWHERE.values())))
def test_the_other_tests_of_commands_are_there(test):
    assert problem(test) is None


def test_most_commands_run_here():
    assert sum(map(len, HERE.values())) > sum(len(commands(path)) for path in PAGES) / 2


@pytest.fixture
def desk(loop, monkeypatch):  # noqa: F811 - a fixture
    """A folder with the files that the guides name, as the present one."""
    folder = loop.folder
    for name, model in (("T", loop.teacher), ("S", loop.student), ("teacher", loop.teacher), ("student", loop.student)):
        (folder / name).symlink_to(model)
    (folder / "README.md").write_text("# A student\n")
    (folder / "old.dls.yaml").write_bytes((folder / "dls.yaml").read_bytes())
    waiver = {"code": "DLS804", "reason": "A name.", "owner": "a@example.org", "expires": "2099-01-31"}
    (folder / "waivers.yaml").write_text(yaml_text({"dls_waivers": "1.0", "waivers": [waiver]}))
    shutil.copy(ROOT / "examples" / "private_phrasings.txt", folder / "mine.txt")
    (folder / "mine.jsonl").write_text("".join(f"{json.dumps(question(number))}\n" for number in range(500)))
    statement = loop.told()
    statement["student"] |= {"source": "hf://example/student", "revision": "0" * 40}
    loop.tell(statement)
    monkeypatch.chdir(folder)
    return folder


def question(number):
    """A question of a reader's own, in the form that `dls probes uncertainty.multiple_choice` shows."""
    options = [str(number + 23 + off) for off in range(4)]
    return {"question": f"what is {number + 20} + 3?", "options": options, "answer": 0}


def words_of(line):
    """The words of a command, for fewer units and a smaller scenario where it runs a probe."""
    _, *words = shlex.split(line)
    if words[:2] == ["probe", "run"]:
        words = [SMALLER.get(word, word) for word in words]
        return words if "--n" in words else [*words, *UNITS]
    return [*words, "--draw-factor", "0"] if words[0] == "reproduce" else words


def prepare(folder, words):
    """Make room for the files that a command writes, and write those that the command before it would leave."""
    clear(folder, words)
    if {"--key", "--trust"} & set(words) and not Path("lab.pem").exists():
        main(["sign", "--new-key", "lab.pem", "--party", "Another Lab"])
    if words[0] == "sign" and "report.yaml" in words and not Path("report.yaml").exists():
        models = ("--teacher", "teacher", "--student", "student", "--key", "lab.pem")
        main(["reproduce", "dls.yaml", *models, "--draw-factor", "0", "-o", "report.yaml"])
    if "--check" in words or words[1:2] == ["README.md"]:
        main(["attach", "dls.yaml", "--card", "README.md"])


def clear(folder, words):
    """Remove the files that a command of an earlier page left, and that it would not write over."""
    if words[0] == "reproduce":
        shutil.rmtree(folder / "report-evidence", ignore_errors=True)
    if "--out" in words:
        shutil.rmtree(folder / words[words.index("--out") + 1], ignore_errors=True)
    if words[0] in ("draft", "export"):
        Path(words[words.index("-o") + 1]).unlink(missing_ok=True)
    for name in ("lab.pem", "lab.pem.pub") if "--new-key" in words else ():
        Path(name).unlink(missing_ok=True)


def fill(path):
    """Write the parts that a person writes, as `dls fill` asks for them."""
    path.write_text(yaml_text(filled(read(path).value)))


@pytest.mark.slow
@pytest.mark.parametrize("path", [path for path, lines in HERE.items() if lines], ids=lambda path: path.name)
def test_the_commands_of_a_guide_do_their_work(path, desk, capsys):
    for line in HERE[path]:
        words = words_of(line)
        prepare(desk, words)
        assert main(words) == 0, f"{line}\n{capsys.readouterr()}"
        if words[0] == "draft":
            fill(desk / words[words.index("-o") + 1])


def shell_lines(path):
    lines = re.findall(r"^    (\S.*)$", unbroken(path), re.MULTILINE)
    return [line for line in lines if not line.startswith("pip ")]


@pytest.mark.slow
def test_worked_example_runs_from_its_first_line_to_its_last(tmp_path):
    script = "\n".join(["set -e", *shell_lines(ROOT / "docs" / "worked_example.md")])
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-c", script],
        cwd=tmp_path,
        env=os.environ | {"PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_yaml_of_a_guide_is_yaml():
    blocks = [block for path in PAGES for block in re.findall(r"(?ms)^```yaml\n(.*?)^```", path.read_text())]
    assert len(blocks) > 3
    for block in blocks:
        yaml.safe_load(block)
