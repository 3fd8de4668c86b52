"""`dls init --profile`: n and the smallest detectable loss follow from the metric and the margin."""

import json

import msgspec
import pytest

from dls.authoring.own_profile import SHARE, Wish, planned_target
from dls.canonical import file_sha256
from dls.commands.cli import main
from dls.errors import DlsError
from dls.scenarios.detection import smallest_detectable_loss
from dls.scenarios.problems import profile_problems
from dls.scenarios.profile import load_profile
from dls.standard.registry import metric

LABELS = ["--probe", "headline.labels", "--metric", "accuracy", "--margin", "0.05", "--chance", "0.5"]


def write_rows(path, count):
    path.write_text("".join(json.dumps({"text": f"text {k}", "label": "a"}) + "\n" for k in range(count)))
    return path


@pytest.mark.parametrize(
    ("probe", "name", "margin"),
    [
        ("headline.multiple_choice", "accuracy", 0.03),
        ("headline.multiple_choice", "accuracy", 0.1),
        ("uncertainty.multiple_choice", "brier_top_label", 0.02),
        ("headline.final_number", "exact_match", 0.05),
    ],
)
def test_n_is_the_smallest_that_detects_three_quarters_of_the_margin(probe, name, margin):
    target = planned_target(Wish("mine", name, probe, margin))
    fewer = msgspec.structs.replace(target, n=target.n - 1)
    assert target.smallest_detectable_loss <= SHARE * margin
    is_least = target.n == metric(name).smallest_n
    assert is_least or smallest_detectable_loss(fewer, metric(name)) > SHARE * margin - 5e-5


def test_a_pinned_file_leaves_three_quarters_of_its_units(tmp_path):
    rows, profile = write_rows(tmp_path / "rows.jsonl", 2000), tmp_path / "topics.yaml"
    words = ["--data", str(rows), "--split", "example/topics validation", "--revision", "1.0.0"]
    assert main(["init", "--profile", "topics", *LABELS, *words, "-o", str(profile)]) == 0
    loaded = load_profile(profile)
    (target,) = loaded.targets
    assert (target.data.sha256, target.data.units) == (file_sha256(rows), 2000)
    assert target.n <= 500
    assert not loaded.is_on_own_data(target)
    assert [problem.message for problem in profile_problems(loaded)] == []


def test_a_file_that_cannot_decide_the_margin_is_refused_with_the_loss_that_it_detects(tmp_path, capsys):
    rows = write_rows(tmp_path / "rows.jsonl", 200)
    assert main(["init", "--profile", "topics", *LABELS, "--data", str(rows)]) == 2
    assert "200 units detect a loss of" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("count", "split", "needed"), [(1, (), 100), (60, (), 100), (399, ("--split", "s", "--revision", "1"), 400)]
)
def test_a_file_that_is_too_small_for_any_margin_is_refused_with_the_size_that_suffices(
    count, split, needed, tmp_path, capsys
):
    words = [*LABELS, "--data", str(write_rows(tmp_path / "rows.jsonl", count)), *split]
    assert main(["init", "--profile", "topics", *words]) == 2
    assert f"whatever the margin: give a file of at least {needed}" in capsys.readouterr().err


def test_an_empty_file_is_told_from_a_small_one(tmp_path, capsys):
    (tmp_path / "rows.jsonl").touch()
    assert main(["init", "--profile", "topics", *LABELS, "--data", str(tmp_path / "rows.jsonl")]) == 2
    assert "has no rows" in capsys.readouterr().err


def test_a_file_of_ones_own_gives_all_of_its_units(tmp_path):
    rows, profile = write_rows(tmp_path / "rows.jsonl", 500), tmp_path / "topics.yaml"
    assert main(["init", "--profile", "topics", *LABELS, "--data", str(rows), "-o", str(profile)]) == 0
    loaded = load_profile(profile)
    (target,) = loaded.targets
    assert 125 < target.n <= 500
    assert loaded.is_on_own_data(target)
    assert [problem.message for problem in profile_problems(loaded)] == []


@pytest.mark.parametrize(
    ("wish", "words"),
    [
        (Wish("mine", "brier_top_label", "headline.multiple_choice", 0.1), "does not measure"),
        (Wish("mine", "accuracy", "headline.labels", 0.1), "--chance"),
        (Wish("mine", "jsd", "fidelity.labels", 0.1), "no loss against the teacher"),
        (Wish("mine", "accuracy", "headline.multiple_choice", 0.0001), "choose a wider margin"),
    ],
)
def test_a_wish_that_no_plan_can_meet_is_refused(wish, words):
    with pytest.raises(DlsError, match=words):
        planned_target(wish)


def test_without_a_terminal_the_missing_argument_is_named(capsys):
    assert main(["init", "--profile", "mine", "--probe", "headline.multiple_choice", "--metric", "accuracy"]) == 2
    assert "--profile needs --margin" in capsys.readouterr().err
