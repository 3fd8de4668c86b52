"""Refuse a tokenizer that loses or joins words: the model would read another text, and answer it."""

import re
import unicodedata
from collections.abc import Sequence
from importlib.metadata import version
from itertools import accumulate, groupby
from typing import Any

from dls.errors import DlsError

_WORD = re.compile(r"\w+")
_EXCERPT = 6  # words of a message, from the last equal one on
_LEAST_SHARE = 0.5  # of a text's letters and digits; fewer are no text that the model could answer


def refuse_lost_text(tokenizer: Any, texts: Sequence[str], rows: Sequence[Sequence[int]]) -> None:
    """Refuse a tokenizer that loses or joins words of one of some texts.

    The words of the decoded ids are compared with those of the text, both after the tokenizer's own normaliser: lower
    case, other forms of Unicode, accents and spaces are its own affair. A word may come back in parts. The parts that
    became the unknown token are left out, up to half of the text.

    Args:
        tokenizer: a transformers tokenizer.
        texts: as they were encoded.
        rows: the ids of each text, without the special tokens around it.

    Raises:
        DlsError: words are lost or joined, or most of a text is unknown; the message holds the words.

    """
    for text, ids, decoding in zip(texts, rows, _decodings(tokenizer, rows), strict=True):
        if not _is_plainly_whole(text, decoding):
            _refuse_lost_words(tokenizer, text, ids, decoding)


def _is_plainly_whole(text: str, decoding: str) -> bool:
    """Tell whether a text came back but for spaces and case, as nearly all do: by three comparisons, the dear last."""
    if text == decoding:
        return True
    text, decoding = text.lower(), decoding.lower()
    return text.split() == decoding.split() or _WORD.findall(text) == _WORD.findall(decoding)


def _refuse_lost_words(tokenizer: Any, text: str, ids: Sequence[int], decoding: str) -> None:
    words, decoded_words = _words(tokenizer, text), _words(tokenizer, decoding)
    if keeps_words(words, decoded_words):
        return
    if tokenizer.unk_token_id in ids:
        known_words, decoded_words = _known_words(tokenizer, text, ids)
        if _length(known_words) < _LEAST_SHARE * _length(words):
            raise DlsError(
                f"the tokenizer does not know most of the text {' '.join(words[:_EXCERPT])!r}, and gives the unknown "
                f"token; leave such texts out, or correct the tokenizer files of the model (here {versions()})"
            )
        if keeps_words(known_words, decoded_words):
            return
    raise DlsError(
        f"the tokenizer loses or joins words: {_difference(words, decoded_words)}; read the model with the version of "
        f"transformers that it was made for, or correct its tokenizer files (here {versions()})"
    )


def keeps_words(words: Sequence[str], decoded_words: Sequence[str]) -> bool:
    """Tell whether all letters and digits are there in their order, and each word still ends where it did."""
    if words == decoded_words:
        return True
    ends, decoded_ends = (set(accumulate(map(len, entry))) for entry in (words, decoded_words))
    return "".join(words) == "".join(decoded_words) and ends <= decoded_ends


def folded_words(text: str) -> list[str]:
    """Return the words of a text without the differences of case, accents and Unicode forms."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    return _WORD.findall("".join(letter for letter in letters if not unicodedata.combining(letter)))


def versions() -> str:
    """Return the versions of the libraries that read a tokenizer."""
    return f"transformers {version('transformers')}, tokenizers {version('tokenizers')}"


def _decodings(tokenizer: Any, rows: Sequence[Sequence[int]]) -> Sequence[str]:
    backend = getattr(tokenizer, "backend_tokenizer", None)
    if backend is None:
        return [str(tokenizer.decode(ids, clean_up_tokenization_spaces=False)) for ids in rows]
    return list(backend.decode_batch([list(ids) for ids in rows], skip_special_tokens=False))


def _words(tokenizer: Any, text: str) -> list[str]:
    """Return the words of a text in the form that the tokenizer gives it."""
    backend = getattr(tokenizer, "backend_tokenizer", None)
    if backend is None:
        return folded_words(text)  # it says nothing of its normaliser, so every usual form counts as equal
    return _WORD.findall(text if backend.normalizer is None else backend.normalizer.normalize_str(text))


def _known_words(tokenizer: Any, text: str, ids: Sequence[int]) -> tuple[list[str], list[str]]:
    """Return the words of a text and of its decoding, both without the parts that became the unknown token."""
    unknown, backend = tokenizer.unk_token_id, getattr(tokenizer, "backend_tokenizer", None)
    if backend is None:  # it does not say which parts these are
        return folded_words(text), folded_words(text)
    # the places that an encoding tells are exact in the text as the normaliser left it
    letters = list(text if backend.normalizer is None else backend.normalizer.normalize_str(text))
    encoding = backend.encode("".join(letters), add_special_tokens=False)
    for token, (first, last) in zip(encoding.ids, encoding.offsets, strict=True):
        if token == unknown:
            letters[first:last] = " " * (last - first)
    parts = (list(part) for is_unknown, part in groupby(ids, unknown.__eq__) if not is_unknown)
    decoding = " ".join(backend.decode_batch(list(parts), skip_special_tokens=False))
    return _WORD.findall("".join(letters)), _words(tokenizer, decoding)


def _length(words: Sequence[str]) -> int:
    return sum(map(len, words))


def _difference(words: Sequence[str], decoded_words: Sequence[str]) -> str:
    """Return both lists of words from the last equal word on."""
    pairs = enumerate(zip(words, decoded_words, strict=False))
    place = next((index for index, (word, decoded) in pairs if word != decoded), min(len(words), len(decoded_words)))
    first = max(0, place - 1)
    return f"{' '.join(words[first : first + _EXCERPT])!r} became {' '.join(decoded_words[first : first + _EXCERPT])!r}"
