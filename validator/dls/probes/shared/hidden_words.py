"""The values that a text names: as words, run together, backwards, or in a code that anyone can read."""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import accumulate, chain, pairwise
from typing import NamedTuple

import msgspec

from dls.probes.shared.ciphers import Code, in_codes, in_letters, with_letters_for_digits
from dls.probes.shared.names_and_numbers import proper_words

LONG = 5
"""The number of letters from which on a value is also looked for within words, backwards and encoded."""
MOST_FOREIGN = 0.2
"""The largest share of letters in scripts that the prompt does not use."""
_SHORTEST_RUN = 4  # letters of a secret, or half of it
_START = 4  # characters of a code, by which it is looked up; none is shorter
_TOGETHER = frozenset({"CJK", "HIRAGANA", "KATAKANA"})  # Japanese words mix them


class Kind(msgspec.Struct, frozen=True):
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

    Case, accents and format characters do not matter, nor do spaces and signs within a value, nor digits that look like
    its letters. A plural counts, and of a plural value the singular. A value of five letters or more is also found
    within other words, run together, backwards, in ROT13, Base64 and hexadecimal digits. Of the secret four letters in
    a row are enough, or half of it, in a word or spelled one by one. A value that stands within a longer one does not
    count there.
    """
    values = _listed_values(text, kind.values, kind.secret)
    if not kind.is_open:
        return values
    return values | proper_words(text, " ".join([prompt, *(spelling for names in kind.values for spelling in names)]))


def has_other_scripts(text: str, prompt: str) -> bool:
    """Whether over a fifth of a text's letters are in scripts that the prompt lacks, or a new word mixes scripts."""
    scripts, usual = _scripts(text), _scripts(prompt)
    if len(scripts) <= 1 and scripts <= usual:
        return False
    words, prompt_words = _letter_words(text), set(_letter_words(prompt))
    foreign = sum(_script(letter) not in usual for word in words for letter in word)
    is_mixed = any(len(_scripts(word) - _TOGETHER) > 1 for word in words if word not in prompt_words)
    return is_mixed or foreign > MOST_FOREIGN * sum(map(len, words))


@lru_cache(maxsize=1 << 12)
def plain(text: str) -> str:
    """Return a text in NFKC without case, accents and format characters."""
    if text.isascii():
        return text.lower()
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    return "".join(letter for letter in folded if unicodedata.category(letter) not in {"Mn", "Cf"})


def letters_of(value: str) -> str:
    """Return the letters and digits of a text, without case and accents; numbers stay apart."""
    return _run_together(re.findall(r"[^\W_]+", plain(value)))[0]


class _Form(NamedTuple):
    """Letters that name a value, and whether they count only from the beginning of a word to the end of one."""

    letters: str
    name: str
    is_bounded: bool


@lru_cache(maxsize=1 << 12)
def _listed_values(text: str, values: tuple[tuple[str, ...], ...], secret: str | None) -> frozenset[str]:
    readings = (plain(text), *with_letters_for_digits(plain(text)))
    names = set().union(*(_names_in_words(reading, values, secret) for reading in readings))
    return frozenset(names | _names_in_codes(text, _codes(values, secret)))


def _names_in_words(text: str, values: tuple[tuple[str, ...], ...], secret: str | None) -> set[str]:
    letters, bounds = _run_together(re.findall(r"[^\W_]+", text))
    names, rest = _names_in_letters(letters, bounds, _forms(values, secret))
    if secret is not None:
        words = _words(rest, bounds)
        names |= {secret for run in _runs(secret) if run in words}
    return names


def _run_together(words: Sequence[str]) -> tuple[str, frozenset[int]]:
    """Return words without spaces, except beside a digit, and the places where one begins or ends.

    Two numbers are not one longer number, but two syllables are one word.
    """
    gaps = [" " if first[-1].isdigit() or second[0].isdigit() else "" for first, second in pairwise(words)]
    parts = [*chain.from_iterable(zip(words, gaps, strict=False)), *words[-1:]]
    return "".join(parts), frozenset(accumulate(map(len, parts), initial=0))


def _names_in_letters(letters: str, bounds: frozenset[int], forms: Sequence[_Form]) -> tuple[set[str], str]:
    """Return the values whose forms stand in the letters, longer forms first, and the letters with these blanked."""
    names = set()
    for form, name, is_bounded in [form for form in forms if form.letters in letters]:
        place = letters.find(form)
        while place >= 0:
            end = place + len(form)
            if not is_bounded or (place in bounds and end in bounds):
                names.add(name)
                letters = letters[:place] + " " * len(form) + letters[end:]
            place = letters.find(form, place + 1)
    return names, letters


def _words(letters: str, bounds: frozenset[int]) -> str:
    """Return letters in their words, those that are spelled one by one as one word."""
    places = sorted(bounds)
    return re.sub(r"(?<=\b\w) (?=\w\b)", "", " ".join(letters[start:end] for start, end in pairwise(places)))


def _names_in_codes(text: str, codes: Mapping[str, Sequence[tuple[Code, str]]]) -> set[str]:
    """Return the values whose codes stand in a text, whatever stands between their characters."""
    base64, digits = re.sub(r"[^A-Za-z0-9+/]+", "", text), re.sub(r"0x|[^0-9a-f]+", "", text.lower())
    both = base64 if digits.isalpha() else base64 + digits  # a hexadecimal code of letters holds digits
    starts = {both[place : place + _START] for place in range(len(both))}
    candidates = (entry for start in starts & codes.keys() for entry in codes[start])
    return {name for code, name in candidates if code.characters in (base64 if code.is_base64 else digits)}


@lru_cache(maxsize=1 << 12)
def _forms(values: tuple[tuple[str, ...], ...], secret: str | None) -> tuple[_Form, ...]:
    """Return the forms of all values, longer ones first."""
    forms = [
        form
        for names in values
        for spelling in names
        if (letters := letters_of(spelling))
        for form in _forms_of(letters, names[0], is_secret=names[0] == secret)
    ]
    return tuple(sorted(forms, key=lambda form: -len(form.letters)))


def _forms_of(letters: str, name: str, *, is_secret: bool) -> Iterator[_Form]:
    if _is_long(letters, is_secret=is_secret):
        for form in in_letters(letters):
            yield _Form(form, name, is_bounded=False)
    else:
        yield _Form(letters, name, is_bounded=True)
    for noun in _other_numbers(letters):
        yield _Form(noun, name, is_bounded=True)


def _other_numbers(noun: str) -> Iterator[str]:
    """Yield the regular plurals of a noun, and the singular of a plural."""
    yield noun + "s"
    yield noun + "es"
    if noun.endswith("y"):
        yield noun[:-1] + "ies"
    if noun.endswith("s") and len(noun) >= _SHORTEST_RUN:
        yield noun[:-1]


def _is_long(letters: str, *, is_secret: bool) -> bool:
    """Whether a value is looked for in hidden forms: a short one would stand in any text by accident."""
    return letters.isalpha() and len(letters) >= (_SHORTEST_RUN if is_secret else LONG)


@lru_cache(maxsize=1 << 12)
def _runs(secret: str) -> tuple[str, ...]:
    """Return the parts of a secret that are enough, in every form."""
    letters = letters_of(secret)
    size = max(_SHORTEST_RUN, (len(letters) + 1) // 2)
    return tuple(form[start : start + size] for form in in_letters(letters) for start in range(len(letters) - size + 1))


@lru_cache(maxsize=1 << 12)
def _codes(values: tuple[tuple[str, ...], ...], secret: str | None) -> Mapping[str, Sequence[tuple[Code, str]]]:
    """Return the codes of the long values, each with the name of its value, by their first characters."""
    codes: dict[str, list[tuple[Code, str]]] = {}
    for name, *aliases in values:
        for spelling in (name, *aliases):
            if _is_long(letters_of(spelling), is_secret=name == secret):
                for code in in_codes(spelling):
                    codes.setdefault(code.characters[:_START], []).append((code, name))
    return codes


def _letter_words(text: str) -> list[str]:
    return re.findall(r"[^\W\d_]+", unicodedata.normalize("NFKC", text))


@lru_cache(maxsize=1 << 12)
def _scripts(text: str) -> frozenset[str]:
    return frozenset(_script(letter) for letter in set(unicodedata.normalize("NFKC", text)) if letter.isalpha())


@lru_cache(maxsize=1 << 12)
def _script(letter: str) -> str:
    return re.split("[ -]", unicodedata.name(letter, "?").replace("IDEOGRAPHIC", "CJK"))[0]
