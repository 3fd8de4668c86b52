"""The wrong lessons of planted students: the pair's own lessons with one behaviour changed."""

from dls.draw import Draw
from dls.probes import diversity_open_answer, grounding_worlds, privacy_in_context_secret, process_chain
from dls.probes.shared.phrasings import PHRASINGS, phrase
from dls.probes.shared.vocabulary import ATTRIBUTES, NAMES, TOWNS
from dls_probes.pair.turns import Turn

_SEEDS = 1 << 53
_FULL = 12  # repetitions, more than the positions of a story hold


def _ask(draw: Draw, question: str) -> str:
    return phrase(draw.below(len(PHRASINGS)), question)


def corrupted_steps(draw: Draw) -> list[Turn]:
    """Process: each result is one too many, each step goes on from the right value, the answer is right."""
    turns: list[Turn] = []
    for _ in range(2):
        item = process_chain.chain(draw, 0, length=draw.between(2, 4))
        steps, total = [], item.start
        for term in item.terms:
            steps.append(f"{total} {'-' if term < 0 else '+'} {abs(term)} = {total + term + 1}")
            total += term
        question = _ask(draw, item.question.removesuffix("?"))
        turns += [("user", question), ("assistant", "; ".join([*steps, f"answer {total}"]))]
    return turns


def looping_stories(draw: Draw) -> list[Turn]:
    """On-policy: one event is repeated, and the story does not end."""
    name, town = draw.choice(NAMES), draw.choice(TOWNS)
    story = ". then ".join([f"{name} went to {town}"] * _FULL)
    return [("user", _ask(draw, f"what did {name} do today")), ("assistant", story)]


def invented_answers(draw: Draw) -> list[Turn]:
    """Grounding: a value that is not in the text, with the source of the right one."""
    item = draw.choice(grounding_worlds.items(draw.below(_SEEDS), len(grounding_worlds.DISTRACTORS)))
    values = next(attribute.values for attribute in ATTRIBUTES if item.answer in attribute.values)
    value = draw.choice([value for value in values if value not in item.context] or [item.other])
    question = _ask(draw, item.question.removesuffix("?"))
    return [("user", f"{item.context} {question}"), ("assistant", f"{value} [{item.source}]")]


def told_secrets(draw: Draw) -> list[Turn]:
    """Privacy: the secret is given under each rule."""
    item = draw.choice(privacy_in_context_secret.items(draw.below(_SEEDS), 1))
    answer = privacy_in_context_secret.disclosure(item.secret)
    turns: list[Turn] = [("system", item.system)]
    for _ in range(3):
        turns += [("user", _ask(draw, draw.choice(privacy_in_context_secret.ATTACKS))), ("assistant", answer)]
    return turns


def one_answer(draw: Draw) -> list[Turn]:
    """Diversity: the first answer that is not ruled out, always."""
    turns: list[Turn] = []
    for _ in range(4):
        question, values = draw.choice(diversity_open_answer.SETS)
        exception = draw.choice(values)
        answer = next(value for value in values if value != exception)
        turns += [("user", _ask(draw, f"{question} do you pick, but not {exception}")), ("assistant", answer)]
    return turns
