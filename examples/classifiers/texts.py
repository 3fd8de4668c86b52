# ruff: noqa: INP001
"""A labelled text set without a download of its own: the messages of two web frameworks, in all their languages.

Django and Wagtail (both BSD-3-Clause) ship their messages as compiled catalogues. The label of a message is its
language; languages that no label names are `other`. The English message decides whether a message is for training or
for the test, so that no text of the test was learnt in another language.
"""

import hashlib
import struct
from collections import defaultdict
from collections.abc import Iterable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

PACKAGES = ("django", "wagtail")
OTHER = "other"
LABELS = {
    "catalan": ("ca",),
    "dutch": ("nl",),
    "french": ("fr",),
    "galician": ("gl",),
    "german": ("de",),
    "italian": ("it",),
    "portuguese": ("pt", "pt_BR", "pt_PT"),
    "romanian": ("ro",),
    "spanish": ("es", "es_419", "es_AR", "es_CO", "es_MX", "es_VE"),
    "swedish": ("sv",),
    OTHER: (
        "cs", "da", "eo", "et", "fi", "hr", "hr_HR", "hu", "cy", "id", "id_ID", "lv", "pl", "sl", "tr", "tr_TR", "vi",
    ),
}  # fmt: skip
UNSEEN = (
    "af",
    "az",
    "eu",
    "ga",
    "gd",
    "ia",
    "is",
    "is_IS",
    "lb",
    "lt",
    "mi",
    "ms",
    "nn",
    "sk",
    "sk_SK",
    "sq",
    "sw",
    "tet",
)
"""Languages that are asked about as `other`, and never learnt from."""
WORDS, CHARACTERS = 3, 200
"""The fewest words and the most characters of a text."""


class Message(NamedTuple):
    """A text, what its language is called, and whether it is one that is learnt from."""

    text: str
    label: str
    learnt: bool


def messages(root: Path | None = None) -> tuple[list[Message], list[Message]]:
    """Return the texts of the labelled languages and those of the unseen ones, each text once, in their order.

    A text that stands in two of the languages has no one right label and is left out.
    """
    found: dict[str, set[tuple[str, bool]]] = defaultdict(set)
    named = {code: label for label, codes in LABELS.items() for code in codes} | dict.fromkeys(UNSEEN, "unseen")
    for code, source, text in _translations(root):
        if code in named and len(text.split()) >= WORDS and len(text) <= CHARACTERS:
            found[text].add((named[code], _is_learnt(source)))
    one = sorted((text, *next(iter(where))) for text, where in found.items() if len(where) == 1)
    split = [Message(*entry) for entry in one]
    return [m for m in split if m.label != "unseen"], [m for m in split if m.label == "unseen" and not m.learnt]


def _is_learnt(source: bytes) -> bool:
    return hashlib.sha256(source).digest()[0] < 128  # noqa: PLR2004  one half


def _translations(root: Path | None) -> Iterator[tuple[str, bytes, str]]:
    """Yield the language, the English message and the translation of every message that is translated."""
    for folder in [root / name for name in PACKAGES] if root else map(_folder, PACKAGES):
        for path in sorted(folder.rglob("LC_MESSAGES/*.mo")):
            for source, translated in _catalogue(path.read_bytes()):
                text = " ".join(translated.decode().split())
                if source and text != source.decode():
                    yield path.parts[-3], source, text


def _folder(package: str) -> Path:
    found = find_spec(package)
    if found is None or not found.submodule_search_locations:
        raise SystemExit(f"{package} is not there; run: pip install --no-deps 'django==5.2.*' 'wagtail==7.4.*'")
    return Path(found.submodule_search_locations[0])


def _catalogue(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield the singular and every translated form of it from a compiled catalogue (GNU gettext, little-endian)."""
    _, _, count, sources, targets = struct.unpack_from("<5I", data)
    for index in range(count):
        source = _string(data, sources + 8 * index).split(b"\0")[0].split(b"\x04")[-1]
        for form in _string(data, targets + 8 * index).split(b"\0"):
            yield source, form


def _string(data: bytes, at: int) -> bytes:
    length, start = struct.unpack_from("<2I", data, at)
    return data[start : start + length]


def counted(found: Iterable[Message]) -> dict[str, int]:
    """Return how many texts each label has."""
    counts: dict[str, int] = defaultdict(int)
    for message in found:
        counts[message.label] += 1
    return dict(counts)
