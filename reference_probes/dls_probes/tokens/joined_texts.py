"""The token ids of a text that ends in another one, from the ids of both parts, where they provably are the same.

A tokenizer that cuts texts into words before it looks for tokens reads a word alike wherever it stands. So the ids of
"a question" and of " an answer" are those of "a question an answer", provided that nothing joins across the space:

- the first step of the pre-tokenizer cuts before every single space: `WhitespaceSplit`, or `Metaspace` with `split`;
- the normaliser changes letters one by one, or composes them, which no ASCII letter beside a space takes part in;
- no added token holds or takes a space, or begins as a word does;
- before the space is a visible ASCII character, and after it an ASCII letter or digit.

Every other text is encoded whole.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from dls_probes.tokens.tokenizer_behaviour import token_ids

_LOCAL_NORMALIZERS = frozenset({"NFC", "NFD", "NFKC", "NFKD", "Lowercase"})
_MODELS = frozenset({"BPE", "Unigram", "WordPiece", "WordLevel"})  # each reads one word at a time


def cuts_at_spaces(tokenizer: Any) -> bool:
    """Tell whether a tokenizer reads the words before and after a space between two ASCII letters independently."""
    backend = getattr(tokenizer, "backend_tokenizer", None)
    if backend is None:
        return False
    state = json.loads(backend.to_str())
    steps = _steps(state["normalizer"], "normalizers")
    cut = next(iter(_steps(state["pre_tokenizer"], "pretokenizers")), {})
    return (
        state["model"]["type"] in _MODELS
        and not state["model"].get("dropout")
        and all(step["type"] in _LOCAL_NORMALIZERS for step in steps)
        and (cut.get("type") == "WhitespaceSplit" or _is_cutting_metaspace(cut))
        and not any(_reaches_spaces(token) for token in state["added_tokens"])
    )


def joined_ids(tokenizer: Any, pairs: Sequence[tuple[str, str]]) -> list[list[int]]:
    """Return the ids of each text that a beginning and an end form, without the special tokens around a text.

    Args:
        tokenizer: a transformers tokenizer for which `cuts_at_spaces` holds.
        pairs: beginnings and ends.

    """
    parts = [(start, end[1:]) if _is_border(start, end) else (start + end,) for start, end in pairs]
    texts = list(dict.fromkeys(text for entry in parts for text in entry))
    ids: Mapping[str, list[int]] = dict(zip(texts, token_ids(tokenizer, texts), strict=True))
    return [[token for text in entry for token in ids[text]] for entry in parts]


def _is_border(start: str, end: str) -> bool:
    return "!" <= start[-1:] <= "~" and end[:1] == " " and end[1:2].isascii() and end[1:2].isalnum()


def _steps(part: Mapping[str, Any] | None, name: str) -> list[Mapping[str, Any]]:
    """Return the steps of a part of a tokenizer, of a sequence each of its members."""
    if part is None:
        return []
    return [step for entry in part[name] for step in _steps(entry, name)] if part["type"] == "Sequence" else [part]


def _is_cutting_metaspace(step: Mapping[str, Any]) -> bool:
    return step.get("type") == "Metaspace" and step["split"] and step["prepend_scheme"] == "always"


def _reaches_spaces(token: Mapping[str, Any]) -> bool:
    """Tell whether an added token may stand on both sides of a space, or right after it."""
    content = token["content"]
    is_other = token["normalized"] and not content.isascii()  # the normaliser may change its first letter
    takes_more = token["lstrip"] or token["rstrip"] or token["single_word"]
    return bool(is_other or takes_more or content[:1].isalnum() or any(map(str.isspace, content)))
