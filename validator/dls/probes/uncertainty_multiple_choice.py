"""`uncertainty.multiple_choice`: questions of graded difficulty, so that a model is unsure of some."""

from functools import partial

from dls.draw import Draw
from dls.probe import SHOT_SEED, Check, Measure, PairMeasure, Probe, Shot
from dls.probes.shared import certainty, choice, choice_file
from dls.probes.shared.choice import ChoiceItem, ChoiceRecord, choice_item, phrase_question
from dls.probes.shared.per_item import numbered
from dls.probes.shared.phrasings import Phrasings
from dls.probes.shared.questions import KINDS, LEVELS, OPTIONS, Kinds

ID = "uncertainty.multiple_choice"
GRADED_KINDS = KINDS[:5]
ABOVE_CHANCE = 0.35  # random answers stay below it from 100 items on, and their Brier score is good


def graded_item(draw: Draw, index: int, phrasings: Phrasings, *, kinds: Kinds) -> ChoiceItem:
    """Make the ``index``-th item: the kinds in turn, then the levels, then the phrasings."""
    kind, make_question = kinds[index % len(kinds)]
    level = 1 + index // len(kinds) % LEVELS
    question = phrase_question(make_question(draw, level), index // (len(kinds) * LEVELS), phrasings)
    return choice_item(draw, index, kind, level, question)


items = numbered(ID, partial(graded_item, kinds=GRADED_KINDS))
"""Each kind at each level in turn."""


def _shots() -> list[Shot]:
    """Solve an item of each kind, the levels in turn."""
    candidates = items(SHOT_SEED, 20)
    return [choice.shot(candidates[index]) for index in (0, 6, 12, 18, 4)]


PROBE = Probe(
    id=ID,
    version="1.0",
    dimension="uncertainty",
    title="Questions from easy to hard; the four options in each of their four rotations",
    items=items,
    record=ChoiceRecord,
    failed=lambda item: choice.failed(item, rotations=OPTIONS),
    shots=_shots,
    measures=(
        Measure("brier_top_label", choice.confidence_and_correct),
        Measure("brier", choice.probabilities_and_right),
        Measure("nll", choice.probability_of_right),
        Measure("ece_debiased_squared", choice.confidence_and_correct),
        Measure("aurc", choice.confidence_and_correct),
        Measure("augrc", choice.confidence_and_correct),
        Measure("error_auroc", choice.confidence_and_correct),
        Measure("selective_risk_80", choice.confidence_and_correct, near_ties=certainty.near_border(0.8)),
        Measure("selective_risk_90", choice.confidence_and_correct, near_ties=certainty.near_border(0.9)),
        Measure("mean_confidence", choice.confidence),
        Measure("overconfidence_gap", choice.confidence_and_correct),
        Measure("option_mass", choice.mass),
        PairMeasure("entropy_correlation", certainty.both_entropies),
    ),
    checks=(
        Check("option_mass", choice.mean_mass, access="logprobs"),
        Check("accuracy", choice.accuracy, ABOVE_CHANCE, access="logprobs"),
    ),
    from_rows=partial(choice_file.items_from_rows, ID),
    file_form=choice_file.FILE_FORM,
)
