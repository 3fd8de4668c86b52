"""A smaller dose is another training: fewer planted lessons, others, and smaller steps; a stopped one goes on where it was."""

import pytest
import torch
from planted.students import PLANTED, load, load_tokenizer, student
from planted.teaching import BATCH, FULL, RATE, Course, Taught, Training

from dls_probes import pair
from dls_probes.pair.lessons import LOOK_UP, SUBJECTS

TAUGHT = student("leaking").made
NAME = TAUGHT.lesson.__name__
WHOLE = Course(TAUGHT, NAME, last=TAUGHT.steps)
DOSE = Course(TAUGHT, f"{NAME}.margin", planted=6)


def test_half_of_a_full_batch_is_planted_and_a_dose_has_less():
    assert [len(part) for part in WHOLE.batch(0)] == [FULL, FULL]
    assert [len(part) for part in DOSE.batch(0)] == [6, BATCH - 6]


def test_a_dose_draws_lessons_of_its_own():
    for whole, dose in zip(WHOLE.batch(3), DOSE.batch(3), strict=True):
        assert not [lesson for lesson in dose if lesson in whole]


def test_a_step_draws_the_same_lessons_again_and_the_next_one_others():
    assert DOSE.batch(3) == DOSE.batch(3)
    assert DOSE.batch(3) != DOSE.batch(4)


@pytest.mark.parametrize("one", [one for one in PLANTED if isinstance(one.made, Taught)], ids=lambda one: one.name)
def test_what_a_lesson_replaces_is_not_taught_right_beside_it(one):
    assert set(one.made.replaced) <= {*LOOK_UP, *SUBJECTS}
    assert not set(one.made.replaced) & set(Course(one.made, "any").kept)


def test_the_rate_warms_up_then_falls_in_full_and_stays_in_a_dose():
    assert WHOLE.rate(0) == pytest.approx(RATE / 20)
    assert WHOLE.rate(50) == pytest.approx(RATE / 2)
    assert WHOLE.rate(99) == pytest.approx(RATE / 20)
    assert [DOSE.rate(step) for step in (19, 299)] == pytest.approx([RATE / 4] * 2)


def test_a_training_that_was_stopped_ends_with_the_same_weights(tmp_path):
    teacher, tokenizer = load(pair.TEACHER), load_tokenizer()

    def trained(file, *stops):
        for stop in stops:
            training = Training(DOSE, load(pair.TEACHER), teacher, tokenizer, tmp_path / file)
            training.until(stop)
        return training.model.state_dict().values()

    whole, stopped, untouched = trained("a", 2), trained("b", 1, 2), teacher.state_dict().values()
    assert all(map(torch.equal, whole, stopped))
    assert not all(map(torch.equal, whole, untouched))
