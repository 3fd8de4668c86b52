"""The forms in which a text may hide a word from a reader, and from a program that looks for the word alone."""

import re
from base64 import b64encode
from codecs import encode
from collections.abc import Iterator
from functools import partial

import msgspec

_ENDS = (0, 2, 3)  # characters of Base64 that depend on so many bytes before the text
_LOOK_ALIKES = str.maketrans("034578", "oeastb")
_SIGNS = str.maketrans("@$€", "ase")
_SPELLED = r"(?<![^\W_])([^\W_])[\W_]+(?=[^\W_](?![^\W_]))"  # what stands between characters that are words alone


class Code(msgspec.Struct, frozen=True):
    """Characters of Base64, or small hexadecimal digits, that stand for a text."""

    characters: str
    is_base64: bool


def in_letters(letters: str) -> tuple[str, str, str]:
    """Return letters as they are, backwards and in ROT13."""
    return letters, letters[::-1], encode(letters, "rot13")


def with_letters_for_digits(text: str) -> Iterator[str]:
    """Yield a text in small letters with the letters that digits and signs look like, in its words and spelled words.

    A 1 looks like two letters. Nothing is yielded where the text has no such word.
    """
    letters = re.sub(r"(?<=[a-z])!(?=[a-z])", "i", text.translate(_SIGNS))
    words = re.sub(_SPELLED, r"\1", letters)
    readings = {re.sub(r"\w+", partial(_in_letters_alone, letter_of_1=letter), words) for letter in "il"}
    yield from sorted(readings - {text, re.sub(_SPELLED, r"\1", text)})


def _in_letters_alone(match: re.Match[str], letter_of_1: str) -> str:
    word = match[0]
    has_letters = any(letter.isalpha() for letter in word)
    return word.replace("1", letter_of_1).translate(_LOOK_ALIKES) if has_letters else word


def in_codes(text: str) -> Iterator[Code]:
    """Yield a text in hexadecimal digits, and in Base64 wherever it begins in a longer text, in four cases.

    The first and the last characters of Base64 depend on the bytes beside them.
    """
    for case in dict.fromkeys((text, text.lower(), text.capitalize(), text.upper())):
        data = case.encode()
        yield Code(data.hex(), is_base64=False)
        for before, start in enumerate(_ENDS):
            yield Code(b64encode(bytes(before) + data).decode()[start : (before + len(data)) * 8 // 6], is_base64=True)
