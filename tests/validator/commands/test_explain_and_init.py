import json
import os
import re
import shutil
import subprocess
import sys

import pytest

from dls.authoring.skeleton import statement_skeleton
from dls.checking.validate import check
from dls.commands._examples import failing_excerpts, passing_excerpt
from dls.commands.cli import main
from dls.document.reader import parse, read
from dls.rules.all_rules import ALL
from dls.scenarios.profile import builtin_ids, load_profile
from dls.standard.numbers import GAP
from dls.standard.specification import spec_folder


@pytest.mark.parametrize("rule", ALL, ids=lambda rule: rule.code)
def test_a_page_shows_why_a_bad_and_a_good_example(capsys, rule):
    assert main(["explain", rule.code.lower()]) == 0
    page = capsys.readouterr().out
    assert page.startswith(f"# {rule.code}: {rule.title}")
    assert [heading in page for heading in ("\n## Why\n", "\n## Bad\n", "\n## Good\n")] == [True] * 3
    assert page.count("```yaml") + page.count("```markdown") >= 2


@pytest.mark.parametrize("rule", ALL, ids=lambda rule: rule.code)
def test_the_examples_are_lines_of_the_conformance_documents(rule):
    for example in [*failing_excerpts(rule.code), passing_excerpt(rule.code)]:
        text = (spec_folder() / "conformance" / "documents" / example.name).read_text()
        assert example.text.strip()
        assert example.text in text


def test_without_a_code_every_rule_is_listed(capsys):
    assert main(["explain", "--format", "json"]) == 0
    assert [entry["code"] for entry in json.loads(capsys.readouterr().out)] == [rule.code for rule in ALL]


def test_an_unknown_code_exits_with_2(capsys):
    assert main(["explain", "DLS999"]) == 2
    assert "there is no rule 'DLS999'" in capsys.readouterr().err


@pytest.mark.parametrize("name", builtin_ids())
def test_a_skeleton_has_gaps_and_no_other_mistake(tmp_path, name):
    path = tmp_path / "dls.yaml"
    path.write_text(statement_skeleton(load_profile(name), None, "urn:example:1", "2026-11-24"))
    assert {finding.code for finding in check(path).findings} == {"DLS004"}


@pytest.mark.parametrize("name", builtin_ids())
def test_a_filled_skeleton_is_a_valid_statement_of_absences(tmp_path, name):
    text = statement_skeleton(load_profile(name), None, "urn:example:1", "2026-11-24")
    path = tmp_path / "dls.yaml"
    text = re.sub(r"justification: .*", "justification: no_training_data_access", text)
    for i in range(text.count("TODO(dls): a day, YYYY-MM-DD")):
        text = text.replace("TODO(dls): a day, YYYY-MM-DD", f"2027-05-{i % 28 + 1:02d}", 1)
    for i in range(text.count("TODO(dls)")):
        text = text.replace("TODO(dls)", f"said in words {i}", 1)
    path.write_text(text)
    assert [(finding.code, finding.message) for finding in check(path).findings] == []


@pytest.mark.parametrize("name", builtin_ids())
def test_a_skeleton_chooses_no_label_and_repeats_the_profiles_own_reasons(name):
    profile = load_profile(name)
    text = statement_skeleton(profile, None, "urn:example:1", "2026-11-24")
    absences = parse(text.encode(), "").value["absences"]
    assert {entry["justification"].partition(":")[0] for entry in absences} == {GAP}
    notes = {entry["dimension"]: entry["note"] for entry in absences if GAP not in entry["note"]}
    assert notes == {entry.dimension: entry.reason for entry in profile.not_required}


def test_init_writes_a_file_once(capsys, tmp_path):
    path = tmp_path / "dls.yaml"
    assert main(["init", "--scenario", "demo", "-o", str(path)]) == 0
    assert main(["init", "--scenario", "demo", "-o", str(path)]) == 2
    assert "name another file" in capsys.readouterr().err


@pytest.mark.parametrize("rule", ALL, ids=lambda rule: rule.code)
def test_no_example_is_shown_twice(rule):
    texts = [example.text for example in failing_excerpts(rule.code)]
    assert len(texts) == len(set(texts))


@pytest.mark.parametrize("name", ['my "q".yaml', "it's mine: #1.yaml", "é 漢.yaml", f"{'long ' * 40}.yaml"])
def test_a_skeleton_names_an_own_profile_whatever_its_file_is_called(monkeypatch, tmp_path, name):
    monkeypatch.chdir(tmp_path)
    shutil.copy(spec_folder() / "conformance" / "documents" / "profile.yaml", tmp_path / name)
    assert main(["init", "--scenario", f"./{name}", "-o", "new.yaml"]) == 0
    assert read("new.yaml").value["scenario"]["path"] == name


@pytest.mark.parametrize("encoding", ["cp1252", "ascii", "utf-16"])
def test_a_skeleton_on_a_pipe_is_utf_8(tmp_path, encoding):
    text = (spec_folder() / "conformance" / "documents" / "profile.yaml").read_text()
    (tmp_path / "ü.yaml").write_text(re.sub(r"(?m)^title: .*$", 'title: "Größe 漢"', text), encoding="utf-8")
    command = [sys.executable, "-m", "dls.commands.cli", "init", "--scenario", "./ü.yaml"]
    environment = os.environ | {"PYTHONIOENCODING": encoding, "PYTHONUTF8": "0", "LC_ALL": "C.UTF-8"}
    output = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, check=True).stdout
    assert "Größe 漢" in output.decode()
    assert parse(output, "").value["scenario"]["path"] == "ü.yaml"
