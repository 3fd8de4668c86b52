"""A smaller strength is another training: fewer and other planted lessons, smaller steps; a stopped one goes on."""

import pytest
import torch
from planted.students import KINDS, find_student
from planted.teaching import BATCH, FULL, RATE, Course, CourseTraining, TaughtLesson
from planted.weights import load, load_tokenizer

from dls_probes import pair
from dls_probes.pair.lessons import SUBJECTS
from dls_probes.pair.look_up import LOOK_UP

LESSON = find_student("leaking").intervention
NAME = LESSON.lesson.__name__
FULL_COURSE = Course(LESSON, NAME, last_step=LESSON.steps)
MARGIN_COURSE = Course(LESSON, f"{NAME}.margin", conversations=6)


def test_half_of_a_full_batch_is_planted_and_less_of_a_smaller_one():
    assert [len(part) for part in FULL_COURSE.batch(0)] == [FULL, FULL]
    assert [len(part) for part in MARGIN_COURSE.batch(0)] == [6, BATCH - 6]


def test_a_smaller_strength_draws_its_own_lessons():
    for full, margin in zip(FULL_COURSE.batch(3), MARGIN_COURSE.batch(3), strict=True):
        assert not [lesson for lesson in margin if lesson in full]


def test_a_step_draws_the_same_lessons_again_and_the_next_one_others():
    assert MARGIN_COURSE.batch(3) == MARGIN_COURSE.batch(3)
    assert MARGIN_COURSE.batch(3) != MARGIN_COURSE.batch(4)


TAUGHT = [student for student in KINDS if isinstance(student.intervention, TaughtLesson)]


@pytest.mark.parametrize("student", TAUGHT, ids=lambda student: student.name)
def test_a_lesson_replaces_the_right_one(student):
    lessons = set(student.intervention.replaces)
    assert lessons <= {*LOOK_UP, *SUBJECTS}
    assert not lessons & set(Course(student.intervention, "any").other_lessons)


def test_the_rate_warms_up_then_falls_in_full_and_stays_in_a_smaller_strength():
    assert FULL_COURSE.rate(0) == pytest.approx(RATE / 20)
    assert FULL_COURSE.rate(50) == pytest.approx(RATE / 2)
    assert FULL_COURSE.rate(99) == pytest.approx(RATE / 20)
    assert [MARGIN_COURSE.rate(step) for step in (19, 299)] == pytest.approx([RATE / 4] * 2)


@pytest.mark.slow
def test_a_training_that_was_stopped_ends_with_the_same_weights(tmp_path):
    teacher, tokenizer = load(pair.TEACHER), load_tokenizer()

    def weights(file, *stops):
        for stop in stops:
            training = CourseTraining(MARGIN_COURSE, load(pair.TEACHER), teacher, tokenizer, tmp_path / file)
            training.train_until(stop)
        return training.model.state_dict().values()

    once, twice, start = weights("a", 2), weights("b", 1, 2), teacher.state_dict().values()
    assert all(map(torch.equal, once, twice))
    assert not all(map(torch.equal, once, start))
