# ruff: noqa: INP001
"""A labelled text set without a download of its own: the messages of two web frameworks, in all their languages.

Django and Wagtail (both BSD-3-Clause) ship their messages as compiled catalogues. The label of a message is its
language; languages that no label names are `other`. The English message decides whether a message is for training or
for the test. Therefore no text of the test is among the training texts in another language.
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
    "af", "az", "eu", "ga", "gd", "ia", "is", "is_IS", "lb", "lt", "mi", "ms", "nn", "sk", "sk_SK", "sq", "sw", "tet",
)  # fmt: skip
"""Languages of the test that are `other` and not in the training texts."""
WORDS, CHARACTERS = 3, 200
"""The fewest words and the most characters of a text."""


class Message(NamedTuple):
    """A text, the label of its language, and whether it is for training."""

    text: str
    label: str
    is_training: bool


def messages(root: Path | None = None) -> tuple[list[Message], list[Message]]:
    """Return the texts of the labelled languages and those of the unseen ones, each text once, in their order.

    A text that occurs in two of the languages has no single right label and is left out.
    """
    texts: dict[str, set[tuple[str, bool]]] = defaultdict(set)
    labels = {code: label for label, codes in LABELS.items() for code in codes} | dict.fromkeys(UNSEEN, "unseen")
    for code, source, text in _translations(root):
        if code in labels and len(text.split()) >= WORDS and len(text) <= CHARACTERS:
            texts[text].add((labels[code], _is_training(source)))
    unique = [Message(*entry) for entry in sorted((text, *next(iter(s))) for text, s in texts.items() if len(s) == 1)]
    test_only = [message for message in unique if message.label == "unseen" and not message.is_training]
    return [message for message in unique if message.label != "unseen"], test_only


def _is_training(source: bytes) -> bool:
    return hashlib.sha256(source).digest()[0] < 128  # noqa: PLR2004  one half


def _translations(root: Path | None) -> Iterator[tuple[str, bytes, str]]:
    """Yield the language, the English message and the translation of each translated message."""
    for folder in [root / name for name in PACKAGES] if root else map(_folder, PACKAGES):
        for path in sorted(folder.rglob("LC_MESSAGES/*.mo")):
            for source, translation in _catalogue(path.read_bytes()):
                text = " ".join(translation.decode().split())
                if source and text != source.decode():
                    yield path.parts[-3], source, text


def _folder(package: str) -> Path:
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise SystemExit(f"{package} is not there; run: pip install --no-deps 'django==5.2.*' 'wagtail==7.4.*'")
    return Path(spec.submodule_search_locations[0])


def _catalogue(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield the singular with each form of its translation from a compiled catalogue (GNU gettext, little-endian)."""
    _, _, count, sources, targets = struct.unpack_from("<5I", data)
    for index in range(count):
        source = _string(data, sources + 8 * index).split(b"\0")[0].split(b"\x04")[-1]
        for form in _string(data, targets + 8 * index).split(b"\0"):
            yield source, form


def _string(data: bytes, offset: int) -> bytes:
    length, start = struct.unpack_from("<2I", data, offset)
    return data[start : start + length]


def label_counts(texts: Iterable[Message]) -> dict[str, int]:
    """Return the number of texts with each label."""
    counts: dict[str, int] = defaultdict(int)
    for message in texts:
        counts[message.label] += 1
    return dict(counts)
