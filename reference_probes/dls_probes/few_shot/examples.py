"""The examples of the few-shot frame: for each probe, solved items of its own generator with a seed that no run can have."""

from collections.abc import Callable, Mapping, Sequence
from functools import cache, partial
from types import MappingProxyType
from typing import Any

from dls.draw import Draw
from dls.probe import MakeItems
from dls.probes import (
    boundary_edits,
    boundary_false_premises,
    boundary_range,
    boundary_short_twins,
    boundary_twins,
    diversity_listed_answers,
    diversity_open_answer,
    fidelity_next_token,
    grounding_substituted_facts,
    grounding_worlds,
    headline_multiple_choice,
    on_policy_recovery,
    on_policy_story,
    privacy_in_context_secret,
    privacy_spelled_rules,
    process_chain,
    process_cut_traces,
    process_short_chain,
    process_wrong_cue,
    safety_policy_worlds,
    safety_spelled_policies,
    uncertainty_largest_numbers,
    uncertainty_listed_draws,
    uncertainty_lottery,
    uncertainty_multiple_choice,
)
from dls.probes.shared.vocabulary import NAMES, REFUSAL, WITHHELD
from dls_probes.few_shot.prompt import Example

SEED = 1 << 53
"""The first integer that no run can have as its seed."""


@cache
def examples(probe: str) -> tuple[Example, ...]:
    """Return a probe's examples, in the order in which they are shown; none where the probe is always asked bare."""
    return tuple(_EXAMPLES[probe]()) if probe in _EXAMPLES else ()


def _choices() -> list[Example]:
    """Solve an item of each kind."""
    return [Example("", item.prompt(), item.options[item.answer]) for item in headline_multiple_choice.items(SEED, 6)]


def _graded_choices() -> list[Example]:
    """Solve an item of each kind, the levels in turn."""
    items = uncertainty_multiple_choice.items(SEED, 20)
    return [Example("", items[i].prompt(), items[i].options[items[i].answer]) for i in (0, 6, 12, 18, 4)]


def _largest_numbers() -> list[Example]:
    """Solve two questions of each level."""
    shown = uncertainty_largest_numbers.items(SEED, 8)
    return [Example("", item.prompt(), item.options[item.answer]) for item in shown]


def _lotteries() -> list[Example]:
    """Let the first colour and the second be drawn as often, since that of an odd may come as well as an even one."""
    items = uncertainty_lottery.items(SEED, 4)
    return [Example("", f"{item.context} {item.question}", item.colours[i % 2]) for i, item in enumerate(items)]


def _listed_draws() -> list[Example]:
    """Draw one of the balls of every bag."""
    found = []
    for index, item in enumerate(uncertainty_listed_draws.items(SEED, 12)):
        balls = [one for one, count in zip(item.colours, item.counts, strict=True) for _ in range(count)]
        found.append(Example("", f"{item.context} {item.question}", Draw("frame", SEED, index).choice(balls)))
    return found


def _sides_in_turn(items: Sequence[Any]) -> list[Any]:
    """Return one of the twins of every unit: the first side of the first unit, the second side of the next, and so on."""
    return [twins[unit % 2] for unit, twins in enumerate(zip(items[0::2], items[1::2], strict=True))]


def _twins(make: MakeItems, units: int) -> list[Example]:
    items = _sides_in_turn(make(SEED, units))
    return [Example("", f"{item.context} {item.question}", item.answer) for item in items]


def _premises() -> list[Example]:
    items = _sides_in_turn(boundary_false_premises.items(SEED, 4))
    return [Example("", f"{item.context} {item.question}", item.answer) for item in items]


def _unedited() -> list[Example]:
    return [Example("", item.prompts[0], item.options[item.answer]) for item in boundary_edits.items(SEED, 6)]


def _within_range() -> list[Example]:
    """Solve a question of each kind in its usual size: a larger one would be within the range."""
    shown = [item.within for item in boundary_range.items(SEED, 4)]
    return [Example("", item.prompt(), item.options[item.answer]) for item in shown]


def _chains(make: MakeItems, units: int) -> list[Example]:
    return _traces(make(SEED, units))


def _cut_chains() -> list[Example]:
    return _traces([item.chain for item in process_cut_traces.items(SEED, 2)])


def _traces(chains: Sequence[process_chain.ChainItem]) -> list[Example]:
    return [Example("", item.question, process_chain.trace(item.start, item.terms)) for item in chains]


def _without_cue() -> list[Example]:
    """Solve items of each kind without a cue: one that is shown to be wrong would teach what is asked."""
    items = process_wrong_cue.items(SEED, 24)
    shown = [items[i].asked for i in (0, 7, 14, 21, 4)]
    return [Example("", item.prompt(), item.options[item.answer]) for item in shown]


def _stories() -> list[Example]:
    found = []
    for index, item in enumerate(on_policy_story.items(SEED, 3)):
        name = next(name for name in NAMES if name in item.question.split())
        found.append(Example("", item.question, on_policy_story.story(Draw("frame", SEED, index), name)))
    return found


def _worlds() -> list[Example]:
    return [
        Example("", f"{item.context} {item.question}", f"{item.answer} [{item.source}]")
        for item in grounding_worlds.items(SEED, 3)
    ]


def _facts() -> list[Example]:
    """Follow a tale and remember the world in turn."""
    found = []
    for by_tale, closed_book in zip(*[iter(grounding_substituted_facts.items(SEED, 4))] * 2, strict=True):
        found.append(Example("", f"{by_tale.context} {by_tale.question}", by_tale.stated))
        found.append(Example("", closed_book.closed_book, closed_book.known))
    return found


def _secrets(make: MakeItems) -> list[Example]:
    return [
        Example(item.system, item.question, privacy_in_context_secret.given(item.secret) if item.allowed else WITHHELD)
        for item in _sides_in_turn(make(SEED, 6))
    ]


def _policies(make: MakeItems) -> list[Example]:
    return [
        Example(item.system, item.question, REFUSAL if item.forbidden else item.answer)
        for item in _sides_in_turn(make(SEED, 6))
    ]


def _open_answers(make: MakeItems) -> list[Example]:
    return [
        Example("", item.question, Draw("frame", SEED, index).choice(item.valid))
        for index, item in enumerate(make(SEED, 6))
    ]


def _texts() -> list[Example]:
    return [Example("", item.question, item.text) for item in fidelity_next_token.items(SEED, 3)]


_EXAMPLES: Mapping[str, Callable[[], list[Example]]] = MappingProxyType(
    {
        headline_multiple_choice.ID: _choices,
        fidelity_next_token.ID: _texts,
        uncertainty_multiple_choice.ID: _graded_choices,
        uncertainty_lottery.ID: _lotteries,
        boundary_twins.ID: partial(_twins, boundary_twins.items, 6),
        boundary_short_twins.ID: partial(_twins, boundary_short_twins.items, 10),
        boundary_false_premises.ID: _premises,
        boundary_edits.ID: _unedited,
        boundary_range.ID: _within_range,
        process_chain.ID: partial(_chains, process_chain.items, 2),
        process_short_chain.ID: partial(_chains, process_short_chain.items, 4),
        process_cut_traces.ID: _cut_chains,
        process_wrong_cue.ID: _without_cue,
        on_policy_story.ID: _stories,
        on_policy_recovery.ID: partial(
            _chains, on_policy_recovery.items, 2
        ),  # a corrected trace would teach what is asked
        grounding_worlds.ID: _worlds,
        grounding_substituted_facts.ID: _facts,
        privacy_in_context_secret.ID: partial(_secrets, privacy_in_context_secret.items),
        privacy_spelled_rules.ID: partial(_secrets, privacy_spelled_rules.items),
        safety_policy_worlds.ID: partial(_policies, safety_policy_worlds.items),
        safety_spelled_policies.ID: partial(_policies, safety_spelled_policies.items),
        diversity_open_answer.ID: partial(_open_answers, diversity_open_answer.items),
        diversity_listed_answers.ID: partial(_open_answers, diversity_listed_answers.items),
        uncertainty_largest_numbers.ID: _largest_numbers,
        uncertainty_listed_draws.ID: _listed_draws,
    }
)
