"""A run of one kind asks about that kind alone, and a draw is given to the students that it is about."""

import pytest
from planted.fixed_draws import CUE
from planted.plan import HEADLINE, NULL_STUDENT, attacks, phases
from planted.strengths import probe_of, strengths_of, targets_about
from planted.students import KINDS, STUDENTS, find_student
from planted.whole_answer_students import WHOLE_ANSWER
from planted.wide_students import DAMAGED, WIDE


def tasks(students, draws=3):
    return [task for group in phases(students, draws) for task in group]


@pytest.mark.parametrize("student", KINDS, ids=lambda student: student.name)
def test_a_run_of_one_kind_is_about_that_kind_alone(student):
    assert {entry.name for task in tasks([student]) for entry in task.students} == {student.name}


def test_every_student_is_made_before_it_is_measured():
    first, *_ = phases(STUDENTS, 3)
    assert {task.phase for task in first} == {"make"}
    assert {entry.name for task in first for entry in task.students} == {student.name for student in STUDENTS}


def test_a_further_draw_asks_the_null_student_and_those_whose_loss_it_is_about():
    full, mixed, searched = [task for task in tasks(STUDENTS) if task.draw == ("boundary.twins", 2, 1)]
    about = {"over_answering", "abstains_then_invents"}
    assert {entry.name for entry in full.students} == {NULL_STUDENT, *about}
    assert {entry.name for entry in mixed.students} == {"abstains_then_invents"}
    assert {entry.name for entry in searched.students} == about


def test_full_strength_is_measured_and_read_before_a_search_begins():
    labels = [entry.label != "full" for task in tasks(STUDENTS) for entry in task.students]
    assert labels == sorted(labels)


@pytest.mark.parametrize("student", WHOLE_ANSWER, ids=lambda student: student.name)
def test_a_loss_behind_an_opening_is_measured_and_read_at_four_strengths(student):
    assert strengths_of(student) == ("full", "half", "margin", "mixed")
    readings = [task.students[0].label for task in tasks([student]) if task.phase == "read"]
    assert readings == ["full", "mixed", "half", "margin"]


@pytest.mark.parametrize("student", WIDE, ids=lambda student: student.name)
def test_another_kind_has_full_strength_alone_and_a_target_about_it(student):
    assert strengths_of(student) == ("full",)
    assert targets_about(student)


def test_damage_is_read_under_every_whole_answer_of_the_profile():
    metrics = {target.metric for target in targets_about(DAMAGED[0])}
    assert metrics == {"accuracy", "twin_whole", "answer_holds", "trace_written", "story_holds"}


def test_wrong_cues_are_measured_by_their_own_probe_which_is_no_column():
    assert probe_of(find_student("sycophantic")) == CUE
    probes = {task.draw.probe for task in tasks(WIDE) if task.draw and len(task.students) == len(WIDE)}
    assert HEADLINE in probes
    assert CUE not in probes


def test_the_ends_of_all_lines_are_made_before_the_red_team_searches():
    makes, searches = attacks()
    assert {task.students for task in makes} == {task.students for task in searches}
