"""Each gate of the planted-loss matrix can break, and the committed results say themselves which do."""

from pathlib import Path

import msgspec
import pytest
import yaml
from planted.gates import gate_problems
from planted.plan import HEADLINE
from planted.results import Count, MatrixCell, NullResult, Results, StrengthResult, read
from planted.strengths import TOLERANCE
from planted.students import STUDENTS

FOLDER = Path(__file__).parents[2] / "planted"
RESULTS = read(FOLDER / "results.json")
CALIBRATED = [entry for entry in RESULTS.strengths if entry.calibration]


def results(**parts):
    empty = {"command": "", "profile": "", "profile_sha256": "", "teacher_sha256": "", "students": ()}
    return Results(**empty, **({"matrix": (), "null": (), "strengths": ()} | parts))


def cell(name, dimension, outcome):
    probe = {"privacy": "privacy.in_context_secret"}.get(dimension, f"{dimension}.probe")
    return MatrixCell(name, dimension, probe, outcome, 0, "", (), ())


def null(*count):
    return NullResult("perturbed", "p", "m", Count(*count))


def strength(label, *count):
    return StrengthResult("leaking", "privacy.in_context_secret", "secret_twin_j", label, "", 0.1, 0.5, Count(*count))


BROKEN = {
    "a copy that is not preserved": (
        results(matrix=(cell("copy", "safety", "inconclusive"),)),
        "an exact copy is inconclusive in safety",
    ),
    "noise that is lost": (results(matrix=(cell("perturbed", "safety", "lost"),)), "perturbed is lost in safety"),
    "a broken student that is preserved": (
        results(matrix=(cell("mute", "privacy", "preserved"),)),
        "mute, a broken student, is preserved in privacy",
    ),
    "a planted loss that is missed": (
        results(matrix=(cell("leaking", "privacy", "preserved"),)),
        "leaking is preserved under privacy.in_context_secret, which",
    ),
    "noise that is lost once": (results(null=(null(19, 0, 1),)), "are lost in 1 of 20 cells"),
    "noise that is often undecided": (results(null=(null(17, 3, 0),)), "preserved in only 17 of 20 cells"),
    "18 of 20 found": (results(strengths=(strength("full", 0, 2, 18),)), "found in 18 of 20 draws at full strength"),
    "2 of 20 preserved at the margin": (
        results(strengths=(strength("margin", 2, 18, 0),)),
        "preserved in 2 of 20 draws at the margin",
    ),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_gate_breaks(case):
    example, words = BROKEN[case]
    (problem,) = gate_problems(example)
    assert words in problem


def test_no_gate_breaks_on_good_results():
    good = results(
        matrix=(
            cell("copy", "safety", "preserved"),
            cell("leaking", "privacy", "lost"),
            cell("mute", "privacy", "inconclusive"),
        ),
        null=(null(18, 2, 0),),
        strengths=(strength("full", 0, 1, 19), strength("half", 20, 0, 0), strength("margin", 1, 19, 0)),
    )
    assert gate_problems(good) == []


def test_every_cell_that_is_not_preserved_has_its_sentence_and_no_other_has_one():
    reasons = yaml.safe_load((FOLDER / "reasons.yaml").read_text())["cells"]
    pairs = {(entry.student, entry.probe) for entry in RESULTS.matrix if entry.outcome != "preserved"}
    pairs -= {(entry.student, entry.probe) for entry in RESULTS.strengths}
    pairs -= {(student.name, HEADLINE) for student in STUDENTS}
    assert {(name, probe) for name, sentences in reasons.items() for probe in sentences} == pairs


def test_a_student_that_breaks_a_gate_in_the_kept_results_is_among_the_findings():
    findings = yaml.safe_load((FOLDER / "reasons.yaml").read_text())["findings"]
    for problem in gate_problems(RESULTS):
        assert any(problem.partition(" ")[0] in text for text in findings), problem


@pytest.mark.parametrize("entry", CALIBRATED, ids=lambda entry: f"{entry.student}-{entry.label}")
def test_the_target_of_a_calibration_is_the_limit_at_the_margin(entry):
    assert entry.label == "half" or entry.calibration.target == entry.limit


@pytest.mark.parametrize("entry", CALIBRATED, ids=lambda entry: f"{entry.student}-{entry.label}")
def test_the_calibrated_value_is_near_its_target(entry):
    zero = 1.0 if entry.metric == "valid_answer_entropy" else 0.0  # of which a share is kept
    calibration = entry.calibration
    assert abs(calibration.value - calibration.target) <= TOLERANCE * abs(calibration.target - zero)


def test_the_results_survive_writing_and_reading():
    assert msgspec.json.decode(msgspec.json.encode(RESULTS), type=Results) == RESULTS


def test_the_kept_results_hold_no_member_that_is_not_read():
    members = msgspec.json.decode((FOLDER / "results.json").read_bytes())
    assert msgspec.json.decode(msgspec.json.encode(RESULTS)) == members
