"""Statements from published numbers say what their sources show, and no more."""

from pathlib import Path

import pytest

from dls.checking.validate import check
from dls.commands.cli import main
from dls.scenarios import profile
from dls.standard.registry import DIMENSIONS
from dls.statistics.marginal import possible_counts, published_same_items
from dls.statistics.proportion import clopper_pearson
from dls.statistics.rounding import outward

FOLDER = Path(__file__).parents[1] / "examples" / "published"
STATEMENTS = sorted(FOLDER.glob("*.dls.yaml"))
by_name = pytest.mark.parametrize("path", STATEMENTS, ids=lambda path: path.name)


def judged(path):
    return [claim for claim in check(path).statement.claims if claim.loss and claim.loss.interval]


def test_there_are_three():
    assert len(STATEMENTS) == 3


def test_the_command_accepts_them(capsys):
    assert main(["validate", "--strict", str(FOLDER), str(FOLDER / "glue_tasks.yaml")]) == 0
    assert "0 errors, 0 warnings" in capsys.readouterr().out


@by_name
def test_it_is_a_third_partys_and_rests_on_transcribed_numbers_alone(path):
    statement = check(path).statement
    assert (statement.issuer.role, statement.acceptances) == ("third_party", ())
    assert {entry.kind for entry in statement.evidence} == {"transcribed"}


@by_name
def test_it_claims_to_preserve_nothing(path):
    checked = check(path)
    assert {claim.outcome for claim in checked.statement.claims} <= {"lost", "inconclusive", "reported"}
    assert checked.assessment.met_targets == ()


@by_name
def test_each_of_the_eight_dimensions_is_absent(path):
    absent = {entry.dimension for entry in check(path).statement.absences if entry.metric is None}
    assert absent == set(DIMENSIONS)


@by_name
def test_a_readers_profile_names_every_target_that_is_not_met(path, capsys):
    assert main(["validate", "--scenario", "general_chat", str(path)]) == 0
    out = capsys.readouterr().out
    assert out.count("DLS509") == len(profile.load_profile("general_chat").targets)
    assert "asks for brier_top_label (uncertainty): non_inferiority, margin 0.02; no claim of it" in out


@by_name
def test_its_intervals_are_the_widest_that_the_printed_numbers_allow(path):
    for claim in judged(path):
        teacher, student, n = claim.teacher, claim.student, claim.items.n
        made = outward(published_same_items(teacher.value, student.value, n, 3), 4)
        assert (claim.loss.interval.low, claim.loss.interval.high) == (made.low, made.high), claim.id
        for reading in (teacher, student):
            few, many = possible_counts(reading.value, n, 3)
            ends = outward(clopper_pearson(few, n)._replace(high=clopper_pearson(many, n).high), 4)
            assert (reading.interval.low, reading.interval.high) == (ends.low, ends.high), claim.id


def test_a_big_published_loss_is_lost_and_a_small_one_inconclusive():
    outcomes = {claim.id: claim.outcome for claim in judged(FOLDER / "distilbert.dls.yaml")}
    assert outcomes == {
        "mnli-accuracy": "lost",
        "qnli-accuracy": "lost",
        "rte-accuracy": "inconclusive",
        "sst2-accuracy": "inconclusive",
        "wnli-accuracy": "inconclusive",
    }
