"""Asking each model about the other's texts, which two models of different tokenizers allow."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeAlias

from dls.evidence.records import ErrorRecord
from dls.model import Arm
from dls_probes.models.transformers_model import ModelSpec
from dls_probes.probes.two_models import AnsweredItem, CrossScoring
from dls_probes.requests import Elicit, Elicitation, Record
from dls_probes.runs.joint_pass import ArmFailed, guard
from dls_probes.runs.open_models import OpenModel, Workers, open_model
from dls_probes.runs.run import Result

WRITE, SCORE = "write", "score"
_PARTNER: Mapping[Arm, Arm] = {"teacher": "student", "student": "teacher"}
_TURNS: tuple[tuple[Arm, tuple[str, ...]], ...] = (
    ("teacher", (WRITE,)),
    ("student", (WRITE, SCORE)),
    ("teacher", (SCORE,)),
)  # one model at a time is in memory, and each is loaded as seldom as possible


RunElicitation: TypeAlias = Callable[[OpenModel, Arm, Elicit, Sequence[Any]], Result]
"""Runs an elicitation of some items on the open model of an arm, under the same settings as the arm's own run."""


class _OtherText(NamedTuple):
    """An item with the record of the other model's text."""

    id: str
    item: Any
    record: Any


@dataclass(frozen=True, slots=True)
class CrossScoringRun:
    """One probe's cross-scoring by two models; `results` has an entry for each finished turn."""

    cross_scoring: CrossScoring
    items: Sequence[AnsweredItem[Any, Any]]
    run: RunElicitation
    results: dict[tuple[Arm, str], Result] = field(default_factory=dict)

    def take_turn(self, arm: Arm, turn: str, model: OpenModel) -> None:
        """Let one model write its own texts, or score the other's."""
        if turn == WRITE:
            elicit, items = guard(self.cross_scoring.write_for), list[Any](self.items)
        else:
            texts = self.results[_PARTNER[arm], WRITE].records
            elicit = _guarded_score(self.cross_scoring)
            items = [_OtherText(item.id, item.item, text) for item, text in zip(self.items, texts, strict=True)]
        self.results[arm, turn] = self.run(model, arm, elicit, items)

    def result(self) -> Result:
        """Return one record an item: each model's text with the log-probability that both give it."""
        order: tuple[tuple[Arm, str], ...] = (
            ("teacher", WRITE),
            ("student", SCORE),
            ("student", WRITE),
            ("teacher", SCORE),
        )
        rows = zip(*(self.results[turn].records for turn in order), strict=True)
        records = [_joined(self.cross_scoring, row) for row in rows]
        results = list(self.results.values())
        notes = (f"{arm}: {note}" for (arm, _), result in self.results.items() for note in result.notes)
        return Result(
            records,
            settings={},
            tree=next((result.tree for result in results if result.tree is not True), True),
            requests=sum(result.requests for result in results),
            tokens=sum(result.tokens for result in results),
            device_name=results[0].device_name,
            events=tuple(event for result in results for event in result.events),
            notes=tuple(dict.fromkeys(notes)),
        )


def cross_score(runs: Sequence[CrossScoringRun], models: Mapping[Arm, ModelSpec], workers: Workers) -> None:
    """Let teacher and student write their texts and score each other's; the runs keep the results."""
    for arm, turns in _TURNS:
        with open_model(models[arm], workers=workers) as model:
            for run in runs:
                for turn in turns:
                    run.take_turn(arm, turn, model)


def _guarded_score(cross_scoring: CrossScoring) -> Elicit:
    """Return the elicitation of the other model's text, which ends in an error where that model has none."""

    def elicit(text: _OtherText) -> Elicitation:
        if isinstance(text.record, ErrorRecord):
            raise ArmFailed(f"item {text.id} ended in an error for the model that was to write the text")
        yield from cross_scoring.score_other(text.item, text.record)

    return elicit


def _joined(cross_scoring: CrossScoring, row: Sequence[Any]) -> Record:
    """Join the records of the teacher's text, its score, the student's text, its score; or return the first error."""
    teacher, by_student, student, by_teacher = row
    for record in (teacher, student, by_teacher, by_student):
        if isinstance(record, ErrorRecord):
            return record
    return cross_scoring.join(teacher, by_student, student, by_teacher)
