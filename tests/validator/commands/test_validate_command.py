import json
import shutil
import subprocess
import sys

import pytest

from dls.commands.cli import main
from dls.standard.specification import spec_folder

DOCUMENTS = spec_folder() / "conformance" / "documents"


def run(capsys, *words):
    code = main(["validate", *map(str, words)])
    out, err = capsys.readouterr()
    return code, out, err


def test_a_valid_statement_exits_with_0(capsys):
    code, out, _ = run(capsys, DOCUMENTS / "publisher.yaml")
    assert (code, out.splitlines()[0].partition(": ")[2][:22]) == (0, "0 errors, 0 warnings ·")


def test_an_error_exits_with_1(capsys):
    assert run(capsys, DOCUMENTS / "DLS203-smaller-loss.yaml")[0] == 1


def test_a_warning_exits_with_0_and_strictly_with_1(capsys):
    assert run(capsys, DOCUMENTS / "DLS804-lossless.yaml")[0] == 0
    assert run(capsys, "--strict", DOCUMENTS / "DLS804-lossless.yaml")[0] == 1


def test_an_unreadable_file_exits_with_2_and_the_others_are_still_reported(capsys):
    code, out, _ = run(capsys, DOCUMENTS / "DLS001-anchor.yaml", DOCUMENTS / "DLS203-smaller-loss.yaml", "missing.yaml")
    assert code == 2
    assert [word in out for word in ("DLS001", "DLS203", "missing.yaml:1:1")] == [True, True, True]


def test_a_folder_stands_for_the_statements_below_it(capsys, tmp_path):
    for name in ("a", "b/c"):
        (tmp_path / name).mkdir(parents=True)
        shutil.copy(DOCUMENTS / "publisher.yaml", tmp_path / name / "dls.yaml")
        shutil.copy(DOCUMENTS / "profile.yaml", tmp_path / name)
    code, out, _ = run(capsys, "--format", "json", tmp_path)
    assert (code, json.loads(out)["summary"]["files"]) == (0, 2)


def test_a_folder_without_statements_exits_with_2(capsys, tmp_path):
    code, out, _ = run(capsys, tmp_path)
    assert code == 2
    assert "holds no dls.yaml" in out


def test_a_readers_scenario_adds_its_unmet_targets(capsys):
    code, out, _ = run(capsys, "--scenario", "general_chat", DOCUMENTS / "publisher.yaml")
    assert code == 0
    assert "profile 'general_chat' asks for" in out


def test_an_unknown_scenario_exits_with_2(capsys):
    code, _, err = run(capsys, "--scenario", "no_such", DOCUMENTS / "publisher.yaml")
    assert code == 2
    assert "no built-in profile 'no_such'" in err


def test_an_expired_waiver_exits_with_1(capsys):
    code, out, _ = run(capsys, "--waivers", DOCUMENTS / "waivers-of-arithmetic.yaml", DOCUMENTS / "publisher.yaml")
    assert code == 1
    assert "DLS005" in out


def test_a_file_that_is_no_waivers_exits_with_2(capsys):
    code, _, err = run(capsys, "--waivers", DOCUMENTS / "publisher.yaml", DOCUMENTS / "publisher.yaml")
    assert code == 2
    assert "is no file of waivers" in err


def test_waivers_beside_a_statement_are_not_read(capsys, tmp_path):
    for name in ("DLS804-lossless.yaml", "profile.yaml", "waivers.yaml"):
        shutil.copy(DOCUMENTS / name, tmp_path)
    assert run(capsys, "--strict", tmp_path / "DLS804-lossless.yaml")[0] == 1


@pytest.mark.parametrize("form", ["text", "json", "sarif", "github", "junit", "gitlab"])
def test_every_form_names_the_code_and_the_line(capsys, form):
    code, out, _ = run(capsys, "--format", form, DOCUMENTS / "DLS203-smaller-loss.yaml")
    assert code == 1
    assert "DLS203" in out
    (finding,) = json.loads((DOCUMENTS.parent / "expected.json").read_text())["fail"]["DLS203-smaller-loss.yaml"]
    assert str(finding["line"]) in out


def test_validating_loads_nothing_heavy():
    heavy = {"numpy", "scipy", "torch", "transformers", "pydantic", "rich", "jsonschema"}
    code = (
        "import sys; from dls.commands.cli import main; main(['validate', sys.argv[1]]);"
        f"print(sorted({heavy} & set(sys.modules)))"
    )
    process = subprocess.run(
        [sys.executable, "-c", code, str(DOCUMENTS / "publisher.yaml")], capture_output=True, text=True, check=True
    )
    assert process.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize("case", ["fifo", "folder-link", "loop"])
def test_evidence_that_is_no_file_is_one_finding(capsys, tmp_path, case):
    (tmp_path / "evidence").mkdir()
    path = tmp_path / "evidence" / "m.json"
    if case == "fifo":
        import os

        os.mkfifo(path)
    else:
        path.symlink_to("/etc/passwd" if case == "folder-link" else path)
    text = (DOCUMENTS / "publisher.yaml").read_text()
    text = text.replace(
        'availability: public, uri: "https://example.org/evidence/headline.tar"',
        "availability: bundled, path: evidence/m.json",
    )
    (tmp_path / "dls.yaml").write_text(text)
    shutil.copy(DOCUMENTS / "profile.yaml", tmp_path)
    code, out, _ = run(capsys, "--format", "json", tmp_path / "dls.yaml")
    assert code == 1
    assert [finding["pointer"] for finding in json.loads(out)["findings"]] == ["/evidence/0/path"]


def test_a_terminal_without_a_character_shows_its_code():
    words = [sys.executable, "-m", "dls.commands.cli", "validate", DOCUMENTS / "publisher.yaml"]
    process = subprocess.run(words, env={"PYTHONIOENCODING": "ascii"}, capture_output=True, text=True, check=True)
    assert "0 warnings \\xb7 own profile" in process.stdout
