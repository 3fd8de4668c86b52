"""The look-up curriculum of the pair: to find a value in a text, from bare pairs of words to questions."""

from dls.draw import Draw
from dls.probes.shared.vocabulary import NAMES
from dls_probes.pair.turns import Lesson, Turn, ask, dialogue, sample_world


def recited_pairs(draw: Draw, limit: int = 6, people: tuple[str, ...] = NAMES) -> list[Turn]:
    """Look-up: pairs of words, then many times the first of a pair for the second, without a change of speaker."""
    w = sample_world(draw, limit, people)
    context = [("user", " ".join(f"{name} {value}" for name, value in zip(w.names, w.values, strict=True)))]
    questions = [draw.below(len(w.names)) for _ in range(20)]
    return context + [turn for i in questions for turn in (("hint", w.names[i]), ("value", w.values[i]))]


def few_recited_pairs(draw: Draw) -> list[Turn]:
    """Look-up, the first stage: with eight names the model learns to look back within minutes."""
    return recited_pairs(draw, 3, NAMES[:8])


def bare_pairs(draw: Draw) -> list[Turn]:
    """Look-up: pairs of words, then the first of a pair for the second."""
    w = sample_world(draw)
    context = ", ".join(f"{name} {value}" for name, value in zip(w.names, w.values, strict=True)) + "."
    questions = [draw.below(len(w.names)) for _ in range(10)]
    return dialogue([(w.names[i], w.values[i]) for i in questions], context)


def completions(draw: Draw) -> list[Turn]:
    """Look-up: sentences, then the beginning of a sentence for its end."""
    w = sample_world(draw)
    questions = [draw.below(len(w.names)) for _ in range(10)]
    starts = [w.attribute.sentence.split("{value}")[0].format(name=name).strip() for name in w.names]
    return dialogue([(starts[i], w.values[i]) for i in questions], " ".join(w.facts()))


def restated_answers(draw: Draw) -> list[Turn]:
    """Look-up: questions whose answer restates the sentence."""
    w = sample_world(draw)
    questions = [draw.below(len(w.names)) for _ in range(8)]
    return dialogue([(ask(draw, w.attribute.ask(w.names[i])), w.facts()[i]) for i in questions], " ".join(w.facts()))


def bare_answers(draw: Draw) -> list[Turn]:
    """Look-up: questions with a bare answer."""
    w = sample_world(draw)
    questions = [draw.below(len(w.names)) for _ in range(8)]
    pairs = [(ask(draw, w.attribute.ask(w.names[i])), w.values[i]) for i in questions]
    return dialogue(pairs, " ".join(w.facts()))


LOOK_UP: tuple[Lesson, ...] = (
    few_recited_pairs,
    recited_pairs,
    bare_pairs,
    completions,
    restated_answers,
    bare_answers,
)
"""The stages of the curriculum: one begins when the stage before it is right nine times in ten."""
