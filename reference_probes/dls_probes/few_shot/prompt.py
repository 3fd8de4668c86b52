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
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import Any

from dls.canonical import canonical_json, sha256_hex
from dls.draw import Draw
from dls.probe import Shot
from dls_probes.models.transformers_model import WINDOW_NAMES
from dls_probes.requests import (
    Distribution,
    Elicit,
    Elicitation,
    Generate,
    Message,
    Prompt,
    PromptStyle,
    Record,
    Request,
)

DECLARATION = "dls_frame"
"""The key of a model's config.json that says how the model was taught to be asked."""
ROOM = 1024
"""Tokens that the longest item with its examples, its options and its answer fits into."""
_UNITS = 64  # whose orders enter the digest, so that another rule has another one
_QUESTION, _ANSWER = "Question:", "Answer:"


def frame_for(folders: Sequence[Path]) -> PromptStyle:
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


def frame_sha256(shown: Sequence[Shot]) -> str:
    """Return the digest of how examples are shown: SHA-256 of the canonical JSON of their turns and of who gets which order."""
    given = [_order_of(str(unit)) for unit in range(_UNITS)]
    return sha256_hex(canonical_json([[[list(turn) for turn in turns] for turns in _orders(shown)], given]))


def framed(elicit: Elicit, shown: Sequence[Shot]) -> Elicit:
    """Return the elicitation that asks everything after the examples; its own where there are none."""
    if not shown:
        return elicit
    orders = _orders(shown)

    def elicit_after(item: Any) -> Elicitation:
        asking, turns = elicit(item), orders[_order_of(item.id)]
        answer = None
        while True:
            try:
                asked = asking.send(answer)
            except StopIteration:
                return
            answer = yield _after(turns, asked)

    return elicit_after


def _orders(shown: Sequence[Shot]) -> tuple[tuple[Message, ...], tuple[Message, ...]]:
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


def _turns(example: Shot) -> tuple[Message, Message]:
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
