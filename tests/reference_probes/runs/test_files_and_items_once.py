"""A run reads each file of a model for its digest once, and makes the items of each probe once."""

import shutil
from collections import Counter
from functools import partial

import pytest
from tests.reference_probes.loop import ASKED

from dls.commands.cli import main
from dls.identity import identification
from dls.probes.collection import PROBES
from dls_probes import pair
from dls_probes.commands import _demonstration
from dls_probes.models.model_files import ModelFiles

N = 24


@pytest.fixture
def hashes(tiny_pair, monkeypatch):
    """Count how often each file of the two models is read for its digests."""
    counts = Counter()

    def counting(read):
        def counted(folder, name):
            if folder in tiny_pair:
                counts[folder / name] += 1
            return read(folder, name)

        return counted

    for name in ("read_weight_file", "read_reading_file"):
        monkeypatch.setattr(identification, name, counting(getattr(identification, name)))
    return counts


@pytest.fixture
def items(monkeypatch):
    """Count how often the items of each probe of a plan are made."""
    counts = Counter()

    def counted(probe):
        def make(*arguments):
            counts[probe.id] += 1
            return probe.items(*arguments)

        return probe._replace(items=make)

    monkeypatch.setattr("dls_probes.runs.plan.PROBES", tuple(map(counted, PROBES)))
    return counts


@pytest.fixture
def run(tiny_pair, tmp_path):
    """Run `dls probe run` on the tiny pair."""
    teacher, student, _ = map(str, tiny_pair)
    words = ["probe", "run", "--teacher", teacher, "--student", student, "--scenario", "demo", "--n", str(N)]

    def command(*more):
        assert main([*words, "--out", str(tmp_path / "evidence"), *more]) == 0

    return command


def once(hashes, folders):
    """Whether each file that loading may read was read for its digests once, in these folders and in no other."""
    files = [folder / name for folder in folders for name in ModelFiles(folder).model_folder.names]
    assert len(files) == 12  # weights, configuration, generation, tokenizer, its configuration, template of two models
    return hashes == Counter(files)


def test_a_run_hashes_each_file_once_and_makes_items_once_whether_fresh_resumed_or_finished(
    run, tiny_pair, hashes, items, tmp_path
):
    run()
    assert once(hashes, tiny_pair[:2])
    assert items == dict.fromkeys(ASKED, 1)
    shutil.rmtree(tmp_path / "evidence" / ASKED[0])
    hashes.clear()
    items.clear()
    run("--resume")
    assert once(hashes, tiny_pair[:2])
    assert items == {ASKED[0]: 1}
    hashes.clear()
    items.clear()
    run("--resume")
    assert once(hashes, tiny_pair[:2])
    assert not items


@pytest.mark.slow
def test_a_reproduction_hashes_each_file_once(loop, tiny_pair, hashes):
    assert loop.reproduce() == 0
    assert once(hashes, tiny_pair[:2])


@pytest.mark.slow
def test_a_demonstration_hashes_each_file_once_whether_fresh_or_resumed(tiny_pair, hashes, tmp_path, monkeypatch):
    monkeypatch.setattr(pair, "TEACHER", tiny_pair[0])
    monkeypatch.setattr(pair, "STUDENT", tiny_pair[1])
    monkeypatch.setattr(_demonstration, "make_plan", partial(_demonstration.make_plan, n=N))
    for _ in range(2):
        assert main(["demo", "--out", str(tmp_path / "demo")]) == 0
        assert once(hashes, tiny_pair[:2])
        hashes.clear()


def test_the_next_run_reads_a_file_again(tiny_pair, tmp_path):
    folder = shutil.copytree(tiny_pair[1], tmp_path / "model")
    before = ModelFiles(folder).identity
    path = folder / "generation_config.json"
    path.write_bytes(path.read_bytes() + b"\n")
    assert ModelFiles(folder).identity != before
