"""Reasoning blocks: off where the chat template can switch them off, and a failed check of the model where it cannot.

A probe that measures the first token of an answer must not measure the first token of a thought.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Literal, TypeAlias

from dls.errors import DlsError
from dls.model import Arm, ValidityCheck
from dls.model.manifest import OPEN, THINKING, THINKING_OFF
from dls.standard.numbers import ARMS
from dls_probes.requests import Message, Prompt
from dls_probes.tokens.chat_template import render_chat
from dls_probes.tokens.text import PromptTokenizer

ThinkingMode: TypeAlias = Literal["none", "off", "open"]
"""The template has no reasoning, its switch is off, or every answer begins inside a thought."""

_OPEN_BLOCK = re.compile(r"<(think|thinking|reasoning|thought)>(?!.*</\1>)", re.DOTALL)
_CHANNEL = "<|channel|>analysis"  # of a template whose answers open a channel after the generation prompt


def thinking_mode(text: PromptTokenizer) -> ThinkingMode:
    """Return how the assistant's turn begins when reasoning is switched off."""
    prompt = Prompt.user("x")
    rendering = text.render(prompt)
    if _OPEN_BLOCK.search(rendering) or (_CHANNEL in _template(text) and not rendering.endswith("<|message|>")):
        return "open"
    return "off" if _with_thinking(text, prompt.messages) not in (None, rendering) else "none"


def failed_checks(settings: Mapping[str, Mapping[str, Any]]) -> Iterator[ValidityCheck]:
    """Yield a failed check for each model whose answers begin inside a thought; ``settings`` by arm."""
    arms: tuple[Arm, ...] = ARMS
    for arm in arms:
        if settings.get(arm, {}).get(THINKING) == OPEN:
            yield ValidityCheck(arm=arm, check=THINKING_OFF, value=0.0, floor=1.0, passed=False)


def _template(text: PromptTokenizer) -> str:
    template = getattr(text.tokenizer, "chat_template", None)
    return template if isinstance(template, str) and text.prompt_format == "chat" else ""


def _with_thinking(text: PromptTokenizer, messages: tuple[Message, ...]) -> str | None:
    """Return the prompt with reasoning switched on, or None where the template cannot render it or is absent."""
    try:
        return render_chat(text.tokenizer, messages, think=True) if _template(text) else None
    except DlsError:
        return None
