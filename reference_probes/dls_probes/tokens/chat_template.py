"""Render conversations with a model's chat template."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, time, tzinfo
from typing import Any, Self

from dls.errors import DlsError
from dls.standard.numbers import TEMPLATE_DAY
from dls_probes.requests import Message

_USER_TEXT = "x"
_RENDERINGS = 12  # a choice of two at random passes as one in 2,048 models


def render_chat(tokenizer: Any, messages: Sequence[Message], *, think: bool = False) -> str:
    """Return a conversation under the chat template, with its generation prompt.

    Args:
        tokenizer: a transformers tokenizer.
        messages: the conversation.
        think: the position of the template's switch for reasoning, where it has one.

    Raises:
        DlsError: the template refuses the conversation, or goes beyond its bounds.

    """
    turns = [{"role": message.role, "content": message.content} for message in messages]
    try:
        switches = {"enable_thinking": think, "thinking": think}
        return apply_template(tokenizer, turns, add_generation_prompt=True, **switches)
    except DlsError:
        raise
    except Exception as error:
        raise DlsError(
            f"the chat template cannot render the roles {[message.role for message in messages]} ({error}); "
            "choose the plain prompt format (--plain), or give the tokenizer a chat template"
        ) from error


def apply_template(tokenizer: Any, turns: Sequence[dict[str, str]], **switches: Any) -> str:
    """Return the text of some turns under the chat template, within bounds and on the day that every template sees.

    Raises whatever the template raises; it is a program of the model's author. Beyond its bounds that is a DlsError.
    """
    from dls_probes.tokens.template_bounds import bounded_templates  # start-up: loads jinja

    with _release_clock(), bounded_templates(sum(len(turn["content"]) for turn in turns)):
        return str(tokenizer.apply_chat_template(list(turns), tokenize=False, **switches))


class _ReleaseClock(datetime):
    """The clock of templates; it stands still."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> Self:
        """Return the day that every template sees."""
        return cls.combine(date.fromisoformat(TEMPLATE_DAY), time(), tz)


@contextmanager
def _release_clock() -> Iterator[None]:
    """Stop the clock of the library's template function `strftime_now`, which takes no day from its caller."""
    from transformers.utils import chat_template_utils  # start-up: loads transformers

    module: Any = chat_template_utils
    clock = module.datetime
    module.datetime = _ReleaseClock
    try:
        yield
    finally:
        module.datetime = clock


def refuse_unstable_template(tokenizer: Any) -> None:
    """Refuse a chat template that renders one conversation in several ways: its prompts could not be made again.

    Raises:
        DlsError: two renderings differ.

    """
    conversation = (Message("user", _USER_TEXT),)
    renderings = {render_chat(tokenizer, conversation) for _ in range(_RENDERINGS)}
    if len(renderings) > 1:
        first, second, *_ = sorted(renderings)
        raise DlsError(
            f"the chat template renders one conversation in several ways, as {first!r} and as {second!r}; "
            "remove the random part of the template"
        )


def supports_system_role(tokenizer: Any) -> bool:
    """Tell whether the chat template accepts a system turn and renders its text."""
    marker = "dls-system-marker"
    try:
        return marker in render_chat(tokenizer, (Message("system", marker), Message("user", _USER_TEXT)))
    except DlsError:
        return False


def fold_system_turn(messages: tuple[Message, ...]) -> tuple[Message, ...]:
    """Return the conversation with its system turn at the head of the first user turn."""
    if not messages or messages[0].role != "system":
        return messages
    system, first, *rest = messages
    return (Message(first.role, f"{system.content}\n\n{first.content}"), *rest)
