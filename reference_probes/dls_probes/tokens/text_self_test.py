"""Report before a run whether a model handles text in an unusual way, which its numbers would hide."""

from collections.abc import Iterator, Mapping
from typing import Any

from dls.errors import DlsError
from dls_probes.requests import Prompt
from dls_probes.tokens.chat_template import refuse_unstable_template
from dls_probes.tokens.text import PromptTokenizer
from dls_probes.tokens.thinking import ThinkingMode, thinking_mode
from dls_probes.tokens.tokenizer_behaviour import token_ids

_NEUTRAL = {  # values at which a generation default changes no answer of the engine
    "repetition_penalty": 1.0, "no_repeat_ngram_size": 0, "encoder_repetition_penalty": 1.0, "min_length": 0,
    "min_new_tokens": None, "bad_words_ids": None, "suppress_tokens": None, "begin_suppress_tokens": None,
    "forced_bos_token_id": None, "forced_eos_token_id": None, "sequence_bias": None, "num_beams": 1, "temperature": 1.0,
    "top_k": 50, "top_p": 1.0, "min_p": None, "typical_p": 1.0,
}  # fmt: skip
_THOUGHTS: Mapping[ThinkingMode, str] = {
    "open": "the chat template opens a reasoning block that cannot be switched off, so every answer begins inside a "
    "thought: the check thinking_off fails, and every claim is inconclusive. A profile that extends yours with "
    "`thoughts: closed` closes the block, for both models alike, and `max_thought_tokens: 512` lets both think",
    "closed": "the chat template opens a reasoning block, and the run closes it at once, as the profile says: the "
    "numbers are those of answers without a thought",
    "limited": "the model thinks before each answer that it writes, and the run closes a thought at the profile's "
    "limit; the probability of a given text stands behind a closed thought",
}
_SAMPLE = "a red box , 12 boxes ?"


def text_notes(text: PromptTokenizer, generation: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the unusual properties, a sentence each.

    Args:
        text: the model's tokenizer and rules.
        generation: the content of its generation_config.json, empty where there is none.

    Raises:
        DlsError: a prompt does not hold BOS exactly once where the tokenizer opens texts with it, the chat template
            renders one conversation in several ways, or the tokenizer loses or joins words of a sample.

    """
    if text.prompt_format == "chat":
        refuse_unstable_template(text.tokenizer)
    _refuse_repeated_bos(text)
    return tuple(_notes(text, generation))


def _refuse_repeated_bos(text: PromptTokenizer) -> None:
    bos = text.tokenizer.bos_token_id
    if bos is None or bos not in text.opening:
        return
    (ids,) = text.prompt_ids([Prompt.user(_SAMPLE)])
    if ids.count(bos) != 1 or ids[0] != bos:
        raise DlsError(
            f"a prompt holds BOS {ids.count(bos)} times instead of once at its beginning; "
            "correct the chat template of the model"
        )


def _adds_bos(text: PromptTokenizer) -> bool:
    """Tell whether BOS comes from the tokenizer alone, and not from the chat template."""
    bos = text.tokenizer.bos_token_id
    (ids,) = token_ids(text.tokenizer, [text.render(Prompt.user(_SAMPLE))])
    return bos is not None and bos in text.opening and bos not in ids


def _notes(text: PromptTokenizer, generation: Mapping[str, Any]) -> Iterator[str]:
    if (mode := thinking_mode(text)) in _THOUGHTS:
        yield _THOUGHTS[mode]
    if text.prompt_format == "chat" and _adds_bos(text):
        yield (
            "the chat template writes no BOS, and the tokenizer opens texts with it: every prompt here begins with "
            "BOS, and none would under `apply_chat_template` alone"
        )
    defaults = {name: generation[name] for name in _NEUTRAL if generation.get(name, _NEUTRAL[name]) != _NEUTRAL[name]}
    if defaults:
        pairs = ", ".join(f"{name} {value}" for name, value in defaults.items())
        yield f"the model's own generation defaults are not applied: {pairs}"
    ((tokens, start),) = text.pairs([(Prompt.user("x") + "y", f" {_SAMPLE}")])
    decoding = text.decode(tokens[:start], tokens[start:])
    if decoding != f" {_SAMPLE}":
        yield f"the tokenizer does not return the text that it encoded: {_SAMPLE!r} became {decoding!r}"
