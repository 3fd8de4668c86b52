"""The material of lessons: turns of a conversation, and small worlds of people with one attribute."""

from collections.abc import Callable
from typing import NamedTuple

from dls.draw import Draw
from dls.probes.shared.phrasings import PHRASINGS, phrase
from dls.probes.shared.vocabulary import ATTRIBUTES, NAMES, Attribute

Turn = tuple[str, str]
"""A role and a text. Besides the chat's roles there are `hint` and `value`, which is predicted after it in one turn."""
Lesson = Callable[[Draw], list[Turn]]


class World(NamedTuple):
    """Some people, one attribute, and the value that each of them has."""

    attribute: Attribute
    names: tuple[str, ...]
    values: tuple[str, ...]

    def facts(self) -> list[str]:
        """Return one sentence a person."""
        return [self.attribute.state(name, value) for name, value in zip(self.names, self.values, strict=True)]


def sample_world(draw: Draw, limit: int = 6, people: tuple[str, ...] = NAMES) -> World:
    """Draw from two to `limit` people, one attribute and their values."""
    attribute = draw.choice(ATTRIBUTES)
    names = draw.sample(people, draw.between(2, limit))
    return World(attribute, tuple(names), tuple(draw.choice(attribute.values) for _ in names))


def dialogue(pairs: list[tuple[str, str]], context: str = "") -> list[Turn]:
    """Return the turns of pairs of question and answer; the context stands before the first question."""
    turns: list[Turn] = []
    for question, answer in pairs:
        turns += [("user", f"{context} {question}".lstrip()), ("assistant", answer)]
        context = ""
    return turns


def ask(draw: Draw, question: str) -> str:
    """Return a question in one of the phrasings."""
    return phrase(draw.below(len(PHRASINGS)), question)


def rephrase(draw: Draw, question: str) -> str:
    """Return the question of an item with index 0 in one of the phrasings."""
    return ask(draw, question.removesuffix("?"))
