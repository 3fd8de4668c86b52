"""Bad input to the commands that ask models: one sentence that says what to do, exit code 2, finished work kept."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from safetensors.torch import load_file, save_file

from dls.commands.cli import main
from dls_probes.engine.ledger import Ledger

HEADLINE = "headline.multiple_choice"


def run_words(teacher, student, out, *more):
    models = ["--teacher", str(teacher), "--student", str(student)]
    return [
        "probe",
        "run",
        *models,
        "--scenario",
        "demo",
        "--dimension",
        "headline",
        "--n",
        "6",
        "--out",
        str(out),
        *more,
    ]


@pytest.fixture
def folders(llama, tmp_path):
    """Return a teacher and a student that may be spoilt, and a folder for evidence."""
    for name in ("teacher", "student"):
        shutil.copytree(llama, tmp_path / name)
    return tmp_path / "teacher", tmp_path / "student", tmp_path / "evidence"


def refused(words, capsys):
    """Run the command in this process (an exception would fail the test) and return its one sentence."""
    capsys.readouterr()
    assert main(words) == 2
    said = [line for line in capsys.readouterr().err.splitlines() if line.startswith("dls: ")]
    assert len(said) == 1
    return said[0]


def remove(*names):
    def spoil(teacher):
        for name in names:
            (teacher / name).unlink()

    return spoil


def rewrite(name, change):
    def spoil(teacher):
        told = json.loads((teacher / name).read_text())
        change(told)
        (teacher / name).write_text(json.dumps(told))

    return spoil


def cut(name, left):
    return lambda teacher: (teacher / name).write_bytes((teacher / name).read_bytes()[:left])


def without_a_tensor(teacher):
    """As a folder that was converted in part: the library would fill in random numbers."""
    tensors = load_file(teacher / "model.safetensors")
    del tensors["model.layers.0.mlp.up_proj.weight"]
    save_file(tensors, teacher / "model.safetensors", metadata={"format": "pt"})


def without_template(teacher):
    (teacher / "chat_template.jinja").unlink(missing_ok=True)
    rewrite("tokenizer_config.json", lambda told: told.pop("chat_template", None))(teacher)


SPOILT_MODELS = {
    "no folder": (shutil.rmtree, "There is no folder"),
    "no configuration": (remove("config.json"), "is no model folder"),
    "no weights": (remove("model.safetensors"), "no weights"),
    "weights that can run code": (
        lambda teacher: (teacher / "model.safetensors").rename(teacher / "pytorch_model.bin"),
        "only safetensors and GGUF",
    ),
    "half of the weights": (cut("model.safetensors", 5000), "fetch the file again"),
    "weights that lack a tensor": (without_a_tensor, "lack model.layers.0.mlp.up_proj.weight, and random numbers"),
    "no tokenizer": (remove("tokenizer.json", "tokenizer_config.json"), "put those of the teacher or of the base"),
    "a broken tokenizer": (cut("tokenizer.json", 100), "fetch the folder again, whole"),
    "a broken configuration": (cut("config.json", 20), "config.json is no JSON"),
    "a broken generation configuration": (
        lambda teacher: (teacher / "generation_config.json").write_text("{"), "generation_config.json"
    ),
    "an unknown architecture": (
        rewrite("config.json", lambda told: told.update(model_type="nosuch", architectures=["NoSuch"])),
        "pip install --upgrade transformers",
    ),
    "no chat template": (without_template, "--plain"),
    "a broken chat template": (
        rewrite("tokenizer_config.json", lambda told: told.update(chat_template="{% for %}")), "chat template"
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", SPOILT_MODELS)
def test_a_model_that_cannot_be_asked_is_refused_in_a_sentence(folders, capsys, case):
    spoil, words = SPOILT_MODELS[case]
    teacher, student, out = folders
    spoil(teacher)
    sentence = refused(run_words(teacher, student, out), capsys)
    assert words in sentence
    assert not list(out.rglob("manifest.json"))


def test_a_tokenizer_without_a_token_that_ends_an_answer_is_refused(folders, capsys):
    rewrite("tokenizer_config.json", lambda told: told.pop("eos_token"))(folders[0])
    rewrite("config.json", lambda told: told.update(eos_token_id=None))(folders[0])
    (folders[0] / "generation_config.json").unlink()
    sentence = refused(run_words(*folders, "--plain"), capsys)
    assert "defines no EOS token" in sentence
    assert "set `eos_token`" in sentence


@pytest.mark.parametrize("flag", ["--teacher", "--student"])
def test_a_missing_model_names_its_folder(folders, capsys, flag):
    words = run_words(*folders)
    words[words.index(flag) + 1] = "nowhere"
    assert "There is no folder nowhere" in refused(words, capsys)


BAD_WORDS = {
    "an unknown scenario": (["--scenario", "nosuch"], "There is no built-in profile 'nosuch'"),
    "a scenario that is no file": (["--scenario", "./nowhere.yaml"], "nowhere.yaml: cannot be opened"),
    "no units": (["--n", "0"], "--n 0: ask for at least 1"),
    "fewer than no units": (["--n", "-3"], "--n -3: ask for at least 1"),
    "a seed that JSON would round": (["--seed", str(2**53)], "is not from 0 to 2^53 - 1"),
    "a negative seed": (["--seed", "-1"], "is not from 0 to 2^53 - 1"),
    "a device that is not there": (["--device", "cuda:97"], "--device auto"),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD_WORDS)
def test_words_that_cannot_be_meant_are_refused_in_a_sentence(folders, capsys, case):
    if case == "a device that is not there":
        import torch

        if torch.cuda.is_available():
            pytest.skip("this machine has such devices")
    words, said = BAD_WORDS[case]
    assert said in refused(run_words(*folders, *words), capsys)
    assert not list(folders[2].rglob("manifest.json"))


@pytest.mark.parametrize("words", [["--threads", "0"], ["--workers", "-1"], ["--threads", "two"]])
def test_threads_and_workers_are_counted_from_one(folders, capsys, words):
    with pytest.raises(SystemExit) as ended:
        main(run_words(*folders, *words))
    assert ended.value.code == 2
    assert "usage: dls probe" in capsys.readouterr().err


def test_an_unknown_dimension_names_it_and_where_to_look(folders, capsys):
    words = run_words(*folders)
    words[words.index("--dimension") + 1] = "charm"
    assert "measures charm of the profile demo, whose targets are in headline, uncertainty, diversity" in refused(
        words, capsys
    )


def test_a_scenario_with_a_yaml_error_names_the_line(folders, tmp_path, capsys):
    (tmp_path / "mine.yaml").write_text('dls_scenario: "1.0"\nid: [mine\n')
    words = run_words(*folders)
    words[words.index("--scenario") + 1] = str(tmp_path / "mine.yaml")
    assert "mine.yaml:2:5: '[' opens here and is never closed" in refused(words, capsys)


@pytest.mark.parametrize("place", ["evidence", "evidence/.unfinished", f"evidence/{HEADLINE}"])
def test_a_file_in_the_way_of_the_evidence_is_named(folders, tmp_path, capsys, place):
    (tmp_path / place).parent.mkdir(exist_ok=True)
    (tmp_path / place).write_text("in the way")
    sentence = refused(run_words(*folders), capsys)
    assert place in sentence
    assert (tmp_path / place).read_text() == "in the way"


def test_finished_evidence_is_neither_overwritten_nor_taken_for_another(folders, capsys):
    teacher, student, out = folders
    assert main(run_words(teacher, student, out)) == 0
    before = {path: path.read_bytes() for path in out.rglob("*") if path.is_file()}
    assert "is finished; add --resume" in refused(run_words(teacher, student, out), capsys)
    assert "about other models, items or settings" in refused(
        run_words(teacher, student, out, "--resume", "--seed", "3"), capsys
    )
    assert "about other models, items or settings" in refused(
        run_words(teacher, student, out, "--resume", "--plain"), capsys
    )
    assert main(run_words(teacher, student, out, "--resume")) == 0
    assert {path: path.read_bytes() for path in out.rglob("*") if path.is_file()} == before
    (out / HEADLINE / "manifest.json").write_text("{")
    assert "is no manifest" in refused(run_words(teacher, student, out, "--resume"), capsys)


def test_two_runs_into_one_folder_do_not_meet(folders, capsys):
    teacher, student, out = folders
    with Ledger(out / ".unfinished" / f"{HEADLINE}.teacher.ledger"):
        assert "another run is writing" in refused(run_words(teacher, student, out), capsys)
    assert main(run_words(teacher, student, out)) == 0


def test_a_run_leaves_the_unfinished_work_of_another_alone(folders):
    teacher, student, out = folders
    other = out / ".unfinished" / "diversity.open_answer.teacher.ledger"
    with Ledger(other) as ledger:
        ledger.put("pack", [1, 2])
        assert main(run_words(teacher, student, out)) == 0
        assert other.stat().st_size > 0


def test_a_full_disk_stops_with_a_sentence_and_what_was_finished_is_kept(folders, capsys, monkeypatch):
    teacher, student, out = folders
    whole = out.with_name("whole")
    assert main(run_words(teacher, student, whole)) == 0
    usage, calls = shutil.disk_usage, []

    def filling(path):
        calls.append(path)
        return usage(path)._replace(free=10**12 if len(calls) <= 2 else 1 << 20)

    monkeypatch.setattr("dls_probes.engine.ledger.shutil.disk_usage", filling)
    sentence = refused(run_words(teacher, student, out), capsys)
    assert "has only 1 MiB left; make room and go on with --resume" in sentence
    kept = sum(path.stat().st_size for path in (out / ".unfinished").glob("*.ledger"))
    assert kept > 0
    monkeypatch.undo()
    assert "add --resume to go on with it" in refused(run_words(teacher, student, out), capsys)
    assert main(run_words(teacher, student, out, "--resume")) == 0
    for name in ("manifest.json", "teacher.jsonl", "student.jsonl"):
        assert (out / HEADLINE / name).read_bytes() == (whole / HEADLINE / name).read_bytes()


def test_a_disk_that_fills_while_the_manifest_is_written_loses_nothing(folders, capsys, monkeypatch):
    teacher, student, out = folders
    replace = Path.replace

    def full(self, target):
        if target.name == "manifest.json":
            raise OSError(28, "No space left on device")
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", full)
    assert "No space left on device" in refused(run_words(teacher, student, out), capsys)
    assert list((out / ".unfinished").glob("*.ledger"))
    monkeypatch.undo()
    assert main(run_words(teacher, student, out, "--resume")) == 0


def test_the_report_never_overwrites_the_statement(folders, capsys, tmp_path):
    teacher, student, _ = folders
    (tmp_path / "dls.yaml").write_text("precious")
    words = ["reproduce", str(tmp_path / "dls.yaml"), "--teacher", str(teacher), "--student", str(student), "-o"]
    assert "is the statement itself" in refused([*words, str(tmp_path / "teacher" / ".." / "dls.yaml")], capsys)
    assert (tmp_path / "dls.yaml").read_text() == "precious"


def test_a_real_process_prints_no_traceback(folders):
    teacher, student, out = folders
    shutil.rmtree(student)
    done = subprocess.run(
        [sys.executable, "-m", "dls.commands.cli", *run_words(teacher, student, out)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("dls: ")
    assert done.stderr.count("\n") == 1
