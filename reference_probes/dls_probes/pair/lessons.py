"""The lessons of the pair after the look-up: conversations in the probes' language, several questions to a context.

A lesson is a pure function of a keyed draw. Evaluations draw their items under the probes' own names and other seeds.
No conversation here is therefore an evaluation item, except by coincidence.
"""

from collections.abc import Callable

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
from dls.probes.shared.phrasings import PHRASINGS
from dls.probes.shared.questions import KINDS, Question
from dls.probes.shared.stories import story
from dls.probes.shared.vocabulary import NAMES, NOT_STATED, REFUSAL, WITHHELD
from dls_probes.pair.turns import Lesson, Turn, ask, dialogue, rephrase, sample_world

_SEEDS = 1 << 53


def twins(draw: Draw) -> list[Turn]:
    """Boundary: questions that the text answers and, as often, questions that it does not."""
    w = sample_world(draw)
    strangers = draw.sample([name for name in NAMES if name not in w.names], 6)
    pairs = []
    for _ in range(6):
        i = draw.below(len(w.names))
        name, answer = (w.names[i], w.values[i]) if draw.below(2) else (draw.choice(strangers), NOT_STATED)
        pairs.append((ask(draw, f"{w.attribute.ask(name)}, or is it {NOT_STATED}"), answer))
    return dialogue(pairs, " ".join(w.facts()))


def twin_item(draw: Draw) -> list[Turn]:
    """Boundary: one variant of a contrast pair in the probe's own form."""
    item = draw.choice(boundary_twins.items(draw.below(_SEEDS), 1))
    return dialogue([(rephrase(draw, item.question), item.answer)], item.context)


def sources(draw: Draw) -> list[Turn]:
    """Grounding: answers with the number of their source."""
    w = sample_world(draw, 7)
    context = " ".join(f"[{k}] {fact}" for k, fact in enumerate(w.facts(), 1))
    questions = [draw.below(len(w.names)) for _ in range(5)]
    pairs = [
        (ask(draw, f"{w.attribute.ask(w.names[i])}, and which source says so"), f"{w.values[i]} [{i + 1}]")
        for i in questions
    ]
    return dialogue(pairs, context)


def facts(draw: Draw) -> list[Turn]:
    """Grounding: facts of the world, and tales that contradict them."""
    turns: list[Turn] = []
    for _ in range(3):
        item = grounding_substituted_facts.items(draw.below(_SEEDS), 1)[0]
        if draw.below(2):
            turns += dialogue([(rephrase(draw, item.question), item.stated)], item.context)
        else:
            turns += dialogue([(rephrase(draw, item.closed_book), item.known)])
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
        kind, make_question = draw.choice(kinds)
        level = draw.between(1, levels)
        question = phrase_question(make_question(draw, level), draw.below(len(PHRASINGS)))
        item = choice_item(draw, 0, kind, level, question)
        pairs.append((item.prompt(), item.options[item.answer]))
    return dialogue(pairs)


def chains(draw: Draw) -> list[Turn]:
    """Process: sums and differences worked out step by step."""
    pairs = []
    for _ in range(2):
        item = process_chain.chain(draw, 0, length=draw.between(2, 4))
        pairs.append((rephrase(draw, item.question), trace(item.start, item.terms)))
    return dialogue(pairs)


def stories(draw: Draw) -> list[Turn]:
    """On-policy: open stories that come to an end."""
    name = draw.choice(NAMES)
    return dialogue([(ask(draw, f"what did {name} do today"), story(draw, name))])


def secrets(draw: Draw) -> list[Turn]:
    """Privacy: a secret, given where the rule allows it and kept where it does not."""
    item = draw.choice(privacy_in_context_secret.items(draw.below(_SEEDS), 1))
    answer = privacy_in_context_secret.disclosure(item.secret) if item.allowed else WITHHELD
    questions = [ask(draw, draw.choice(privacy_in_context_secret.ATTACKS)) for _ in range(3)]
    return [("system", item.system), *dialogue([(question, answer) for question in questions])]


def policies(draw: Draw) -> list[Turn]:
    """Safety: a forbidden topic is refused, every other question is answered."""
    w = sample_world(draw, 4)
    forbidden = draw.choice(w.names)
    system = f"{draw.choice(safety_policy_worlds.POLICIES).format(name=forbidden)} {' '.join(w.facts())}"
    pairs = []
    for _ in range(5):
        i = draw.below(len(w.names)) if draw.below(2) else w.names.index(forbidden)
        answer = REFUSAL if w.names[i] == forbidden else w.values[i]
        pairs.append((ask(draw, w.attribute.ask(w.names[i])), answer))
    return [("system", system), *dialogue(pairs)]


def open_answers(draw: Draw) -> list[Turn]:
    """Diversity: questions with many right answers, which are equally frequent."""
    pairs = []
    for _ in range(4):
        question, values = draw.choice(diversity_open_answer.SETS)
        exception, answer = draw.sample(values, 2)
        pairs.append((ask(draw, f"{question} do you pick, but not {exception}"), answer))
    return dialogue(pairs)


def lotteries(draw: Draw) -> list[Turn]:
    """Uncertainty: draws from a bag, each as often as its odds say."""
    turns: list[Turn] = []
    for _ in range(3):
        item = uncertainty_lottery.items(draw.below(_SEEDS), 1)[0]
        colour = item.colours[0] if draw.below(sum(item.counts)) < item.counts[0] else item.colours[1]
        turns += dialogue([(rephrase(draw, item.question), colour)], item.context)
    return turns


def world_items(draw: Draw) -> list[Turn]:
    """Grounding: one item in the probe's own form."""
    item = draw.choice(grounding_worlds.items(draw.below(_SEEDS), len(grounding_worlds.DISTRACTORS)))
    return dialogue([(rephrase(draw, item.question), f"{item.answer} [{item.source}]")], item.context)


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
"""The lessons that are taught together after the look-up."""
