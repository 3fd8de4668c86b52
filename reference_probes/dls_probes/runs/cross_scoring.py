"""Asking each model about the other's texts: what is left to ask of two models of different tokenizers."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from dls.model import Arm
from dls_probes.models.transformers_model import ModelSpec
from dls_probes.probes.two_models import Answered, CrossScored, CrossScoring
from dls_probes.requests import Elicit, Elicitation
from dls_probes.runs.joint_pass import ArmFailed, guarded
from dls_probes.runs.open_models import OpenModel, open_model
from dls_probes.runs.run import Result

_OTHER: Mapping[Arm, Arm] = {"teacher": "student", "student": "teacher"}
_TURNS: tuple[tuple[Arm, tuple[str, ...]], ...] = (
    ("teacher", ("tell",)),
    ("student", ("tell", "hear")),
    ("teacher", ("hear",)),
)  # one model at a time is in memory, and neither is loaded more often than has to be


Asking: TypeAlias = Callable[[OpenModel, Arm, Elicit, Sequence[Any]], Result]
"""Asks the open model of an arm the elicitation of some items, under everything else that the arm was asked under alone."""


@dataclass(frozen=True, slots=True)
class Conversation:
    """What two models say about each other's texts in one probe."""

    exchange: CrossScoring
    alone: Sequence[Answered[Any, Any]]
    ask: Asking
    results: dict[tuple[Arm, str], Result] = field(default_factory=dict)

    def turn(self, arm: Arm, what: str, model: OpenModel) -> None:
        """Ask one model about its own texts, or about the other's."""
        if what == "tell":
            elicit, items = guarded(self.exchange.tell), list[Any](self.alone)
        else:
            told = self.results[_OTHER[arm], "tell"].records
            elicit = _after_telling(self.exchange.hear)
            items = [CrossScored(one.id, one.item, said) for one, said in zip(self.alone, told, strict=True)]
        self.results[arm, what] = self.ask(model, arm, elicit, items)

    def result(self) -> Result:
        """Return one record an item: each model's text with the log-probability that both give it."""
        rows = zip(*(self.results[arm, what].records for arm in _OTHER for what in ("tell", "hear")), strict=True)
        records = [_joined(*row) for row in rows]
        every = list(self.results.values())
        tree = next((one.tree for one in every if one.tree is not True), True)
        events = tuple(event for one in every for event in one.events)
        tokens = sum(one.tokens for one in every)
        notes = tuple(dict.fromkeys(f"{arm}: {note}" for (arm, _), one in self.results.items() for note in one.notes))
        errors = sum("error" in one for one in records)
        return Result(records, errors, {}, tree, tokens=tokens, events=events, notes=notes)


def exchange(conversations: Sequence[Conversation], models: Mapping[Arm, ModelSpec], workers: int) -> None:
    """Let teacher and student tell their texts and hear each other's; the results stay in the conversations."""
    for arm, turns in _TURNS:
        with open_model(models[arm], workers=workers) as model:
            for one in conversations:
                for what in turns:
                    one.turn(arm, what, model)


def _after_telling(hear: Elicit) -> Elicit:
    def elicit(heard: CrossScored[Any]) -> Elicitation:
        if "error" in heard.told:
            raise ArmFailed(f"item {heard.id} ended in an error for the model that was to tell the text")
        yield from hear(heard)

    return elicit


def _joined(
    teacher_told: Mapping[str, Any],
    teacher_heard: Mapping[str, Any],
    student_told: Mapping[str, Any],
    student_heard: Mapping[str, Any],
) -> dict[str, Any]:
    every = (teacher_told, student_told, teacher_heard, student_heard)
    if (wrong := next((one for one in every if "error" in one), None)) is not None:
        return dict(wrong)
    given = _text(teacher_told) | {"teacher": teacher_told["logprob"], "student": student_heard["logprob"]}
    own = _text(student_told) | {"teacher": teacher_heard["logprob"], "student": student_told["logprob"]}
    return {"id": teacher_told["id"], "teacher": given, "student": own}


def _text(told: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in told.items() if name not in {"id", "logprob"}}
