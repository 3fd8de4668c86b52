"""DLS905: card scores agree with the claims."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from dls.card.card_context import CardContext
from dls.card.model_names import same_model
from dls.document.precision import EXACT, unit
from dls.finding import Violation, visible
from dls.model import Claim
from dls.rules._rule import rule

if TYPE_CHECKING:  # start-up: each command that imports the rules imports this module
    from dls.card.scores import CardScore

_HUNDRED = 100
_NAMES = {"acc": "accuracy", "em": "exact_match", "matthews_correlation": "matthews", "mcc": "matthews"}
"""Names of hubs for metrics of the registry, beside the ids themselves."""


@rule("DLS905", spec="attaching")
def card_scores_agree_with_the_claims(context: CardContext) -> Iterator[Violation]:
    """A score of the card or of `.eval_results` is the student's value of the claim on the same metric and data set.

    ## Why

    A hub shows the card's scores in tables of its own. If a card prints a better score than its statement, readers meet
    the better one first. A score of a hundred and its share count as equal, and so do numbers that round to each other.

    A score that names no metric gets a warning, and only where no claim on its data set has this value.
    """
    for score in context.scores:
        claims = dict(_claims(context, score))
        if not claims or any(_agrees(score.source, source) for source in claims.values()):
            continue
        claim, value = next(iter(claims.items()))
        place = f"{visible(score.place)}: " if score.place else ""
        metric = visible(score.metric) if score.metric else "a score without a metric"
        text = f"{place}{metric} on {visible(score.dataset)} is {visible(score.source)[:40]}"
        problem = f"{text}, and claim '{claim}' says {value}; correct the one that is wrong"
        yield Violation(score.pointer, problem, None if score.metric else "warning")


def _claims(context: CardContext, score: "CardScore") -> Iterator[tuple[str, str]]:
    """Yield id and value of each claim on the whole of a score's data set, of its metric where it names one."""
    if context.statement is None or context.source is None:
        return
    name = (score.metric or "").casefold().replace(" ", "_")
    metric = _NAMES.get(name, name) if score.metric else None
    for i, claim in enumerate(context.statement.claims):
        value = context.source.source(f"/claims/{i}/student/value")
        if value is not None and metric in (None, claim.metric) and _is_on(claim, score):
            yield claim.id, value


def _is_on(claim: Claim, score: "CardScore") -> bool:
    on = claim.on
    if on is None or on.slice is not None or not same_model(on.dataset, score.dataset):
        return False
    pairs = ((on.config, score.config), (on.split, score.split), (on.revision, score.revision))
    return all(None in pair or pair[0] == pair[1] for pair in pairs)


def _agrees(score: str, claim: str) -> bool:
    """Whether a score, or a hundredth of it, rounds to a claim's value, both as printed; True where it is no number."""
    text = score.strip().removesuffix("%").strip()
    try:
        value, reference = float(text), float(claim)
    except ValueError:
        return True
    return any(
        abs(value / scale - reference) <= (unit(text) / scale + unit(claim)) / 2 + EXACT for scale in (1, _HUNDRED)
    )
