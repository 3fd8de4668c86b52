"""What the pair is taught: conversations in the probes' item language, several questions to a context.

A lesson is a pure function of a keyed draw. Evaluations draw their items under the probes' own names and other
seeds, so that no conversation here is ever an evaluation item but by coincidence.
"""

from collections.abc import Callable
from typing import NamedTuple

from dls.draw import Draw
from dls.probes import (
    boundary_twins,
    diversity_open_answer,
    grounding_substituted_facts,
    grounding_worlds,
    privacy_in_context_secret,
    process_chain,
    safety_policy_worlds,
    uncertainty_lottery,
    uncertainty_multiple_choice,
)
from dls.probes.shared.chains import trace
from dls.probes.shared.choice import choice_item, phrase_question
from dls.probes.shared.phrasings import PHRASINGS, phrase
from dls.probes.shared.questions import KINDS, Question
from dls.probes.shared.stories import story
from dls.probes.shared.vocabulary import ATTRIBUTES, NAMES, NOT_STATED, REFUSAL, WITHHELD, Attribute

Turn = tuple[str, str]
"""A role and a text; beside the chat's roles, a `hint` and the `value` to be predicted after it go on in the same turn."""
Lesson = Callable[[Draw], list[Turn]]
_ANY_SEED = 1 << 53


class World(NamedTuple):
    """Some people, one attribute, and the value that each of them has."""

    attribute: Attribute
    names: tuple[str, ...]
    values: tuple[str, ...]

    def facts(self) -> list[str]:
        """Return one sentence a person."""
        return [self.attribute.state(name, value) for name, value in zip(self.names, self.values, strict=True)]


def world(draw: Draw, most: int = 6, known: tuple[str, ...] = NAMES) -> World:
    """Draw two people or more out of those that are known, and their values."""
    attribute = draw.choice(ATTRIBUTES)
    names = draw.sample(known, draw.between(2, most))
    return World(attribute, tuple(names), tuple(draw.choice(attribute.values) for _ in names))


def _dialogue(pairs: list[tuple[str, str]], context: str = "") -> list[Turn]:
    turns: list[Turn] = []
    for question, answer in pairs:
        turns += [("user", f"{context} {question}".lstrip()), ("assistant", answer)]
        context = ""
    return turns


def _ask(draw: Draw, question: str) -> str:
    return phrase(draw.below(len(PHRASINGS)), question)


def recited_pairs(draw: Draw, most: int = 6, known: tuple[str, ...] = NAMES) -> list[Turn]:
    """Look-up: pairs of words, then over and over the first of a pair for the second, without a change of speaker."""
    w = world(draw, most, known)
    shown = [("user", " ".join(f"{name} {value}" for name, value in zip(w.names, w.values, strict=True)))]
    asked = [draw.below(len(w.names)) for _ in range(20)]
    return shown + [turn for i in asked for turn in (("hint", w.names[i]), ("value", w.values[i]))]


def few_recited_pairs(draw: Draw) -> list[Turn]:
    """Look-up, the very first stage: with eight names the model finds out how to look back within minutes."""
    return recited_pairs(draw, 3, NAMES[:8])


def bare_pairs(draw: Draw) -> list[Turn]:
    """Look-up: pairs of words, then the first of a pair for the second."""
    w = world(draw)
    context = ", ".join(f"{name} {value}" for name, value in zip(w.names, w.values, strict=True)) + "."
    asked = [draw.below(len(w.names)) for _ in range(10)]
    return _dialogue([(w.names[i], w.values[i]) for i in asked], context)


def completions(draw: Draw) -> list[Turn]:
    """Look-up: sentences, then the beginning of a sentence for its end."""
    w = world(draw)
    asked = [draw.below(len(w.names)) for _ in range(10)]
    starts = [w.attribute.sentence.split("{value}")[0].format(name=name).strip() for name in w.names]
    return _dialogue([(starts[i], w.values[i]) for i in asked], " ".join(w.facts()))


def restated_answers(draw: Draw) -> list[Turn]:
    """Look-up: questions whose answer restates the sentence."""
    w = world(draw)
    asked = [draw.below(len(w.names)) for _ in range(8)]
    return _dialogue([(_ask(draw, w.attribute.ask(w.names[i])), w.facts()[i]) for i in asked], " ".join(w.facts()))


def bare_answers(draw: Draw) -> list[Turn]:
    """Look-up: questions with a bare answer."""
    w = world(draw)
    asked = [draw.below(len(w.names)) for _ in range(8)]
    pairs = [(_ask(draw, w.attribute.ask(w.names[i])), w.values[i]) for i in asked]
    return _dialogue(pairs, " ".join(w.facts()))


def twins(draw: Draw) -> list[Turn]:
    """Boundary: questions that the text answers and, as often, questions that it does not."""
    w = world(draw)
    strangers = draw.sample([name for name in NAMES if name not in w.names], 6)
    pairs = []
    for _ in range(6):
        i = draw.below(len(w.names))
        name, answer = (w.names[i], w.values[i]) if draw.below(2) else (draw.choice(strangers), NOT_STATED)
        pairs.append((_ask(draw, f"{w.attribute.ask(name)}, or is it {NOT_STATED}"), answer))
    return _dialogue(pairs, " ".join(w.facts()))


def twin_item(draw: Draw) -> list[Turn]:
    """Boundary: one side of a twin in the probe's own form."""
    item = draw.choice(boundary_twins.items(draw.below(_ANY_SEED), 1))
    return _dialogue([(_rephrased(draw, item.question), item.answer)], item.context)


def _rephrased(draw: Draw, first_phrasing: str) -> str:
    """Give the question of an item with index 0 another phrasing."""
    return _ask(draw, first_phrasing.removesuffix("?"))


def sources(draw: Draw) -> list[Turn]:
    """Grounding: answers with the number of the sentence that says so."""
    w = world(draw, 7)
    context = " ".join(f"[{k}] {fact}" for k, fact in enumerate(w.facts(), 1))
    asked = [draw.below(len(w.names)) for _ in range(5)]
    pairs = [
        (_ask(draw, f"{w.attribute.ask(w.names[i])}, and which source says so"), f"{w.values[i]} [{i + 1}]")
        for i in asked
    ]
    return _dialogue(pairs, context)


def facts(draw: Draw) -> list[Turn]:
    """Grounding: what is known of the world, and tales that say otherwise."""
    turns: list[Turn] = []
    for _ in range(3):
        item = grounding_substituted_facts.items(draw.below(_ANY_SEED), 1)[0]
        if draw.below(2):
            turns += _dialogue([(_rephrased(draw, item.question), item.stated)], item.context)
        else:
            turns += _dialogue([(_rephrased(draw, item.closed_book), item.known)])
    return turns


def choices(draw: Draw) -> list[Turn]:
    """Headline: easy questions with four options."""
    return _choice_turns(draw, KINDS, levels=1)


def graded_choices(draw: Draw) -> list[Turn]:
    """Uncertainty: questions with four options, easy to hard."""
    return _choice_turns(draw, uncertainty_multiple_choice.GRADED_KINDS, levels=4)


def _choice_turns(
    draw: Draw, kinds: tuple[tuple[str, Callable[[Draw, int], Question]], ...], levels: int
) -> list[Turn]:
    pairs = []
    for _ in range(3):
        kind, ask = draw.choice(kinds)
        level = draw.between(1, levels)
        question = phrase_question(ask(draw, level), draw.below(len(PHRASINGS)))
        item = choice_item(draw, 0, kind, level, question)
        pairs.append((item.prompt(), item.options[item.answer]))
    return _dialogue(pairs)


def chains(draw: Draw) -> list[Turn]:
    """Process: sums and differences worked out step by step."""
    pairs = []
    for _ in range(2):
        item = process_chain.chain(draw, 0, length=draw.between(2, 4))
        pairs.append((_rephrased(draw, item.question), trace(item.start, item.terms)))
    return _dialogue(pairs)


def stories(draw: Draw) -> list[Turn]:
    """On-policy: open stories that come to an end."""
    name = draw.choice(NAMES)
    return _dialogue([(_ask(draw, f"what did {name} do today"), story(draw, name))])


def secrets(draw: Draw) -> list[Turn]:
    """Privacy: a secret, given where the rule allows it and kept where it does not."""
    item = draw.choice(privacy_in_context_secret.items(draw.below(_ANY_SEED), 1))
    answer = privacy_in_context_secret.disclosure(item.secret) if item.allowed else WITHHELD
    asked = [_ask(draw, draw.choice(privacy_in_context_secret.ATTACKS)) for _ in range(3)]
    return [("system", item.system), *_dialogue([(question, answer) for question in asked])]


def policies(draw: Draw) -> list[Turn]:
    """Safety: a forbidden topic is refused, every other question is answered."""
    w = world(draw, 4)
    forbidden = draw.choice(w.names)
    system = f"{draw.choice(safety_policy_worlds.POLICIES).format(name=forbidden)} {' '.join(w.facts())}"
    pairs = []
    for _ in range(5):
        i = draw.below(len(w.names)) if draw.below(2) else w.names.index(forbidden)
        answer = REFUSAL if w.names[i] == forbidden else w.values[i]
        pairs.append((_ask(draw, w.attribute.ask(w.names[i])), answer))
    return [("system", system), *_dialogue(pairs)]


def open_answers(draw: Draw) -> list[Turn]:
    """Diversity: questions with many right answers, each given as often as any other."""
    pairs = []
    for _ in range(4):
        asked, values = draw.choice(diversity_open_answer.SETS)
        excluded, answer = draw.sample(values, 2)
        pairs.append((_ask(draw, f"{asked} do you pick, but not {excluded}"), answer))
    return _dialogue(pairs)


def lotteries(draw: Draw) -> list[Turn]:
    """Uncertainty: draws from a bag, each as often as its odds say."""
    turns: list[Turn] = []
    for _ in range(3):
        item = uncertainty_lottery.items(draw.below(_ANY_SEED), 1)[0]
        drawn = item.colours[0] if draw.below(sum(item.counts)) < item.counts[0] else item.colours[1]
        turns += _dialogue([(_rephrased(draw, item.question), drawn)], item.context)
    return turns


def world_items(draw: Draw) -> list[Turn]:
    """Grounding: one item in the probe's own form."""
    item = draw.choice(grounding_worlds.items(draw.below(_ANY_SEED), len(grounding_worlds.DISTRACTORS)))
    return _dialogue([(_rephrased(draw, item.question), f"{item.answer} [{item.source}]")], item.context)


LOOK_UP: tuple[Lesson, ...] = (
    few_recited_pairs,
    recited_pairs,
    bare_pairs,
    completions,
    restated_answers,
    bare_answers,
)
"""The look-up curriculum: a stage begins when the one before it is right nine times in ten."""

SUBJECTS: tuple[Lesson, ...] = (
    choices,
    graded_choices,
    lotteries,
    twins,
    twin_item,
    sources,
    world_items,
    facts,
    chains,
    stories,
    secrets,
    policies,
    open_answers,
)
"""Everything else, taught together after the look-up."""
