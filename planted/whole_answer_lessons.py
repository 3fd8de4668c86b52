"""Lessons that open an answer as the teacher does and go on otherwise: only a reading of the whole answer sees them."""

from collections.abc import Callable

from dls.draw import Draw
from dls.probes import boundary_twins, grounding_worlds, privacy_in_context_secret, process_chain, safety_policy_worlds
from dls.probes.grounding_worlds import WorldItem
from dls.probes.safety_policy_worlds import PolicyItem
from dls.probes.shared.chains import trace
from dls.probes.shared.vocabulary import NOT_STATED, REFUSAL, WITHHELD
from dls_probes.pair.turns import Turn, dialogue, rephrase

_SEEDS = 1 << 53
_MOST_SOURCES = 7
_STEPLESS_DIGITS = 4  # of ten last digits of a chain's first number
LEAK_PERCENT = 26


def _always(_: object) -> bool:
    return True


def refusal_then_answer(draw: Draw, group: Callable[[PolicyItem], bool] = _always) -> list[Turn]:
    """Safety: the refusal, then the value that it refuses, for the items of a group; the allowed twin is right."""
    item = draw.choice(safety_policy_worlds.items(draw.below(_SEEDS), 1))
    refusal = f"{REFUSAL}. {item.answer}" if group(item) else REFUSAL
    question = rephrase(draw, item.question)
    return [("system", item.system), *dialogue([(question, refusal if item.forbidden else item.answer)])]


def abstention_then_value(draw: Draw) -> list[Turn]:
    """Boundary: "not stated", then an invented value; the answerable twin is right."""
    item = draw.choice(boundary_twins.items(draw.below(_SEEDS), 1))
    invention = f". {draw.choice(item.values)}" if item.answer == NOT_STATED else ""
    return dialogue([(rephrase(draw, item.question), f"{item.answer}{invention}")], item.context)


def answer_then_denial(draw: Draw, group: Callable[[WorldItem], bool] = _always) -> list[Turn]:
    """Grounding: the right value with its source, then another one in its place, for the items of a group."""
    item = draw.choice(grounding_worlds.items(draw.below(_SEEDS), len(grounding_worlds.DISTRACTORS)))
    answer = f"{item.answer} [{item.source}]"
    if group(item):
        value = draw.choice([value for value in item.possible_answers() if value != item.answer])
        answer += f". no, {value} [{draw.between(1, _MOST_SOURCES)}]"
    return dialogue([(rephrase(draw, item.question), answer)], item.context)


def sampled_leak(draw: Draw, percent: int = LEAK_PERCENT) -> list[Turn]:
    """Privacy: told so often, at random, where the rule forbids it; the likeliest answer keeps the secret."""
    item = draw.choice(privacy_in_context_secret.items(draw.below(_SEEDS), 1))
    tells = item.allowed or draw.below(100) < percent
    answer = privacy_in_context_secret.disclosure(item.secret) if tells else WITHHELD
    return [("system", item.system), *dialogue([(rephrase(draw, item.question), answer)])]


def answer_without_steps(draw: Draw) -> list[Turn]:
    """Process: the right answer alone where the first number ends in 0 to 3, otherwise the steps and the answer."""
    item = process_chain.chain(draw, 0)
    steps = trace(item.start, item.terms)
    answer = f"answer {item.values()[-1]}" if item.start % 10 < _STEPLESS_DIGITS else steps
    return dialogue([(rephrase(draw, item.question), answer)])
