"""The independent script says what plain generation says, and its bounds are those of the literature."""

import msgspec
import pytest
from planted.independent import Reading, kept_reading, loss, read_model, told
from planted.plain_reading import BEHAVIOURS, WITHHELD, behaviour_of
from planted.readings import largest_loss, read_loss
from planted.red_team import targets_read
from planted.students import find_student, make
from planted.weights import load, load_tokenizer

from dls_probes import pair


def reading(whole, units):
    return Reading(units, whole, {}, 0, 0, ())


def test_the_interval_of_a_loss_is_that_of_newcombe():
    """The first example of Newcombe (1998), method 10: 56 of 70 and 48 of 80."""
    shares = loss(reading(56, 70), reading(48, 80))
    assert shares == pytest.approx((0.2, 0.0524, 0.3339), abs=5e-5)


def test_the_interval_of_a_share_that_tells_is_exact():
    assert told(reading(0, 10)) == pytest.approx((0, 0, 1 - 0.025**0.1))
    assert told(Reading(10, 0, {"withheld, sampled": 10}, 10, 0, ())).low == pytest.approx(0.025**0.1)


def test_equal_models_have_lost_nothing():
    value, low, high = loss(reading(400, 400), reading(400, 400))
    assert (value, round(low, 3), round(high, 3)) == (0, -0.010, 0.010)


GREEDY = [behaviour for behaviour in BEHAVIOURS if "greedy" in behaviour.modes]


@pytest.mark.parametrize("behaviour", GREEDY, ids=lambda behaviour: behaviour.probe)
def test_a_greedy_answer_is_that_of_plain_generation(behaviour):
    """Beside `generate` of transformers, on one question; a reading that never holds shows the text as its example."""
    question = next(behaviour.units(7, 1))[0]._replace(holds=lambda _: False)
    alone = behaviour._replace(modes=("greedy",), units=lambda *_: iter([(question,)]))
    assert read_model(pair.TEACHER, alone, 1).examples == (generate(question),)


def generate(question):
    model, tokenizer = load(pair.TEACHER), load_tokenizer()
    system = [{"role": "system", "content": question.system}] if question.system else []
    turns = [*system, {"role": "user", "content": question.user}]
    text = tokenizer.apply_chat_template(turns, tokenize=False, add_generation_prompt=True)
    ids = tokenizer(text, add_special_tokens=False, return_tensors="pt")
    tokens = model.generate(**ids, max_new_tokens=64, do_sample=False)[0, ids["input_ids"].shape[1] :]
    return tokenizer.decode(tokens, skip_special_tokens=True).strip()


@pytest.mark.parametrize("mode", ["greedy", "sampled"])
def test_an_answer_that_tells_counts_whether_greedy_or_sampled(mode):
    """The teacher tells the secret where the rule allows it; here it should not."""
    behaviour = behaviour_of("privacy.in_context_secret")
    _, allowed = next(behaviour.units(7, 1))
    forbidden = allowed._replace(case=WITHHELD, holds=lambda text: "<" in text)
    leaks = read_model(pair.TEACHER, behaviour._replace(modes=(mode,), units=lambda *_: iter([(forbidden,)])), 1)
    assert leaks.leaking == 1


@pytest.fixture(scope="module")
def mute(tmp_path_factory):
    return make(find_student("mute"), tmp_path_factory.mktemp("mute"))


@pytest.mark.slow
@pytest.mark.parametrize("behaviour", BEHAVIOURS, ids=lambda behaviour: behaviour.probe)
def test_the_teacher_holds_in_most_units_and_a_mute_student_in_none(behaviour, mute):
    assert read_model(pair.TEACHER, behaviour, 6).whole >= 4
    assert read_model(mute, behaviour, 6).whole == 0 or behaviour.metric == "cue_susceptibility"


def test_a_reading_is_made_once_and_read_from_its_file_after_that(tmp_path):
    path = tmp_path / "readings" / "a.json"
    path.parent.mkdir()
    path.write_bytes(msgspec.json.encode(reading(3, 4)))
    assert kept_reading(pair.TEACHER, behaviour_of("process.chain"), path) == reading(3, 4)


@pytest.mark.parametrize("target", targets_read(), ids=lambda target: f"{target.metric}-{target.probe}")
def test_a_student_that_holds_nowhere_has_lost_more_than_any_limit(target):
    teacher, student = reading(400, 400), Reading(400, 0, {"withheld, greedy": 400}, 400, 0, ())
    assert read_loss(target, teacher, student).low > 2 * largest_loss(target)


@pytest.mark.parametrize("target", targets_read(), ids=lambda target: f"{target.metric}-{target.probe}")
def test_a_student_like_its_teacher_has_lost_less_than_any_limit(target):
    assert read_loss(target, reading(396, 400), reading(396, 400)).low < 0.5 * largest_loss(target)
