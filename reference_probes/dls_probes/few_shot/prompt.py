"""The few-shot prompt: solved items before every question, for models that were never taught the item language.

A model that is asked bare may know the answer and yet begin "The answer is". The probability that it gives to the
options themselves then says nothing. A few-shot prompt shows the model, in the same conversation, the answers to a few
items of the same probe. "Question:" introduces every question, and "Answer:" every answer, also the model's own.

The solved items come from the probe's own generator, with a seed that no run can have. They are the same for every
item, both models and every run, and the manifest holds the digest of everything that they add.

A small model repeats the last answer that it read. So where a probe has contrast pairs, each variant has equally many
solved items, each from a world of its own. Half of the units get the solved items in their order and the other half in
reverse, so that neither variant comes last more often. Both variants of a unit get the same order.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
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
    Request,
    with_changes,
)

DECLARATION = "dls_frame"
"""The key of a model's config.json that names the prompt style that the model was taught."""
ROOM = 1024
"""Tokens that hold the longest item with its solved items, its options and an answer of the registry's limit."""
_UNITS = 64  # whose orders enter the digest, so that another rule has another digest
_QUESTION, _ANSWER = "Question:", "Answer:"


def prompt_style_for(folders: Sequence[Path], longer: int = 0) -> PromptStyle:
    """Return the prompt style for the models in some folders where the user named none.

    Args:
        folders: of the models.
        longer: the new tokens by which a profile raises the registry's limit.

    Returns:
        `none` where the configuration of every model declares it, or where a model is a classifier or has too small a
        window for a few-shot prompt; otherwise `few_shot`.
    """
    configurations = [_configuration(folder) for folder in folders]
    bare = all(configuration.get(DECLARATION) == "none" for configuration in configurations)
    classifies = any("ForSequenceClassification" in str(entries.get("architectures")) for entries in configurations)
    windows = [
        entries[name] for entries in configurations for name in WINDOW_NAMES if isinstance(entries.get(name), int)
    ]
    return "none" if bare or classifies or any(window < ROOM + longer for window in windows) else "few_shot"


def _configuration(folder: Path) -> Mapping[str, Any]:
    try:
        configuration = json.loads((folder / "config.json").read_bytes())
    except (OSError, ValueError):
        return {}  # opening the model raises the right error
    return configuration if isinstance(configuration, dict) else {}


def few_shot_sha256(shots: Sequence[Shot]) -> str:
    """Return the digest of a few-shot prompt: SHA-256 of the canonical JSON of its turns and of the units' orders."""
    orders = [_order_of(str(unit)) for unit in range(_UNITS)]
    return sha256_hex(canonical_json([[[list(turn) for turn in turns] for turns in _orders(shots)], orders]))


def with_shots(elicit: Elicit, shots: Sequence[Shot]) -> Elicit:
    """Return the elicitation that puts the solved items before every request; `elicit` itself where there are none."""
    if not shots:
        return elicit
    orders = _orders(shots)

    def elicit_after(item: Any) -> Elicitation:
        return with_changes(elicit(item), partial(_request_after, orders[_order_of(item.id)]))

    return elicit_after


def _orders(shots: Sequence[Shot]) -> tuple[tuple[Message, ...], tuple[Message, ...]]:
    """Return the turns of the solved items in their order and in reverse."""
    turns = [_turns(shot) for shot in shots]
    return tuple(chain.from_iterable(turns)), tuple(chain.from_iterable(reversed(turns)))


def _order_of(name: str) -> int:
    """Return the order for an item, from the unit's number with which its id begins.

    Of two neighbouring units each gets another order, and a draw decides which. So no kind, level or rule that recurs
    with the unit's number gets only one order.
    """
    unit = int(name.partition("/")[0])
    return (Draw("frame", "order", unit // 2).below(2) + unit) % 2


def _turns(shot: Shot) -> tuple[Message, Message]:
    return Message("user", _user_turn(shot.system, shot.question)), Message("assistant", f"{_ANSWER} {shot.answer}\n")


def _user_turn(system: str, question: str) -> str:
    """Return the rule and the question in one turn: solved items with other rules cannot share one system turn."""
    return " ".join(filter(None, (_QUESTION, system, question)))


def _request_after(turns: tuple[Message, ...], request: Request) -> Request:
    """Return a request after the solved items; a word that follows "Answer:" gets a space before it."""
    prefill = request.prompt.prefill
    prompt = _prompt_after(turns, request.prompt)
    if isinstance(request, Generate):
        return replace(request, prompt=prompt)
    text = request.continuation
    if isinstance(request, Distribution) and not text and not prefill:
        return replace(request, prompt=prompt, options=tuple(f" {option}" for option in request.options))
    continuation = f" {text}" if isinstance(text, str) and text and not prefill else text
    return replace(request, prompt=prompt, continuation=continuation)


def _prompt_after(turns: tuple[Message, ...], prompt: Prompt) -> Prompt:
    system = " ".join(message.content for message in prompt.messages if message.role == "system")
    first, *rest = (message for message in prompt.messages if message.role != "system")
    question = first._replace(content=_user_turn(system, first.content))
    prefill = f"{_ANSWER} {prompt.prefill}" if prompt.prefill else _ANSWER
    return replace(prompt, messages=(*turns, question, *rest), prefill=prefill)
