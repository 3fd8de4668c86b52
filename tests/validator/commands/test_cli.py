"""One command: exit codes, one sentence for a problem, and never a traceback."""

import json
import subprocess
import sys
from importlib import import_module

import pytest

from dls.commands.cli import COMMANDS, main


def run(*words, cwd=None, code=None):
    """Run the real command in a process of its own."""
    start = [sys.executable, "-c", code] if code else [sys.executable, "-m", "dls.commands.cli"]
    return subprocess.run([*start, *words], capture_output=True, text=True, check=False, cwd=cwd)


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_every_command_has_help_with_an_example(command, capsys):
    with pytest.raises(SystemExit) as exit_:
        main([command.name, "--help"])
    assert exit_.value.code == 0
    out = capsys.readouterr().out
    assert "example" in out
    assert f"  dls {command.name}" in out


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_every_command_declares_and_runs(command):
    module = import_module(command.module)
    assert callable(module.configure)
    assert callable(module.run)


@pytest.mark.parametrize(
    "words", [(), ("nosuch",), ("validate", "--nosuch"), ("draft", "x"), ("recompute", "--format", "xml", "x")]
)
def test_bad_usage_exits_with_2(words, capsys):
    with pytest.raises(SystemExit) as exit_:
        main(words)
    assert exit_.value.code == 2
    assert "usage: dls" in capsys.readouterr().err


def test_the_version_is_printed(capsys):
    with pytest.raises(SystemExit) as exit_:
        main(["--version"])
    assert exit_.value.code == 0
    assert capsys.readouterr().out.startswith("dls 0.")


DRAFT = ("draft", "evidence", "-o", "new.yaml", "--scenario", "small.yaml")
UNUSABLE = {
    "recompute a folder": ("recompute", "evidence"),
    "recompute nothing": ("recompute", "nowhere.yaml"),
    "recompute a profile": ("recompute", "small.yaml"),
    "recompute a file that is no YAML": ("recompute", "broken.yaml"),
    "draft from nothing": ("draft", "nowhere", "-o", "new.yaml"),
    "draft without its profile": ("draft", "evidence", "-o", "new.yaml"),
    "draft for an unknown scenario": ("draft", "evidence", "-o", "new.yaml", "--scenario", "nosuch"),
    "draft for another scenario": ("draft", "evidence", "-o", "new.yaml", "--scenario", "demo"),
    "draft over a statement": ("draft", "evidence", "-o", "dls.yaml", "--scenario", "small.yaml"),
    "draft into a folder": ("draft", "evidence", "-o", ".", "--scenario", "small.yaml", "--force"),
    "draft into a folder that is not there": ("draft", "evidence", "-o", "no/new.yaml", "--scenario", "small.yaml"),
    "draft below a file": ("draft", "evidence", "-o", "small.yaml/new.yaml", "--scenario", "small.yaml"),
    "draft on a day that does not exist": (*DRAFT, "--issued", "2026-02-30"),
    "draft with answers that are not there": (*DRAFT, "--words", "nowhere.yaml"),
    "draft with broken answers": (*DRAFT, "--words", "broken.yaml"),
    "show an unknown probe": ("probes", "headline.essay"),
}


@pytest.mark.parametrize("case", UNUSABLE)
def test_unusable_input_gets_one_sentence_and_2(publication, case, monkeypatch, capsys):
    monkeypatch.chdir(publication.folder)
    (publication.folder / "broken.yaml").write_text("a: [")
    assert main(UNUSABLE[case]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("dls: ")
    assert err.count("\n") == 1
    assert not list(publication.folder.glob("**/.*partial"))


def test_an_error_of_the_system_gets_one_sentence_and_2(publication, monkeypatch, capsys):
    def full(*_, **__):
        raise OSError(28, "No space left on device", "dls.yaml")

    monkeypatch.setattr("dls.verifying.recompute.open_context", full)
    assert main(["recompute", str(publication.folder / "dls.yaml")]) == 2
    assert capsys.readouterr().err.startswith("dls: dls.yaml: No space left on device")


def test_a_missing_extra_names_the_command_that_installs_it(tmp_path):
    for name in ("config.json", "model.safetensors"):
        (tmp_path / name).write_text("{}")
    code = (
        "import sys\n"
        "sys.modules['torch'] = sys.modules['transformers'] = None\n"
        "from dls.commands.cli import main\nsys.exit(main(sys.argv[1:]))"
    )
    process = run(
        "probe",
        "run",
        "--teacher",
        str(tmp_path),
        "--student",
        str(tmp_path),
        "--scenario",
        "demo",
        "--out",
        "x",
        code=code,
        cwd=tmp_path,
    )
    assert (process.returncode, process.stderr) == (
        2, "dls: torch is not installed; pip install --upgrade 'distillation-loss-statement[probes]'\n"
    )  # fmt: skip


LISTEN = """
import subprocess, sys
told = subprocess.Popen([sys.executable, "-m", "dls.commands.cli", "metrics"], stdout=subprocess.PIPE)
print(len(told.stdout.readline()) > 0)
told.stdout.close()
told.wait()
"""


def test_a_closed_pipe_is_no_error():
    process = run(code=LISTEN)
    assert process.stderr == ""
    assert process.stdout == "True\n"


def test_recompute_prints_json_and_fails_on_a_forged_number(publication):
    publication.statement["claims"] = [
        publication.claim("headline-accuracy"),
        publication.claim("uncertainty-brier-top-label"),
    ]
    publication.claim("headline-accuracy")["student"]["count"] += 1
    process = run("recompute", str(publication.write()), "--format", "json")
    assert process.returncode == 1
    report = json.loads(process.stdout)
    assert [(claim["id"], claim["verdict"]) for claim in report["claims"]] == [
        ("headline-accuracy", "refuted"),
        ("uncertainty-brier-top-label", "confirmed"),
    ]
    assert report["summary"] == {"confirmed": 1, "not_verifiable": 0, "borderline": 0, "refuted": 1}
    assert {"id", "verdict", "claimed", "recomputed", "reason"} == set(report["claims"][0])


def test_an_unverifiable_claim_fails_unless_allowed(publication):
    (publication.folder / "evidence/diversity.open_answer/manifest.json").unlink()
    path = str(publication.write("diversity-valid-answer-entropy"))
    assert run("recompute", path).returncode == 1
    assert run("recompute", path, "--allow-unverified").returncode == 0


def test_draft_counts_its_gaps_and_validate_finds_as_many(publication, monkeypatch, capsys):
    monkeypatch.chdir(publication.folder)
    assert main(["draft", "evidence", "-o", "new.yaml", "--scenario", "small.yaml"]) == 0
    gaps = int(capsys.readouterr().out.split(" claims, ")[1].split()[0])
    assert main(["validate", "new.yaml"]) == 1
    assert f"{gaps} errors" in capsys.readouterr().out


def test_probes_are_listed_and_shown(capsys):
    assert main(["probes", "--format", "json"]) == 0
    probes = json.loads(capsys.readouterr().out)
    assert main(["probes"]) == 0
    table = capsys.readouterr().out
    for entry in probes:
        assert entry["id"] in table
        assert main(["probes", entry["id"], "--format", "json"]) == 0
        probe = json.loads(capsys.readouterr().out)
        item = probe.pop("item", None)
        assert item["id"] if item else entry["data_file"]
        assert probe == entry
    assert main(["probes", "diversity.open_answer"]) == 0
    assert "valid_answer_entropy" in capsys.readouterr().out


@pytest.mark.parametrize("module", ["dls.commands.validate", "dls.commands.no_such"])
def test_the_collector_works_again_after_a_command_was_imported(module):
    attempt = f"try:\n    _import_command({module!r})\nfinally:\n    print(gc.isenabled())"
    code = f"import gc\nfrom dls.commands.cli import _import_command\n{attempt}"
    assert run(code=code).stdout == "True\n"


def test_a_closed_pipe_is_no_error_of_a_document():
    process = subprocess.Popen([sys.executable, "-m", "dls.commands.cli", "scenarios"], stdout=subprocess.PIPE)
    process.stdout.close()
    assert process.wait() == 128 + 13
