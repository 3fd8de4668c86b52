"""A run that goes on after a change holds no answer of the old model, says so, and loses no earlier evidence."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from tests.reference_probes.stated import digests

from dls.commands.cli import main

PROBE, SECOND = "headline.multiple_choice", "diversity.open_answer"
MOST_SECONDS = 300.0


class Folders(NamedTuple):
    """The folders of a run, in which a model may change."""

    teacher: Path
    student: Path
    out: Path

    def words(self, out: Path, n: int, *more: str) -> list[str]:
        models = ["--teacher", str(self.teacher), "--student", str(self.student)]
        return ["probe", "run", *models, "--scenario", "demo", "--n", str(n), "--out", str(out), *more]

    def edit(self, **members: Any) -> None:
        path = self.student / "config.json"
        path.write_text(json.dumps(json.loads(path.read_text()) | members))


@pytest.fixture
def folders(tiny_pair: tuple[Path, Path, Path], tmp_path: Path) -> Folders:
    teacher, student, _ = tiny_pair
    shutil.copytree(student, tmp_path / "student")
    return Folders(teacher, tmp_path / "student", tmp_path / "evidence")


def killed(words: list[str], ledger: Path, packs: int) -> None:
    """Run a command in a process of its own, and kill it once a ledger holds some packs behind its context."""
    command = [sys.executable, "-m", "dls.commands.cli", *words]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    end = time.monotonic() + MOST_SECONDS
    while time.monotonic() < end and process.poll() is None:
        if ledger.exists() and ledger.read_bytes().count(b"\n") > packs:
            os.kill(process.pid, signal.SIGKILL)
            break
        time.sleep(0.005)
    assert process.wait() == -signal.SIGKILL


@pytest.mark.slow
def test_a_run_that_was_killed_and_whose_model_was_edited_holds_no_record_of_the_old_model(folders, capsys):
    only = ("--dimension", "headline")
    killed(folders.words(folders.out, 150, *only), folders.out / ".unfinished" / f"{PROBE}.student.ledger", packs=3)
    folders.edit(rms_norm_eps=0.1)
    assert main(folders.words(folders.out, 150, *only, "--resume")) == 0
    notes = [line for line in capsys.readouterr().out.splitlines() if "finished packs of an earlier run" in line]
    assert len(notes) == 1
    assert notes[0].startswith("note · student: ")
    assert "are not used: config.json changed since" in notes[0]
    fresh = folders.out.with_name("fresh")
    assert main(folders.words(fresh, 150, *only)) == 0
    assert digests(folders.out) == digests(fresh)


def test_each_change_sets_the_evidence_before_it_aside(folders):
    only = ("--dimension", "headline")
    assert main(folders.words(folders.out, 20, *only)) == 0
    generations = [digests(folders.out)]
    for number in (1, 2):
        folders.edit(rms_norm_eps=0.1 * number)
        assert main(folders.words(folders.out, 20, *only, "--resume")) == 0
        place = folders.out / ".replaced" / str(number)
        assert digests(place) == generations[-1]
        generations.append({name: digest for name, digest in digests(folders.out).items() if ".replaced" not in name})
    assert main(["draft", str(folders.out), "-o", str(folders.out.with_name("dls.yaml"))]) == 0


def test_kept_evidence_of_a_model_that_was_saved_again_fits_to_that_of_the_other_probes(folders):
    """Manifests of one run are about one pair, also where its files were written again in between."""
    assert main(folders.words(folders.out, 12)) == 0
    shutil.rmtree(folders.out / SECOND)
    records = (folders.out / PROBE / "student.jsonl").read_bytes()
    folders.edit(transformers_version="4.57.1")
    assert main(folders.words(folders.out, 12, "--resume")) == 0
    assert not (folders.out / ".replaced").exists()
    assert (folders.out / PROBE / "student.jsonl").read_bytes() == records
    arms = [json.loads((folders.out / name / "manifest.json").read_text())["arms"] for name in (PROBE, SECOND)]
    assert arms[0] == arms[1]
    assert main(["draft", str(folders.out), "-o", str(folders.out.with_name("dls.yaml"))]) == 0


def test_evidence_of_another_model_is_refused_without_the_flag(folders, capsys):
    only = ("--dimension", "headline")
    assert main(folders.words(folders.out, 20, *only)) == 0
    before = digests(folders.out)
    folders.edit(rms_norm_eps=0.1)
    assert main(folders.words(folders.out, 20, *only)) == 2
    assert "is evidence about other models, items or settings" in capsys.readouterr().err
    assert digests(folders.out) == before


def test_a_seed_of_the_users_own_is_no_consequence_of_another_model(folders, capsys):
    only = ("--dimension", "headline")
    assert main(folders.words(folders.out, 20, *only)) == 0
    folders.edit(rms_norm_eps=0.1)
    assert main(folders.words(folders.out, 20, *only, "--resume", "--seed", "3")) == 2
    assert "is evidence about other models, items or settings" in capsys.readouterr().err
    assert not (folders.out / ".replaced").exists()
