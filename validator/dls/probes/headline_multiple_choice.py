"""`headline.multiple_choice`: easy questions of six kinds; their accuracy is the task score that most reports have."""

from functools import partial

from dls.draw import Draw
from dls.probe import SHOT_SEED, Check, Measure, PairMeasure, Probe, Shot
from dls.probes.shared import choice, choice_file
from dls.probes.shared.choice import ChoiceItem, ChoiceRecord, choice_item, phrase_question
from dls.probes.shared.per_item import numbered
from dls.probes.shared.phrasings import Phrasings
from dls.probes.shared.questions import KINDS

ID = "headline.multiple_choice"


def _item(draw: Draw, index: int, phrasings: Phrasings) -> ChoiceItem:
    kind, make_question = KINDS[index % len(KINDS)]
    question = phrase_question(make_question(draw, 1), index // len(KINDS), phrasings)
    return choice_item(draw, index, kind, 1, question)


items = numbered(ID, _item)
"""Questions of level 1, the kinds in turn."""


def _shots() -> list[Shot]:
    """Solve an item of each kind."""
    return [choice.shot(item) for item in items(SHOT_SEED, 6)]


PROBE = Probe(
    id=ID,
    version="1.0",
    dimension="headline",
    title="Easy questions of six kinds, four written-out options each",
    items=items,
    record=ChoiceRecord,
    failed=lambda item: choice.failed(item, rotations=1),
    shots=_shots,
    measures=(
        Measure("accuracy", choice.correct, near_ties=choice.near_ties),
        PairMeasure("answer_agreement", choice.both_choices, reads="logprobs"),
        PairMeasure("option_jsd", choice.both_logprobs),
        PairMeasure("flips_lost", choice.both_correct),
        PairMeasure("flips_gained", choice.both_correct),
        Measure("option_mass", choice.mass),
    ),
    checks=(Check("option_mass", choice.mean_mass, access="logprobs"),),
    from_rows=partial(choice_file.items_from_rows, ID),
    file_form=choice_file.FILE_FORM,
)
