"""DLS807: texts say something."""

import re
from collections.abc import Iterator

from dls.finding import Violation, visible
from dls.judging.context import RuleContext
from dls.rules._rule import rule

_TEXTS = frozenset(
    {"definition", "identity_note", "intended_use", "limits", "note", "objective", "out_of_scope", "seed_reason"}
    | {"accepted_by", "stakes", "borne_by", "mitigation", "monitoring", "reason"}
)
_REASONS = re.compile(r"/acceptances/\d+/reason|/absences/\d+/note|.*/seed_reason")
_PLACEHOLDERS = frozenset(
    {
        "n/a",
        "na",
        "n.a",
        "tbd",
        "tba",
        "todo",
        "to do",
        "to be done",
        "to be determined",
        "fixme",
        "placeholder",
        "text",
    }
    | {"lorem ipsum", "asdf", "qwerty", "foo", "bar", "foo bar", "abc", "xyz", "see above", "as above", "ditto", "etc"}
)
_ACCEPTANCE = ("reason", "borne_by", "mitigation", "monitoring")
_SCENARIO = ("intended_use", "out_of_scope", "stakes")
_BEGINNING = 400  # characters, in which a text has a word if it has any
_FEWEST = 2  # words of a reason
_FEW_LETTERS = 4  # of a reason in one word; scripts without spaces say much in as many
_WORD = re.compile(r"[^\W\d_]{2,}")


def _problem(pointer: str, text: str) -> str | None:
    """Return why a text says nothing; None if it may say something."""
    plain = " ".join(text[:_BEGINNING].casefold().split()).strip(".!?-_ ")
    if not _has_two_letters(plain):
        return "has no word"
    if plain in _PLACEHOLDERS:
        return "holds a place for a text"
    if (
        _REASONS.fullmatch(pointer)
        and len(_WORD.findall(plain)) < _FEWEST
        and (plain.isascii() or len(plain) < _FEW_LETTERS)
    ):
        return "is no sentence"
    return None


def _has_two_letters(text: str) -> bool:
    """Whether a text has two different letters."""
    first = next(filter(str.isalpha, text), None)
    return any(letter != first for letter in filter(str.isalpha, text))


def _labels(context: RuleContext) -> Iterator[Violation]:
    for i, absence in enumerate(context.statement.absences):
        if absence.note.casefold().strip(" .") in (absence.justification, absence.justification.replace("_", " ")):
            yield Violation(f"/absences/{i}/note", "the note repeats its label; say in your own words why")


def _repetitions(context: RuleContext) -> Iterator[Violation]:
    """Yield each acceptance, and the scenario, all of whose texts are one text."""
    statement = context.statement
    groups = [(f"/acceptances/{i}", entry, _ACCEPTANCE) for i, entry in enumerate(statement.acceptances)]
    for pointer, entry, names in (*groups, ("/scenario", statement.scenario, _SCENARIO)):
        texts = {getattr(entry, name).casefold().strip() for name in names}
        if len(texts) == 1:
            problem = f"one text stands for {', '.join(names)}"
            yield Violation(f"{pointer}/{names[0]}", f"{problem}; write each of them")


@rule("DLS807", spec="text", severity="warning", waivable=True)
def texts_say_something(context: RuleContext) -> Iterator[Violation]:
    """A text that a person writes has words of its own: no single letter, no placeholder, no label.

    ## Why

    A loss is accepted by a sentence, and "x" is none. Nor is the same sentence in the place of the reason, the party
    that bears the loss, the mitigation and the sign that would change the decision. A program cannot judge a reason; it
    can only say that there is none.
    """
    for pointer, text in context.texts:
        if pointer.rpartition("/")[2] in _TEXTS and (problem := _problem(pointer, text)):
            yield Violation(pointer, f"the text '{visible(text)[:40]}' {problem}; say it in words")
    yield from _labels(context)
    yield from _repetitions(context)
