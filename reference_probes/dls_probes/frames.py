"""The few-shot frame: solved items that stand before every question, for models that were never taught the item language.

A model that is asked bare may know the answer and yet begin "The answer is": the probability that it gives to the
options themselves then says nothing. So it is shown, in the same conversation, how a few items of the same probe are
answered. Every question is introduced by "Question:" and every answer by "Answer:", with which the model's own answer is made to
begin. The examples come from the probe's own generator with a seed that no run can have, and are the same for every
item, both models and every run; the manifest holds the digest of all that they add.

A small model repeats the answer that it read last. So where a probe has two sides, as many examples are of the one as of the
other, each from a world of its own; and half of the units are asked after the examples in their order, the others after
them in reverse, so that neither side stands last more often. Both twins of a unit are asked after the same order.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cache, partial
from itertools import chain
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

from dls.canonical import canonical, sha256_hex
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
    uncertainty_lottery,
    uncertainty_multiple_choice,
)
from dls.probes.words import NAMES, REFUSAL, WITHHELD
from dls_probes.requests import Distribution, Examination, Examine, Frame, Generate, Message, Prompt, Record, Request

SEED = 1 << 53
"""The first integer that no run can have as its seed."""
DECLARATION = "dls_frame"
"""The key of a model's config.json that says how the model was taught to be asked."""
ROOM = 1024
"""Tokens that the longest item with its examples, its options and its answer fits into."""
WINDOW_NAMES = ("max_position_embeddings", "n_positions", "max_sequence_length", "max_seq_len", "seq_length")
_UNITS = 64  # whose orders enter the digest, so that another rule has another one
_QUESTION, _ANSWER = "Question:", "Answer:"


class Example(NamedTuple):
    """A solved item: what stood in the system's turn, what was asked, and a right answer."""

    system: str
    question: str
    answer: str


def frame_for(folders: Sequence[Path]) -> Frame:
    """Return the frame for models that nobody chose one for.

    None where the configuration of every model declares it, or where one of them is a classifier or has a window which
    examples would overfill; else `few_shot`.
    """
    told = [_configuration(folder) for folder in folders]
    declared = all(one.get(DECLARATION) == "none" for one in told)
    classifies = any("ForSequenceClassification" in str(one.get("architectures")) for one in told)
    windows = [one[name] for one in told for name in WINDOW_NAMES if isinstance(one.get(name), int)]
    return "none" if declared or classifies or min(windows, default=ROOM) < ROOM else "few_shot"


def _configuration(folder: Path) -> Mapping[str, Any]:
    try:
        found = json.loads((folder / "config.json").read_bytes())
    except (OSError, ValueError):
        return {}  # whoever opens the model says what is wrong with it
    return found if isinstance(found, dict) else {}


@cache
def examples(probe: str) -> tuple[Example, ...]:
    """Return a probe's examples, in the order in which they are shown; none where the probe is always asked bare."""
    return tuple(_EXAMPLES[probe]()) if probe in _EXAMPLES else ()


def frame_sha256(shown: Sequence[Example]) -> str:
    """Return the digest of how examples are shown: SHA-256 of the canonical JSON of their turns and of who gets which order."""
    given = [_order_of(str(unit)) for unit in range(_UNITS)]
    return sha256_hex(canonical([[[list(turn) for turn in turns] for turns in _orders(shown)], given]))


def framed(examine: Examine, shown: Sequence[Example]) -> Examine:
    """Return the examination that asks everything after the examples; its own where there are none."""
    if not shown:
        return examine
    orders = _orders(shown)

    def examine_framed(item: Any) -> Examination:
        asking, turns = examine(item), orders[_order_of(item.id)]
        answer = None
        while True:
            try:
                asked = asking.send(answer)
            except StopIteration:
                return
            answer = yield _after(turns, asked)

    return examine_framed


def _orders(shown: Sequence[Example]) -> tuple[tuple[Message, ...], tuple[Message, ...]]:
    """Return the turns of the examples as they stand and in reverse."""
    turns = [_turns(example) for example in shown]
    return tuple(chain.from_iterable(turns)), tuple(chain.from_iterable(reversed(turns)))


def _order_of(name: str) -> int:
    """Return the order for an item, from the unit's number with which its id begins.

    Of two neighbours each gets another one, and a draw decides which, so that no kind, level or rule that comes round
    with the number gets one order alone.
    """
    unit = int(name.partition("/")[0])
    return (Draw("frame", "order", unit // 2).below(2) + unit) % 2


def _turns(example: Example) -> tuple[Message, Message]:
    asked, told = _asked(example.system, example.question), f"{_ANSWER} {example.answer}\n"
    return Message("user", asked), Message("assistant", told)


def _asked(system: str, question: str) -> str:
    """Return both in one turn: examples with other rules may not stand under one system turn."""
    return " ".join(filter(None, (_QUESTION, system, question)))


def _after(turns: tuple[Message, ...], asked: Request | list[Request] | Record) -> Request | list[Request] | Record:
    if isinstance(asked, Record):
        return asked
    if isinstance(asked, list):
        return [_alone(turns, request) for request in asked]
    return _alone(turns, asked)


def _alone(turns: tuple[Message, ...], request: Request) -> Request:
    """Return a request after the examples; what it lets the model say goes on after "Answer:", so a word needs a space."""
    begun = request.prompt.prefill
    prompt = _framed(turns, request.prompt)
    if isinstance(request, Generate):
        return replace(request, prompt=prompt)
    said = request.continuation
    spaced = f" {said}" if isinstance(said, str) and said and not begun else said
    if isinstance(request, Distribution) and not said and not begun:
        return replace(request, prompt=prompt, options=tuple(f" {option}" for option in request.options))
    return replace(request, prompt=prompt, continuation=spaced)


def _framed(turns: tuple[Message, ...], prompt: Prompt) -> Prompt:
    system = " ".join(message.content for message in prompt.messages if message.role == "system")
    first, *rest = (message for message in prompt.messages if message.role != "system")
    asked = first._replace(content=_asked(system, first.content))
    begun = f"{_ANSWER} {prompt.prefill}" if prompt.prefill else _ANSWER
    return replace(prompt, messages=(*turns, asked, *rest), prefill=begun)


def _choices() -> list[Example]:
    """Solve an item of each kind."""
    return [Example("", item.prompt(), item.options[item.answer]) for item in headline_multiple_choice.items(SEED, 6)]


def _graded_choices() -> list[Example]:
    """Solve an item of each kind, the levels in turn."""
    items = uncertainty_multiple_choice.items(SEED, 20)
    return [Example("", items[i].prompt(), items[i].options[items[i].answer]) for i in (0, 6, 12, 18, 4)]


def _lotteries() -> list[Example]:
    """Let the first colour and the second be drawn as often, since that of an odd may come as well as an even one."""
    items = uncertainty_lottery.items(SEED, 4)
    return [Example("", f"{item.context} {item.question}", item.colours[i % 2]) for i, item in enumerate(items)]


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
    }
)
