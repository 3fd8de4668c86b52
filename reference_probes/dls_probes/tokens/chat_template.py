"""What a model's chat template makes of a conversation."""

from collections.abc import Sequence
from typing import Any

from dls.errors import DlsError
from dls_probes.requests import Message

_ASKED = "x"


def render_chat(tokenizer: Any, messages: Sequence[Message], *, think: bool = False) -> str:
    """Return the chat template's text of a conversation, up to where the assistant goes on; `think` where it has a switch.

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
    """Whether the chat template knows the system role and shows its text."""
    marker = "dls-system-marker"
    try:
        return marker in render_chat(tokenizer, (Message("system", marker), Message("user", _ASKED)))
    except DlsError:
        return False


def fold_system_turn(messages: tuple[Message, ...]) -> tuple[Message, ...]:
    """Return the conversation with its system turn at the head of the first user turn."""
    if not messages or messages[0].role != "system":
        return messages
    system, first, *rest = messages
    return (Message(first.role, f"{system.content}\n\n{first.content}"), *rest)
