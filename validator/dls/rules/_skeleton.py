"""The skeleton of a name: two names with one skeleton look alike. Source: Unicode Technical Standard 39, section 4."""

import unicodedata
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

_ASCII: Mapping[str, str] = MappingProxyType(
    {"0": "O", "1": "l", "I": "l", "m": "rn", "|": "l", '"': "''", "`": "'", "%": "\u00ba/\u2080"}
)
"""The prototypes of the ASCII characters that look like others; a test holds them to the library."""


def skeleton(name: str) -> str:
    """Return the skeleton of a name, after differences of width, of spaces and of invisible characters are gone."""
    text = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", name))
    visible = "".join(character for character in " ".join(text.split()) if unicodedata.category(character) != "Cf")
    prototype = _ascii_prototype if visible.isascii() else library_prototype
    return unicodedata.normalize("NFD", "".join(map(prototype, visible)))


def _ascii_prototype(character: str) -> str:
    return _ASCII.get(character, character)


@cache
def library_prototype(character: str) -> str:
    """Return the text that stands for all characters that look like one.

    The library lists both directions of the standard's table: a character has one prototype, a prototype many sources.
    """
    from confusable_homoglyphs.confusables import confusables_data  # start-up: 0.9 MB, for names beyond ASCII alone

    entries = [entry["c"].strip("\u200e") for entry in confusables_data.get(character, ())]
    if len(entries) != 1:
        return character
    candidate: str = entries[0]
    is_prototype = len(candidate) > 1 or len(confusables_data.get(candidate, ())) > 1
    return candidate if is_prototype else min(character, candidate)
