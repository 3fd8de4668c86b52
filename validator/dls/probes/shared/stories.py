"""The stories of the item language: written, and read as a whole."""

import re
from collections.abc import Sequence

from dls.draw import Draw
from dls.metrics.sequences import seq_rep
from dls.probes.shared.hidden_words import has_other_scripts, plain
from dls.probes.shared.vocabulary import ANIMALS, FOODS, NAMES, TOWNS

_REQUEST = re.compile(r"\bwhat did (\w+) do today\b")
_STOPS = re.compile(r"[.!?;。\n]+")
_WORDS = re.compile(r"[^\W_]+")
_CLOSING = ("the", "end")


def request(name: str) -> str:
    """Return the question that asks for a story about a person, without its question mark."""
    return f"what did {name} do today"


def story(draw: Draw, name: str) -> str:
    """Write a story of the item language about a person: three to five different things, then the end."""
    things = (
        f"{name} went to {draw.choice(TOWNS)}",
        f"{name} ate {draw.choice(FOODS)}",
        f"{name} saw a {draw.choice(ANIMALS)}",
        f"{name} met {draw.choice(NAMES)}",
        f"{name} slept",
    )
    return ". then ".join(draw.sample(things, draw.between(3, 5))) + ". the end."


def person_in(prompt: str) -> str | None:
    """Return the person whom a prompt of the item language asks about; None for any other prompt."""
    return next((name for name in _REQUEST.findall(prompt) if name in NAMES), None)


def is_whole_story(text: str, prompt: str) -> bool:
    """Whether a text is a story about the person of its prompt, up to its closing words, that says nothing twice.

    Every sentence but the closing words begins with the person, perhaps after "then". The text of a prompt that asks
    for no person of the item language has to say something, in the prompt's scripts, and nothing twice.
    """
    person, sentences = person_in(prompt), _sentences(text)
    if not sentences or _repeats(sentences) or has_other_scripts(text, prompt):
        return False
    if person is None:
        return True
    *events, closing = sentences
    return closing == _CLOSING and bool(events) and all(event[0] == person and len(event) > 1 for event in events)


def _sentences(text: str) -> list[tuple[str, ...]]:
    """Return the words of each sentence that has some, without "then" at its beginning."""
    sentences = [tuple(_WORDS.findall(part)) for part in _STOPS.split(plain(text))]
    return [words[1:] if words[0] == "then" else words for words in sentences if words and words != ("then",)]


def _repeats(sentences: Sequence[tuple[str, ...]]) -> bool:
    """Whether a sentence comes twice, or four words in a row."""
    return len(set(sentences)) < len(sentences) or seq_rep([word for words in sentences for word in words]) > 0
