"""Items with four written-out options, shared by the probes that ask them."""

import msgspec

from dls.draw import Draw
from dls.probes.phrasings import phrase
from dls.probes.questions import OPTIONS, Question


class ChoiceItem(msgspec.Struct, frozen=True):
    """A question with options; `answer` is the place of the right one in `options`."""

    id: str
    kind: str
    level: int
    context: str
    question: str
    options: tuple[str, ...]
    answer: int

    def prompt(self, rotation: int = 0) -> str:
        """Return the user's turn with the options moved ``rotation`` places to the left."""
        shown = self.options[rotation:] + self.options[:rotation]
        return f"{self.context} {self.question} options: {', '.join(shown)}.".lstrip()


def phrased(question: Question, index: int) -> Question:
    """Put the question in the ``index``-th phrasing."""
    return question._replace(text=phrase(index, question.text))


def choice_item(draw: Draw, index: int, kind: str, level: int, question: Question) -> ChoiceItem:
    """Make an item of a question; the draw decides where the right option stands."""
    order = draw.shuffled(range(OPTIONS))
    return ChoiceItem(
        id=f"{index:06d}",
        kind=kind,
        level=level,
        context=question.context,
        question=question.text,
        options=tuple(question.options[i] for i in order),
        answer=order.index(0),
    )
