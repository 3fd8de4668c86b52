"""A tokenizer by its behaviour: the ids of texts and the strings of ids, however its files are written."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from dls.canonical import sha256_hex
from dls.errors import DlsError

PROBE_TEXTS = (
    "a red box , 12 boxes ?", "The answer is: 1234567890.", " leading space", "trailing space ", "two  and   three",
    "line\nbreak\n\nand\ttab\r\n", "don't, it's (90%) - \"quoted\" / [list] {x: 1}", "UPPER lower Title camelCase",
    "naïve café, Ångström", "cafe\u0301 ﬁne ½", "Straße", "привет, мир", "你好。世界", "こんにちは", "नमस्ते", "مرحبا",
    "👍🏽 ok", "def f(x_1):\n    return x_1 ** 2", "3.14159 + 2e-5 = ?", "supercalifragilistic", "7", "e",
)  # fmt: skip
"""Texts that tell tokenizers apart; no special token is in them. Another set is another version of the digest."""
_VERSION = "dls-vocabulary-1"
_BATCH = 256  # texts encoded together: an encoding takes a hundred times the memory of its ids


def token_ids(tokenizer: Any, texts: Sequence[str]) -> list[list[int]]:
    """Return the ids of each text, whole and without the special tokens around a text.

    Args:
        tokenizer: a transformers tokenizer.
        texts: in any number.

    Raises:
        DlsError: the tokenizer fails, as one does that its library made of the wrong files.

    """
    try:
        return _token_ids(tokenizer, texts)
    except Exception as error:
        raise DlsError(
            f"the tokenizer cannot encode a text ({error}); correct `tokenizer_class` in its tokenizer_config.json, or "
            "fetch the folder again, whole"
        ) from error


def _token_ids(tokenizer: Any, texts: Sequence[str]) -> list[list[int]]:
    if not texts:
        return []
    backend = getattr(tokenizer, "backend_tokenizer", None)
    if backend is None:
        rows = tokenizer(list(texts), add_special_tokens=False, return_attention_mask=False)["input_ids"]
        return [list(map(int, row)) for row in rows]
    backend.no_truncation()  # a tokenizer.json may switch on either, and the text would be cut silently
    backend.no_padding()
    batches = (list(texts[first : first + _BATCH]) for first in range(0, len(texts), _BATCH))
    encodings = (backend.encode_batch_fast(batch, add_special_tokens=False) for batch in batches)
    return [encoding.ids for batch in encodings for encoding in batch]


def token_strings(tokenizer: Any) -> Mapping[int, str]:
    """Return the string of each id, added tokens included, in the order of the ids."""
    return {int(token): name for name, token in sorted(tokenizer.get_vocab().items(), key=lambda entry: entry[::-1])}


def vocabulary_sha256(tokenizer: Any) -> str:
    """Return the digest of a tokenizer's behaviour, which saving it again leaves as it is.

    It covers the ids of `PROBE_TEXTS` and of a text around BOS and EOS, the string of each id, and the ids of BOS and
    EOS. Flags that change no id are not in it.
    """
    ends = (tokenizer.bos_token, tokenizer.eos_token)
    texts = (*PROBE_TEXTS, *(f"a {end} b{end}c" for end in ends if end))
    names = (tokenizer.bos_token_id, tokenizer.eos_token_id)
    behaviour = (_VERSION, token_ids(tokenizer, texts), list(token_strings(tokenizer).items()), names)
    return sha256_hex(msgspec.json.encode(behaviour))
