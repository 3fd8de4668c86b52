"""Reasoning blocks: off where the chat template can switch them off, unless the profile says otherwise.

A probe that measures the first token of an answer must not measure the first token of a thought. So a model whose
template opens a thought that nothing closes fails a check.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Literal, TypeAlias

from dls.errors import DlsError
from dls.model import Arm, ValidityCheck
from dls.model.manifest import OPEN, THINKING, THINKING_OFF
from dls.standard.numbers import ARMS
from dls_probes.requests import Message, Prompt
from dls_probes.tokens.chat_template import apply_template, render_chat
from dls_probes.tokens.text import PromptTokenizer
from dls_probes.tokens.thought_form import ThoughtForm

ThinkingMode: TypeAlias = Literal["none", "off", "open", "closed", "limited"]
"""The template has no reasoning, its switch is off, every answer begins inside a thought, or the thought is closed.

Under `limited`, each answer follows a thought of at most the profile's number of tokens.
"""

_TAG = re.compile(r"(<[^<>\s/][^<>/]{0,40}>|◁[^◁▷/]{1,40}▷|\[[A-Z_]{2,40}\]|<\|[^<>|/]{1,40}\|>)\s*$")
"""Something like a tag at the end of a prompt; one with a slash closes."""
_OPEN_BLOCK = re.compile(r"<(think|thinking|reasoning|thought)>(?!.*</\1>)", re.DOTALL)
_CLOSING = re.compile(r"</[^<>\s/]{1,40}>|◁/[^◁▷/]{1,40}▷|\[/[A-Z_]{2,40}\]|<\|[^<>|]{1,40}\|>")
_TURN = re.compile(r"<[|\uff5c](?!.*(think|thought|reason)).*[|\uff5c]>|<(start|end)_of_turn>|</?s>", re.IGNORECASE)
"""Tags that open a turn, and no thought, by their names."""
_CHANNEL, _ANSWER_CHANNEL = "<|channel|>analysis", "<|channel|>final<|message|>"
"""The channel of thoughts, and the opening of the channel that the answer has, of templates with channels."""
_QUESTION, _ANSWER = "dls-question", "dls-answer"  # texts that no template holds
_STARTS = (("begin", "end"), ("BEGIN", "END"), ("start", "end"), ("START", "END"))
_USER = (Message("user", _QUESTION),)


def thinking_mode(text: PromptTokenizer, *, thinks: bool = True) -> ThinkingMode:
    """Return how the assistant's turn begins; `thinks` is False for a probe that no thought precedes."""
    if thinks and text.thought_form is not None:
        return "limited"
    if text.prompt_format != "chat" or not _template(text.tokenizer):
        return "none"
    rendering = text.render(Prompt(_USER)).removesuffix(text.thought_end)
    if _opening(text.tokenizer, rendering) is not None:
        return "closed" if text.thought_end else "open"
    return "off" if _with_thinking(text.tokenizer) not in (None, rendering) else "none"


def thought_end(tokenizer: Any) -> str:
    """Return the text that closes the thought which a chat template opens, as the model itself would.

    Returns:
        "" where the template opens none, or where no token of the model and no part of its template closes it.
    """
    template = _template(tokenizer)
    rendering = render_chat(tokenizer, _USER) if template else ""
    opening = _opening(tokenizer, rendering) if template else None
    if opening in (None, _CHANNEL):
        return _ANSWER_CHANNEL if opening else ""
    closing = _closing_tag(opening)
    is_known = closing in template or closing in tokenizer.get_vocab()
    return f"{'' if rendering.endswith(chr(10)) else chr(10)}\n{closing}\n\n" if is_known else ""


def thought_form(tokenizer: Any) -> ThoughtForm | None:
    """Return how a model thinks before an answer; None where no template or tag shows it, and for channels."""
    if not (template := _template(tokenizer)):
        return None
    rendering, thinking = render_chat(tokenizer, _USER), _with_thinking(tokenizer)
    opening = _opening(tokenizer, rendering)
    if opening is not None:
        closing = None if opening == _CHANNEL else _closing_tag(opening)
        is_opened = True
    else:
        is_switch = thinking not in (None, rendering)
        closing = _last_closing_tag(rendering) if is_switch else None
        is_opened = _opening(tokenizer, thinking or "") is not None
    is_known = closing is not None and (closing in template or closing in tokenizer.get_vocab())
    return ThoughtForm(closing, is_opened) if closing is not None and is_known else None


def failed_checks(settings: Mapping[str, Mapping[str, Any]]) -> Iterator[ValidityCheck]:
    """Yield a failed check for each model whose answers begin inside a thought; ``settings`` by arm."""
    arms: tuple[Arm, ...] = ARMS
    for arm in arms:
        if settings.get(arm, {}).get(THINKING) == OPEN:
            yield ValidityCheck(arm=arm, check=THINKING_OFF, value=0.0, floor=1.0, passed=False)


def _opening(tokenizer: Any, rendering: str) -> str | None:
    """Return the tag that opens a thought at the end of a prompt, or the channel of thoughts; None without one.

    A tag at the end opens a thought where the turns before it open with another one. In front of further words, only
    the usual names count.
    """
    if _CHANNEL in _template(tokenizer):
        return None if rendering.endswith("<|message|>") else _CHANNEL
    if name := _OPEN_BLOCK.search(rendering.rpartition(_QUESTION)[2]):
        return name[0]
    tag = _TAG.search(rendering)
    if tag is None or _TURN.fullmatch(tag[1]):
        return None
    header = _header(tokenizer)
    return None if header is not None and header.rstrip().endswith(tag[1]) else tag[1]


def _header(tokenizer: Any) -> str | None:
    """Return a conversation up to an answer that the model has given; None where the template cannot show one."""
    turns = [{"role": "user", "content": _QUESTION}, {"role": "assistant", "content": _ANSWER}]
    try:
        text = apply_template(tokenizer, turns, add_generation_prompt=False)
    except Exception:  # noqa: BLE001  a template is a program, and may raise anything
        return None
    before, answer, _ = text.partition(_ANSWER)
    return before if answer else None


def _closing_tag(tag: str) -> str:
    for start, end in _STARTS:
        if start in tag:
            return tag.replace(start, end, 1)
    return f"{tag[0]}/{tag[1:]}" if not tag.startswith("<|") else f"<|/{tag[2:]}"


def _last_closing_tag(rendering: str) -> str | None:
    """Return the tag that closes the empty thought of a prompt whose reasoning is switched off."""
    tags = [tag for tag in _CLOSING.findall(rendering.rpartition(_QUESTION)[2]) if not _TURN.fullmatch(tag)]
    return tags[-1] if tags else None


def _template(tokenizer: Any) -> str:
    template = getattr(tokenizer, "chat_template", None)
    return template if isinstance(template, str) else ""


def _with_thinking(tokenizer: Any) -> str | None:
    """Return the prompt with reasoning switched on, or None where the template cannot render it."""
    try:
        return render_chat(tokenizer, _USER, think=True)
    except DlsError:
        return None
