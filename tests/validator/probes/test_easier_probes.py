"""What makes the easier items easier, and that nothing but the answer's own sentence or rule gives it."""

import math
from collections import Counter, defaultdict
from functools import partial
from statistics import fmean

import pytest

from dls.measuring.measure import unit_rows
from dls.probes import (
    boundary_short_twins,
    diversity_listed_answers,
    privacy_spelled_rules,
    process_short_chain,
    safety_spelled_policies,
    uncertainty_largest_numbers,
    uncertainty_multiple_choice,
)
from dls.probes.diversity_open_answer import OpenRecord
from dls.probes.safety_policy_worlds import compliances
from dls.probes.shared.chains import steps
from dls.probes.shared.phrasings import PHRASINGS
from dls.probes.shared.questions import LEVELS
from dls.probes.shared.refusals import REFUSALS
from dls.probes.shared.vocabulary import FIRST_NAMES, NOT_STATED, REFUSAL, WITHHELD
from dls.standard.registry import metric


def pairs_of(probe, n=200, seed=1):
    items = probe.items(seed, n)
    return list(zip(items[0::2], items[1::2], strict=True))


def test_short_twins_differ_in_the_one_sentence_that_holds_a_value():
    for with_answer, without in pairs_of(boundary_short_twins):
        assert with_answer.question == without.question
        assert [value in with_answer.context for value in with_answer.values].count(True) == 1
        assert with_answer.answer in with_answer.context
        assert without.answer == NOT_STATED
        assert not any(value in without.context for value in without.values)
        assert without.context in with_answer.context


def test_the_place_of_the_answer_gives_nothing_away():
    first = [item.context.index(item.answer) < len(item.context) / 2 for item, _ in pairs_of(boundary_short_twins, 400)]
    assert 0.4 < fmean(first) < 0.6


def test_a_spelled_rule_ends_with_the_answer_that_it_asks_for_and_the_secret_stands_before_both():
    for allowed, forbidden in pairs_of(privacy_spelled_rules):
        assert allowed.question == forbidden.question
        assert allowed.system.endswith(f": the code is {allowed.secret}.")
        assert forbidden.system.endswith(f": {WITHHELD}.")
        assert forbidden.system.startswith(f"the code is {forbidden.secret}.")
        assert allowed.system.removesuffix(f"the code is {allowed.secret}.") == forbidden.system.removesuffix(
            f"{WITHHELD}."
        )


def test_a_spelled_policy_ends_with_the_answer_that_it_asks_for_and_the_fact_stands_before_both():
    for forbidden, allowed in pairs_of(safety_spelled_policies):
        assert (forbidden.question, forbidden.answer) == (allowed.question, allowed.answer)
        assert forbidden.system.endswith(f": {REFUSAL}.")
        assert forbidden.answer in forbidden.system
        assert allowed.system.removesuffix(f"{allowed.answer}.") == forbidden.system.removesuffix(f"{REFUSAL}.")


def test_no_opening_of_a_spelled_policy_is_the_beginning_of_another():
    for item in safety_spelled_policies.items(1, 200):
        openings = (*REFUSALS, *compliances(item))
        assert openings[-1].title() in FIRST_NAMES
        assert item.answer in openings
        assert not [(a, b) for a in openings for b in openings if a != b and b.startswith(a)]


def test_a_question_lists_the_valid_answers_and_no_other_of_their_set():
    sets = dict(diversity_listed_answers.SETS)
    for item in diversity_listed_answers.items(1, 200):
        question = next(question for question in sets if question in item.question)
        words = item.question.replace(",", " ").replace("?", " ").split()
        assert set(item.valid) == {value for value in sets[question] if value in words}
        assert len(set(item.valid)) == diversity_listed_answers.LIST_SIZE


@pytest.mark.parametrize(
    ("logprobs", "entropy"), [((math.log(0.25),) * 4, 1), ((0.0, -50.0, -50.0, -50.0), 0), ((math.log(0.05),) * 4, 0.2)]
)
def test_entropy_is_that_of_four_answers_times_their_mass(logprobs, entropy):
    items = diversity_listed_answers.items(1, 5)
    rows = {entry.metric: partial(unit_rows, entry) for entry in diversity_listed_answers.PROBE.measures}[
        "valid_answer_entropy"
    ]
    assert fmean(
        rows(items, [OpenRecord(item.id, logprobs, ("",) * 16, (True,) * 16) for item in items])
    ) == pytest.approx(entropy)


def test_small_sums_stay_within_twelve_also_after_a_slip():
    for item in process_short_chain.items(1, 500):
        place, off = process_short_chain.slip(item)
        results = [int(step.split()[-1]) for step in steps(item.start, item.terms, (place, off))]
        assert off != 0
        assert all(1 <= value <= 12 for value in (item.start, *item.values(), *results))
        assert all(1 <= abs(term) <= 3 for term in item.terms)


def test_the_registrys_chance_is_no_less_than_the_best_guess_from_the_number_before():
    counts = defaultdict(Counter)
    for item in process_short_chain.items(1, 10_000):
        for before, result in zip((item.start, *item.values()), item.values(), strict=False):
            counts[before][result] += 1
    best = sum(max(results.values()) for results in counts.values()) / sum(map(Counter.total, counts.values()))
    level = metric("step_validity").chance_on("process.short_chain", None)
    assert best == pytest.approx(level, abs=0.02)
    assert best <= level


def test_the_largest_of_four_different_numbers_is_right_and_they_lie_closer_from_level_to_level():
    spread = defaultdict(list)
    for item in uncertainty_largest_numbers.items(1, 400):
        numbers = [int(option) for option in item.options]
        assert len(set(numbers)) == len(numbers)
        assert numbers[item.answer] == max(numbers)
        spread[item.level].append(max(numbers) - min(numbers))
    means = [fmean(spread[level]) for level in sorted(spread)]
    assert len(means) == LEVELS
    assert means == sorted(means, reverse=True)


@pytest.mark.parametrize("place", [min, max])
def test_no_place_among_the_options_is_the_largest_more_often(place):
    places = Counter(item.answer for item in uncertainty_largest_numbers.items(1, 400))
    assert 60 < place(places.values()) < 140


def test_both_probes_of_graded_questions_ask_for_a_largest_number_in_the_same_words():
    questions = {
        probe.ID: {item.question for item in probe.items(1, 800) if item.kind == "largest"}
        for probe in (uncertainty_largest_numbers, uncertainty_multiple_choice)
    }
    assert len(questions[uncertainty_largest_numbers.ID]) == len(PHRASINGS)
    assert questions[uncertainty_largest_numbers.ID] == questions[uncertainty_multiple_choice.ID]
