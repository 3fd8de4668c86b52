"""All items of a probe advance together: each round collects every pending request, so that packs are full."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeAlias

from dls.errors import DlsError
from dls.evidence.records import ErrorRecord
from dls_probes.requests import Elicit, Elicitation, ModelAnswer, Record, Request
from dls_probes.tokens.text import ItemTooLong

ERROR_SHARE = 0.01  # a run with a larger share of failed items measures nothing


class ItemRequest(NamedTuple):
    """A request and the id of its item."""

    item: str
    request: Request


Reply: TypeAlias = ModelAnswer | Exception
AnswerRound: TypeAlias = Callable[[Sequence[ItemRequest]], Iterable[tuple[int, Reply]]]


@dataclass(slots=True)
class _ItemState:
    """The state of one item's elicitation."""

    id: str
    steps: Elicitation
    pending: list[Request] = field(default_factory=list)
    single: bool = False  # the elicitation yielded a request instead of a list, and receives one answer
    answers: list[ModelAnswer | None] = field(default_factory=list)
    missing: int = 0
    record: Record | None = None
    error: Exception | None = None

    def resume(self, value: Any) -> None:
        """Run the elicitation up to its next requests or its record; an exception becomes an error record."""
        try:
            step = self.steps.send(value)
        except StopIteration:
            self.fail(RuntimeError("the elicitation ended without a record"))
        except Exception as error:  # noqa: BLE001  one item's failure is a record, not the end of the run
            self.fail(error)
        else:
            self._accept(step)

    def fail(self, error: Exception) -> None:
        self.steps.close()
        self.pending, self.missing, self.error = [], 0, error
        self.record = ErrorRecord(self.id, f"{type(error).__name__}: {error}")

    def _accept(self, step: Request | list[Request] | Record) -> None:
        if isinstance(step, Record):
            self.steps.close()
            self.pending, self.record = [], step
            return
        self.single = not isinstance(step, list)
        self.pending = step if isinstance(step, list) else [step]
        self.answers = [None] * len(self.pending)
        self.missing = len(self.pending)
        if not self.pending:
            self.resume([])

    def receive(self, place: int, reply: Reply) -> None:
        """Store one answer; the last missing answer resumes the elicitation."""
        if self.record is not None:
            return
        if isinstance(reply, Exception):
            self.fail(reply)
            return
        self.answers[place] = reply
        self.missing -= 1
        if not self.missing:
            self.pending = []
            self.resume(self.answers[0] if self.single else self.answers)


def item_id(item: Any) -> str:
    """Return an item's id: its attribute `id` or, for a mapping, its value at "id"."""
    return str(item["id"] if isinstance(item, dict) else item.id)


def elicit_all(elicit: Elicit, items: Iterable[Any], answer_round: AnswerRound) -> list[Record]:
    """Elicit every item; return its records in item order, an `ErrorRecord` for each item that failed.

    Args:
        elicit: the elicitation of one item.
        items: values with unique ids.
        answer_round: answers a round's requests as (place in the sequence, answer), in any order.

    Raises:
        DlsError: two items share an id, or more than 1 % of the items failed.

    """
    states = [_ItemState(item_id(item), elicit(item)) for item in items]
    _refuse_equal_ids(states)
    for state in states:
        state.resume(None)
    while any(state.pending for state in states):
        _answer_pending(states, answer_round)
    _refuse_many_errors(states)
    return [state.record for state in states if state.record is not None]


def _answer_pending(states: Sequence[_ItemState], answer_round: AnswerRound) -> None:
    """Answer the pending requests of all items."""
    pending = [(state, place) for state in states for place in range(len(state.pending))]
    requests = [ItemRequest(state.id, state.pending[place]) for state, place in pending]
    for index, reply in answer_round(requests):
        state, place = pending[index]
        state.receive(place, reply)


def _refuse_equal_ids(states: Sequence[_ItemState]) -> None:
    ids: set[str] = set()
    for state in states:
        if state.id in ids:
            raise DlsError(f"two items have the id {state.id!r}; the generator must give every item its own id")
        ids.add(state.id)


def _refuse_many_errors(states: Sequence[_ItemState]) -> None:
    failures = [(state.id, state.error) for state in states if state.error is not None]
    if len(failures) > ERROR_SHARE * len(states):
        item, error = failures[0]
        raise DlsError(
            f"{len(failures)} of {len(states)} items failed, more than 1 %, so the run says nothing about the model; "
            f"the first is item {item!r}: {type(error).__name__}: {error}{_too_long(error for _, error in failures)}"
        )


def _too_long(errors: Iterable[Exception]) -> str:
    """Return how many items are too long, their lengths and the remedy; an empty text where no item is."""
    lengths = sorted(error.tokens for error in errors if isinstance(error, ItemTooLong))
    if not lengths:
        return ""
    span = f"{lengths[0]} to {lengths[-1]}" if lengths[0] < lengths[-1] else f"{lengths[0]}"
    return (
        f"; too long: {len(lengths)} items, with {span} tokens each; leave out the solved items (--frame none), "
        "give shorter items (--data), or name models with a longer window"
    )
