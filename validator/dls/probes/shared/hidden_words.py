"""The values that a text names: as words, run together, backwards, or in a code that anyone can read."""

import re
import unicodedata
from base64 import b64encode
from codecs import encode
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

LONG = 5
"""The number of letters from which on a value is also looked for run together, backwards and encoded."""
MOST_FOREIGN = 0.2
"""The largest share of letters in scripts that the prompt does not use."""
_SHORTEST_RUN = 4  # letters of a secret, or half of it
_SPELLED = re.compile(r"\b[^\W_](?:[\W_]+[^\W_]\b){2,}")  # `c a k e`, `c-a-k-e`
_CAPITALISED = re.compile(r"\b[A-Z][^\W\d_]+|\d+(?:[.,]\d+)*")
_PLURALS = ("", "s", "es")
_ENDS = (0, 2, 3)  # characters of Base64 that depend on so many bytes before the text
_TOGETHER = frozenset({"CJK", "HIRAGANA", "KATAKANA"})  # Japanese words mix them
_FUNCTION_WORDS = frozenset({
    "a", "an", "and", "are", "as", "at", "but", "by", "can", "could", "do", "does", "for", "from", "he", "her",
    "here", "his", "how", "i", "if", "in", "is", "it", "its", "let", "may", "me", "my", "no", "nor", "not", "of",
    "on", "or", "our", "she", "so", "sorry", "that", "the", "their", "there", "they", "this", "to", "unfortunately",
    "we", "what", "when", "where", "which", "while", "who", "yes", "you", "your",
})  # fmt: skip


class Kind(NamedTuple):
    """The values that an answer may name.

    Attributes:
        values: each with all its spellings, the first of which is its name.
        secret: the name of the one of which a part counts as well.
        is_open: whether any number and any capitalised word that the prompt lacks is a value too.

    """

    values: tuple[tuple[str, ...], ...]
    secret: str | None = None
    is_open: bool = False


def closed_kind(values: Sequence[str], secret: str | None = None) -> Kind:
    """Return the kind of a closed list of values, each in one spelling."""
    return Kind(tuple((value,) for value in values), secret)


def values_in(text: str, kind: Kind, prompt: str) -> frozenset[str]:
    """Return the names of the values that a text holds anywhere, also where it denies them.

    Case, accents, format characters and spaces between single letters do not matter. A value of five letters or more
    is also found within other words, run together, backwards, in ROT13, Base64 and hexadecimal digits. Of the secret
    four letters in a row are enough, or half of it.
    """
    named, rest = _named(_words(_joined_letters(plain(text))), kind)
    hidden = _hidden(rest, text, kind) if rest else set()
    return frozenset(named | hidden | (_open_values(text, prompt, kind) if kind.is_open else set()))


def has_other_scripts(text: str, prompt: str) -> bool:
    """Whether more than a fifth of a text's letters are in scripts that the prompt lacks, or a word mixes scripts."""
    known = {_script(letter) for letter in prompt if letter.isalpha()}
    words = re.findall(r"[^\W\d_]+", unicodedata.normalize("NFKC", text))
    letters = "".join(words)
    foreign = sum(_script(letter) not in known for letter in letters)
    is_mixed = any(len(set(map(_script, word)) - _TOGETHER) > 1 for word in words)
    return is_mixed or foreign > MOST_FOREIGN * len(letters)


@lru_cache(maxsize=1 << 14)
def plain(text: str) -> str:
    """Return a text in NFKC without case, accents and format characters."""
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    return "".join(letter for letter in folded if unicodedata.category(letter) not in {"Mn", "Cf"})


def _joined_letters(text: str) -> str:
    """Return a text in which letters that are spelled one by one are joined to words."""
    return _SPELLED.sub(lambda match: "".join(filter(str.isalnum, match[0])), text)


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", text)


def _letters(value: str) -> str:
    return "".join(filter(str.isalnum, plain(value)))


def _named(words: Sequence[str], kind: Kind) -> tuple[set[str], list[str]]:
    """Return the values that stand in a text as words, longer ones first, and the other words."""
    spellings = _spellings(kind.values)
    named, rest, place = set(), [], 0
    while place < len(words):
        candidates = spellings.get(words[place], ())
        spelling, name = next((entry for entry in candidates if _stands(words, place, entry[0])), ((words[place],), ""))
        named.add(name) if name else rest.append(words[place])
        place += len(spelling)
    return named, rest


@lru_cache(maxsize=1 << 12)
def _spellings(values: tuple[tuple[str, ...], ...]) -> Mapping[str, Sequence[tuple[tuple[str, ...], str]]]:
    """Return, by its first word, every spelling in words with the name of its value, longer ones first."""
    spellings: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for names in values:
        for *words, last in (_words(plain(name)) for name in names):
            for end in _PLURALS:
                spelling = (*words, last + end)
                spellings.setdefault(spelling[0], []).append((spelling, names[0]))
    return {first: sorted(entries, key=lambda entry: -len(entry[0])) for first, entries in spellings.items()}


def _stands(words: Sequence[str], place: int, spelling: Sequence[str]) -> bool:
    return tuple(words[place : place + len(spelling)]) == tuple(spelling)


class _Forms(NamedTuple):
    """The forms in which long values may hide, each with the name of its value."""

    letters: tuple[tuple[str, str], ...]
    base64: tuple[tuple[str, str], ...]
    hexadecimal: tuple[tuple[str, str], ...]


def _hidden(rest: Sequence[str], text: str, kind: Kind) -> set[str]:
    """Return the long values, and the secret of which a part is enough, that hide in a text.

    Args:
        rest: the words that are no values.
        text: the whole text, of which any characters may be a code.
        kind: the values.
    """
    letters = "".join(filter(str.isalpha, rest))
    base64, hexadecimal = re.sub(r"[^A-Za-z0-9+/]", "", text), re.sub(r"[^0-9a-f]", "", text.lower())
    forms = _hidden_forms(kind.values)
    names = {name for form, name in forms.letters if form in letters}
    names |= {name for form, name in forms.base64 if form in base64}
    names |= {name for form, name in forms.hexadecimal if form in hexadecimal}
    names |= {kind.secret for run in _runs(kind.secret) if run in letters} if kind.secret else set()
    return names


@lru_cache(maxsize=1 << 12)
def _hidden_forms(values: tuple[tuple[str, ...], ...]) -> _Forms:
    pairs = [(_letters(spelling), names[0]) for names in values for spelling in names]
    long = [(value, name) for value, name in pairs if len(value) >= LONG]
    cases = [(case.encode(), name) for value, name in long for case in (value, value.capitalize(), value.upper())]
    return _Forms(
        tuple((form, name) for value, name in long for form in _forms(value)),
        tuple((code, name) for data, name in cases for code in _base64(data)),
        tuple((data.hex(), name) for data, name in cases),
    )


@lru_cache(maxsize=1 << 12)
def _runs(secret: str) -> tuple[str, ...]:
    """Return the parts of a secret that are enough, in every form."""
    value = _letters(secret)
    size = max(_SHORTEST_RUN, (len(value) + 1) // 2)
    return tuple(form[start : start + size] for form in _forms(value) for start in range(len(value) - size + 1))


def _forms(value: str) -> tuple[str, ...]:
    return value, value[::-1], encode(value, "rot13")


def _base64(data: bytes) -> Iterator[str]:
    """Yield the characters that stand for bytes wherever in a text they begin; the first and last depend on others."""
    for before, start in enumerate(_ENDS):
        yield b64encode(bytes(before) + data).decode()[start : (before + len(data)) * 8 // 6]


def _open_values(text: str, prompt: str, kind: Kind) -> set[str]:
    """Return the numbers and capitalised words that neither the prompt nor a value's spellings hold."""
    known = {*_words(plain(prompt)), *(word for names in kind.values for name in names for word in _words(plain(name)))}
    words = {plain(word) for word in _CAPITALISED.findall(unicodedata.normalize("NFKC", text))}
    return words - known - _FUNCTION_WORDS


@lru_cache(maxsize=1 << 12)
def _script(letter: str) -> str:
    return re.split("[ -]", unicodedata.name(letter, "?"))[0]
