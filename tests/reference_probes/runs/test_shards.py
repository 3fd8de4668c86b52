"""Three machines with nothing but a disk in common end with the bytes of one process."""

import fcntl
import json
from collections import Counter

import pytest
from tests.reference_probes.next_token_profile import write_next_token_profile

from dls.commands.cli import main

SHARDS = ("1/3", "2/3", "3/3")
DIMENSIONS = ("uncertainty", "diversity", "fidelity")  # one round, two rounds, both models side by side


def probe_run(tiny_pair, out, *more):
    teacher, student, _ = map(str, tiny_pair)
    profile = str(write_next_token_profile(out.parent))
    models = ["--teacher", teacher, "--student", student, "--scenario", profile, "--n", "6", "--frame", "none"]
    chosen = [word for name in DIMENSIONS for word in ("--dimension", name)]
    return main(["probe", "run", *models, *chosen, "--out", str(out), *more])


def evidence(out):
    """Return the bytes of every file of the evidence but `run.json`, which holds times."""
    paths = [path for path in out.rglob("*") if path.suffix in (".json", ".jsonl") and path.name != "run.json"]
    return {path.relative_to(out): path.read_bytes() for path in paths}


def packs(folder):
    """Return the names of the packs of a shard, by ledger."""
    lines = {
        path.name: [json.loads(line.split(b" ", 1)[1])[0] for line in path.read_bytes().splitlines()]
        for path in (folder / ".unfinished").glob("*.ledger")
    }
    return [(name, pack) for name, names in lines.items() for pack in names if pack != "begun"]


@pytest.fixture(scope="module", autouse=True)
def _small_packs():
    """Make packs so small that a round has several."""
    with pytest.MonkeyPatch.context() as patch:
        from dls_probes.packs import Budget

        patch.setattr("dls_probes.runs.run.budget_for", lambda _: Budget(tokens=256, row=128, rows=8))
        yield


@pytest.fixture(scope="module")
def whole(tiny_pair, tmp_path_factory):
    out = tmp_path_factory.mktemp("whole")
    assert probe_run(tiny_pair, out) == 0
    return out


@pytest.fixture(scope="module")
def shards(tiny_pair, tmp_path_factory):
    folders = [tmp_path_factory.mktemp(f"shard-{name[0]}") for name in SHARDS]
    for name, folder in zip(SHARDS, folders, strict=True):
        assert probe_run(tiny_pair, folder, "--shard", name) == 0
    return folders


def joined(shards):
    return ["--resume", "--ledgers", *map(str, shards)]


def test_the_packs_of_three_shards_joined_are_the_evidence_of_one_process(tiny_pair, whole, shards, tmp_path):
    assert probe_run(tiny_pair, tmp_path / "out", *joined(shards)) == 0
    assert evidence(tmp_path / "out") == evidence(whole)
    assert len(evidence(whole)) > 8


def test_no_two_shards_compute_the_same_pack_and_each_computes_some(shards):
    counts = Counter(pack for folder in shards for pack in packs(folder))
    assert set(counts.values()) == {1}
    assert all(len(packs(folder)) > 3 for folder in shards)


def test_a_shard_leaves_no_manifest(shards):
    assert not [path for folder in shards for path in folder.rglob("manifest.json")]


def test_a_second_array_goes_on_with_the_requests_that_depend_on_the_first(tiny_pair, shards, tmp_path):
    assert probe_run(tiny_pair, tmp_path / "out", "--shard", "2/3", *joined(shards)) == 0
    earlier = {pack for folder in shards for pack in packs(folder)}
    assert set(packs(tmp_path / "out")) > earlier


def test_a_missing_shard_costs_time_and_no_number(tiny_pair, whole, shards, tmp_path):
    assert probe_run(tiny_pair, tmp_path / "out", *joined(shards[:2])) == 0
    assert evidence(tmp_path / "out") == evidence(whole)


@pytest.mark.parametrize("text", ["4/3", "0/3", "2", "a/b", "-1/3", "1/0"])
def test_a_share_that_is_none_is_refused(tiny_pair, tmp_path, capsys, text):
    assert probe_run(tiny_pair, tmp_path / "out", f"--shard={text}") == 2
    assert "is no share of a run" in capsys.readouterr().err


def test_a_shard_under_other_settings_is_refused_with_both_values(tiny_pair, shards, tmp_path, capsys):
    assert probe_run(tiny_pair, tmp_path / "out", "--threads", "2", *joined(shards)) != 0
    assert "threads is 1 there and 2 here" in " ".join(capsys.readouterr().err.split())


def test_a_folder_without_packs_is_refused(tiny_pair, tmp_path, capsys):
    assert probe_run(tiny_pair, tmp_path / "out", "--ledgers", str(tmp_path)) != 0
    assert "holds no packs of a shard" in " ".join(capsys.readouterr().err.split())


def test_a_shard_that_still_runs_is_refused(tiny_pair, shards, tmp_path, capsys):
    path = next((shards[0] / ".unfinished").glob("uncertainty*.teacher.ledger"))
    with path.open("rb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        assert probe_run(tiny_pair, tmp_path / "out", *joined(shards)) != 0
    assert "wait for its end" in " ".join(capsys.readouterr().err.split())
