"""`headline.multiple_choice`: easy questions of six kinds; the task score that everybody reports."""

from functools import partial

from dls.draw import Draw
from dls.probe import Check, Measure, PairMeasure, Probe
from dls.probes.shared import choice, choice_file
from dls.probes.shared.choice import ChoiceItem, ChoiceRecord, choice_item, phrased
from dls.probes.shared.option_pairs import option_divergence
from dls.probes.shared.phrasings import PHRASINGS, Phrasings
from dls.probes.shared.questions import KINDS

ID = "headline.multiple_choice"


def items(seed: int, n: int, phrasings: Phrasings = PHRASINGS) -> tuple[ChoiceItem, ...]:
    """Return ``n`` items of level 1, the kinds in turn."""
    return tuple(_item(Draw(ID, seed, index), index, phrasings) for index in range(n))


def _item(draw: Draw, index: int, phrasings: Phrasings) -> ChoiceItem:
    kind, ask = KINDS[index % len(KINDS)]
    question = phrased(ask(draw, 1), index // len(KINDS), phrasings)
    return choice_item(draw, index, kind, 1, question)


PROBE = Probe(
    id=ID,
    version="1.0",
    dimension="headline",
    title="Easy questions of six kinds, four written-out options each",
    items=items,
    record=ChoiceRecord,
    failed=lambda item: choice.failed(item, rotations=1),
    measures=(
        Measure("accuracy", choice.correct, near_ties=choice.near_ties),
        PairMeasure("answer_agreement", choice.agreed),
        PairMeasure("option_jsd", option_divergence),
        PairMeasure("flips_lost", choice.lost),
        PairMeasure("flips_gained", choice.gained),
        Measure("option_mass", choice.mass),
    ),
    checks=(Check("option_mass", choice.mean_mass),),
    from_rows=partial(choice_file.items_from_rows, ID),
    file_form=choice_file.FILE_FORM,
)
