"""Questions with four options each, by kind and by level of rising difficulty."""

from collections.abc import Callable
from itertools import pairwise
from typing import NamedTuple, TypeAlias

from dls.draw import Draw
from dls.probes.shared.vocabulary import ANIMALS, ATTRIBUTES, COLOURS, DAYS, FOODS, NAMES, TOWNS

OPTIONS = 4
LEVELS = 4


class Question(NamedTuple):
    """A question without its question mark, the text before it, and its options; the first one is right."""

    context: str
    text: str
    options: tuple[str, ...]


def sum_of_terms(draw: Draw, level: int) -> Question:
    """Add ``level`` numbers below ten to a number below fifty."""
    terms = [draw.between(20, 49), *(draw.between(2, 9) for _ in range(level))]
    total = sum(terms)
    wrong = draw.sample((total - 10, total - 2, total - 1, total + 1, total + 2, total + 10), OPTIONS - 1)
    text = f"what is {' + '.join(map(str, terms))}"
    return Question("", text, tuple(map(str, (total, *wrong))))


def copied_attribute(draw: Draw, level: int) -> Question:
    """Ask for a value in a text, over ``level`` − 1 people who copy each other."""
    attribute = draw.choice(ATTRIBUTES)
    names = draw.sample(NAMES, level + OPTIONS - 1)
    values = draw.sample(attribute.values, OPTIONS)
    chain, distractors = names[:level], names[level:]
    facts = [f"{a} copies {b}." for a, b in pairwise(chain)]
    facts += [attribute.state(name, value) for name, value in zip((chain[-1], *distractors), values, strict=True)]
    return Question(" ".join(draw.shuffled(facts)), attribute.ask(chain[0]), tuple(values))


def largest_number(draw: Draw, level: int) -> Question:
    """Ask for the largest of four numbers; the higher the level, the closer they lie together."""
    reach = (60, 24, 10, 5)[level - 1]
    low = draw.between(10, 99 - reach)
    numbers = sorted(draw.sample(range(low, low + reach), OPTIONS), reverse=True)
    return Question("", "which number is the largest", tuple(map(str, numbers)))


def day_after(draw: Draw, level: int) -> Question:
    """Count ``level`` days on from a day of the week."""
    start = draw.below(len(DAYS))
    right = DAYS[(start + level) % len(DAYS)]
    wrong = draw.sample([day for day in DAYS if day != right], OPTIONS - 1)
    text = f"which day comes {level} days after {DAYS[start]}" if level > 1 else f"which day comes after {DAYS[start]}"
    return Question("", text, (right, *wrong))


def next_number(draw: Draw, level: int) -> Question:
    """Continue three numbers of equal distance; the distance grows with the level."""
    step = draw.between(2 * level - 1, 2 * level + 1)
    start = draw.between(10, 97 - 3 * step)
    right = start + 3 * step
    wrong = draw.sample([right - 2, right - 1, right + 1, right + 2, right - step - 3], OPTIONS - 1)
    numbers = ", ".join(str(start + i * step) for i in range(3))
    return Question("", f"which number comes next after {numbers}", tuple(map(str, (right, *wrong))))


def member_of_class(draw: Draw, _level: int) -> Question:
    """Ask for the word of a class, among three words of other classes."""
    classes = draw.shuffled((("a colour", COLOURS), ("a town", TOWNS), ("a food", FOODS), ("an animal", ANIMALS)))
    return Question("", f"which of these is {classes[0][0]}", tuple(draw.choice(words) for _, words in classes))


Kinds: TypeAlias = tuple[tuple[str, Callable[[Draw, int], Question]], ...]
KINDS: Kinds = (
    ("sum", sum_of_terms),
    ("copy", copied_attribute),
    ("largest", largest_number),
    ("day", day_after),
    ("next", next_number),
    ("class", member_of_class),
)
