"""The tokens around a text: those that a tokenizer puts in front of it, and those that end an answer."""

from collections.abc import Mapping
from typing import Any, Literal, TypeAlias

from dls.errors import DlsError
from dls_probes.tokens.chat_template import apply_template

PromptFormat: TypeAlias = Literal["chat", "plain"]
_USER_TEXT = "x"
_LINE_BREAKS = ("\n", "Ċ", "<0x0A>")  # literally, in byte-level BPE, and as a byte without a piece of its own


def opening_tokens(tokenizer: Any) -> tuple[int, ...]:
    """Return the special tokens that a tokenizer puts in front of plain text by default."""
    with_special = tokenizer(_USER_TEXT)["input_ids"]
    without = tokenizer(_USER_TEXT, add_special_tokens=False)["input_ids"]
    for start in range(len(with_special) - len(without) + 1):
        if with_special[start : start + len(without)] == without:
            return tuple(with_special[:start])
    return ()


def end_of_turn_token(tokenizer: Any, prompt_format: PromptFormat) -> int | None:
    """Return the special token that the chat template writes after an assistant's answer, or None.

    Raises:
        DlsError: the template goes beyond its bounds.

    """
    if prompt_format == "plain":
        return None
    turns = [{"role": "user", "content": _USER_TEXT}, {"role": "assistant", "content": "dls-answer"}]
    try:
        text = apply_template(tokenizer, turns)
    except DlsError:
        raise
    except Exception:  # noqa: BLE001  a template is a program of the model's author and may raise anything
        return None
    after = tokenizer(text.rpartition("dls-answer")[2], add_special_tokens=False)["input_ids"]
    special = set(tokenizer.all_special_ids) | set(getattr(tokenizer, "added_tokens_decoder", {}))
    return next((int(token) for token in after if token in special), None)


def eos_tokens(
    tokenizer: Any, config: Mapping[str, Any], generation: Mapping[str, Any], prompt_format: PromptFormat
) -> tuple[int, ...]:
    """Return every token id that ends an answer, the tokenizer's own end-of-sequence token first.

    Raises:
        DlsError: no such token is defined, so no answer could end.

    """
    entries = [
        tokenizer.eos_token_id,
        end_of_turn_token(tokenizer, prompt_format),
        generation.get("eos_token_id"),
        config.get("eos_token_id"),
    ]
    lists = (entry if isinstance(entry, list) else [entry] for entry in entries)
    tokens = [token for entry in lists for token in entry if token is not None]
    if not tokens:
        raise DlsError(
            "the tokenizer defines no EOS token, so no answer could end; set `eos_token` in its tokenizer_config.json"
        )
    return tuple(dict.fromkeys(int(token) for token in tokens))


def line_ends(tokenizer: Any) -> tuple[int, ...]:
    """Return every token that ends a line, the bare line break first.

    They end a plain answer after a few-shot prompt, where each answer takes one line.

    Raises:
        DlsError: the tokenizer keeps no line break, so no answer could end.

    """
    line_break = tokenizer(f"{_USER_TEXT}\n", add_special_tokens=False)["input_ids"][-1:]
    ends = [token for name, token in tokenizer.get_vocab().items() if name.endswith(_LINE_BREAKS)]
    if not line_break or line_break[0] not in ends:
        raise DlsError(
            "the tokenizer keeps no line break, so plain answers in a row cannot end; ask bare (--frame none)"
        )
    return tuple(dict.fromkeys(map(int, [*line_break, *sorted(ends)])))
