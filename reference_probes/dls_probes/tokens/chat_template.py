"""Render conversations with a model's chat template."""

from collections.abc import Sequence
from typing import Any

from dls.errors import DlsError
from dls_probes.requests import Message

_USER_TEXT = "x"


def render_chat(tokenizer: Any, messages: Sequence[Message], *, think: bool = False) -> str:
    """Return a conversation under the chat template, with its generation prompt.

    Args:
        tokenizer: a transformers tokenizer.
        messages: the conversation.
        think: the position of the template's switch for reasoning, where it has one.

    Raises:
        DlsError: the template refuses the conversation.

    """
    turns = [{"role": message.role, "content": message.content} for message in messages]
    try:
        switches = {"enable_thinking": think, "thinking": think}
        return str(tokenizer.apply_chat_template(turns, tokenize=False, add_generation_prompt=True, **switches))
    except Exception as error:
        raise DlsError(
            f"the chat template cannot render the roles {[message.role for message in messages]} ({error}); "
            "choose the plain prompt format (--plain), or give the tokenizer a chat template"
        ) from error


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
