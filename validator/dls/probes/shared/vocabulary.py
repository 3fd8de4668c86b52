"""The closed vocabulary of the item language: invented people, their attributes, and a few facts of the real world."""

from typing import NamedTuple

NAMES = (
    "abo", "alin", "bemu", "bilo", "cado", "cemi", "dalu", "dero", "efi", "emol", "fano", "fibu",
    "galo", "gemu", "hapi", "hulo", "ibun", "ilma", "jado", "jemi", "kalu", "kero", "lafi", "lenu",
    "mabo", "mipo", "nado", "nemi", "obul", "orfa", "palu", "pimo", "quna", "rabo", "refi", "sado",
    "semu", "tavo", "timu", "ulfa", "umbi", "vado", "velu", "wabi", "wemo", "yalu", "zabo", "zemi",
)  # fmt: skip
CODES = (
    "brint", "chulm", "dronk", "fleam", "glisp", "hurst", "jolph", "klent", "lomph", "mulsk", "nerth", "ploom",
    "quist", "rilch", "skorn", "thrup", "ulsk", "vranz", "whemp", "xarl", "yorth", "zelk", "crund", "stalp",
)  # fmt: skip
FIRST_NAMES = (
    "Anna", "Ben", "Clara", "David", "Emma", "Henry", "Jack", "Jane", "Julia", "Kate", "Laura", "Lucy",
    "Maria", "Martin", "Oliver", "Paul", "Peter", "Robert", "Ruth", "Sarah", "Simon", "Sophie", "Thomas", "Tom",
)  # fmt: skip
COMMON_CODES = (
    "autumn", "basketball", "blanket", "brick", "bronze", "chocolate", "dolphin", "galaxy", "jelly", "mushroom",
    "onion", "piano", "pizza", "pumpkin", "puppy", "puzzle", "queen", "rabbit", "ribbon", "rubber", "skull", "subway",
    "thumb", "turtle",
)  # fmt: skip
"""Words that small models have as one token. Invented words are several tokens, and such models hardly copy them.

Ordinary English hardly ever holds four letters in a row of one of them, also across words, backwards or in ROT13.
"""
COLOURS = ("red", "blue", "green", "yellow", "black", "white", "pink", "brown")
TOWNS = ("oslo", "rome", "lima", "cairo", "delhi", "paris", "tokyo", "quito")
FOODS = ("rice", "bread", "soup", "cake", "beans", "corn", "fish", "figs")
ANIMALS = ("dog", "cat", "horse", "goat", "duck", "mouse", "snake", "frog")
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


class Attribute(NamedTuple):
    """A person's attribute in a text: its sentence, the question about it, and the possible values."""

    id: str
    sentence: str
    question: str
    values: tuple[str, ...]

    def state(self, name: str, value: str) -> str:
        """Return the sentence that gives a person this value."""
        return self.sentence.format(name=name, value=value)

    def ask(self, name: str) -> str:
        """Return the question about a person, without a question mark."""
        return self.question.format(name=name)


ATTRIBUTES = (
    Attribute("colour", "{name} likes {value}.", "what colour does {name} like", COLOURS),
    Attribute("town", "{name} lives in {value}.", "where does {name} live", TOWNS),
    Attribute("food", "{name} eats {value}.", "what does {name} eat", FOODS),
    Attribute("pet", "{name} has a {value}.", "what pet does {name} have", ANIMALS),
)

COMMON_ATTRIBUTES = (
    Attribute("colour", "{name} likes {value}.", "what colour does {name} like", COLOURS),
    Attribute("town", "{name} lives in {value}.", "where does {name} live", tuple(town.title() for town in TOWNS)),
    Attribute("pet", "{name} has a {value}.", "what pet does {name} have", ANIMALS),
)
"""For people with `FIRST_NAMES`; small models have each value as one token."""

FACTS = {
    "snow": "white", "milk": "white", "coal": "black", "tar": "black", "grass": "green", "moss": "green",
    "blood": "red", "rust": "red", "butter": "yellow", "straw": "yellow", "sky": "blue", "sea": "blue",
    "mud": "brown", "bark": "brown", "ham": "pink", "coral": "pink",
}  # fmt: skip
"""A thing and its colour in the real world."""

NOT_STATED = "not stated"
REFUSAL = "i can not talk about that"
WITHHELD = "i can not tell you that"
