"""The guide's way from lm-eval to a statement, walked with the logs of a real run of the harness."""

import re
import shlex
import shutil
import subprocess
import tarfile
from pathlib import Path

import msgspec
import pytest

from dls.commands.cli import main
from dls.evidence.folder import find_manifests

ROOT = Path(__file__).parents[3]
GUIDE = (ROOT / "docs" / "import.md").read_text()
ARMS = ("teacher", "student")


def block(word):
    """Return the lines of the code block of the guide in which a word stands first."""
    blocks = re.findall(r"(?:^    .*\n)+", GUIDE, re.MULTILINE)
    return [line[4:] for line in next(text for text in blocks if word in text).splitlines()]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A working folder with the runs of the built-in pair, in the place that the guide names."""
    with tarfile.open(ROOT / "tests" / "data" / "lm_eval_pair.tar.xz") as archive:
        archive.extractall(tmp_path, filter="data")
    (tmp_path / "lm_eval_pair").rename(tmp_path / "runs")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_five_minutes_end_with_numbers_that_follow_from_the_records(folder, capsys):
    commands = [shlex.split(line) for line in block("dls import lm-eval")]
    assert [words[:2] for words in commands] == [["dls", "import"], ["dls", "draft"], ["dls", "recompute"]]
    assert [main(words[1:]) for words in commands] == [0, 0, 0]
    assert "0 not verifiable, 0 borderline, 0 refuted" in capsys.readouterr().out
    assert (folder / "dls.yaml").is_file()


def test_the_counts_that_the_guide_prints_are_those_of_the_run(folder):
    runs = [f"--{arm}={folder / 'runs' / arm}" for arm in ARMS]
    assert main(["import", "lm-eval", *runs, "-o", "evidence"]) == 0
    (entry,) = find_manifests(Path("evidence"))
    accuracy = next(part for part in entry.manifest.metrics if part.metric == "accuracy")
    counts = accuracy.teacher.count, accuracy.student.count, accuracy.teacher.n
    text = re.search(r"gives the teacher (\d+) of (\d+) and the student (\d+) of (\d+)", GUIDE)
    assert counts == (int(text[1]), int(text[3]), int(text[2]))


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("lm_eval") is None, reason="the harness needs an environment of its own")
def test_the_harness_itself_runs_as_the_guide_says(tmp_path):
    lines = block("tools.lm_eval_task")
    script = "\n".join(lines[: lines.index("done") + 1]).replace("build/", f"{tmp_path}/")
    subprocess.run(["bash", "-ec", script], cwd=ROOT, check=True)
    runs = [f"--{arm}={tmp_path / 'runs' / arm}" for arm in ARMS]
    assert main(["import", "lm-eval", *runs, "-o", str(tmp_path / "evidence")]) == 0
    (path,) = (tmp_path / "evidence").glob("*/manifest.json")
    metrics = {entry["metric"]: entry for entry in msgspec.json.decode(path.read_bytes())["metrics"]}
    assert (metrics["accuracy"]["teacher"]["count"], metrics["accuracy"]["student"]["count"]) == (38, 36)
