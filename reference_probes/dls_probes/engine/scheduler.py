"""All items of a probe advance together: each round collects every pending request, so that packs are full."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeAlias

from dls.errors import DlsError
from dls_probes.requests import Elicit, Elicitation, ModelAnswer, Record, Request

ERROR_SHARE = 0.01  # a run with a larger share of failed items says nothing about the model


class ItemRequest(NamedTuple):
    """A request and the id of the item that asks."""

    item: str
    request: Request


Reply: TypeAlias = ModelAnswer | Exception
AnswerRound: TypeAlias = Callable[[Sequence[ItemRequest]], Iterable[tuple[int, Reply]]]


@dataclass(slots=True)
class _ItemState:
    """One item on its way through its elicitation."""

    id: str
    steps: Elicitation
    pending: list[Request] = field(default_factory=list)
    single: bool = False  # it asked one request, not a list, and gets one answer
    answers: list[ModelAnswer | None] = field(default_factory=list)
    missing: int = 0
    record: dict[str, Any] | None = None

    def resume(self, value: Any) -> None:
        """Run the elicitation up to its next requests or its record; whatever it raises becomes an error record."""
        try:
            asked = self.steps.send(value)
        except StopIteration:
            self.fail(RuntimeError("the elicitation ended without a record"))
        except Exception as error:  # noqa: BLE001  one item's failure is a record, not the end of the run
            self.fail(error)
        else:
            self._accept(asked)

    def fail(self, error: Exception) -> None:
        self.steps.close()
        self.pending, self.missing = [], 0
        self.record = {"id": self.id, "error": f"{type(error).__name__}: {error}"}

    def _accept(self, asked: Request | list[Request] | Record) -> None:
        if isinstance(asked, Record):
            self.steps.close()
            self.pending, self.record = [], {"id": self.id, **asked.values}
            return
        self.single = not isinstance(asked, list)
        self.pending = asked if isinstance(asked, list) else [asked]
        self.answers = [None] * len(self.pending)
        self.missing = len(self.pending)
        if not self.pending:
            self.resume([])

    def receive(self, place: int, reply: Reply) -> None:
        """Take one answer; the last missing one lets the elicitation go on."""
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


def elicit_all(
    elicit: Elicit, items: Iterable[Any], answer_round: AnswerRound, on_done: Callable[[int], None] = lambda _: None
) -> list[dict[str, Any]]:
    """Elicit every item and return the records in item order, `{"id": …, …}` or `{"id": …, "error": "Class: message"}`.

    Args:
        elicit: the elicitation of one item.
        items: values with an id; ids are unique.
        answer_round: answers a round's requests as (place in the sequence, answer), in any order.
        on_done: hears how many more items have their record.

    Raises:
        DlsError: two items share an id, or more than 1 % of the items failed.

    """
    running = [_ItemState(item_id(item), elicit(item)) for item in items]
    _refuse_twins(running)
    for one in running:
        one.resume(None)
    on_done(sum(one.record is not None for one in running))
    while any(one.pending for one in running):
        for more in _round(running, answer_round):
            on_done(more)
    records = [one.record for one in running if one.record is not None]
    _refuse_many_errors(records)
    return records


def _round(running: Sequence[_ItemState], answer_round: AnswerRound) -> Iterator[int]:
    asked = [(one, place, ItemRequest(one.id, request)) for one in running for place, request in enumerate(one.pending)]
    for index, reply in answer_round([entry for _, _, entry in asked]):
        one, place, _ = asked[index]
        before = one.record is None
        one.receive(place, reply)
        if before and one.record is not None:
            yield 1


def _refuse_twins(running: Sequence[_ItemState]) -> None:
    seen: set[str] = set()
    for one in running:
        if one.id in seen:
            raise DlsError(f"two items have the id {one.id!r}; the generator must give every item its own")
        seen.add(one.id)


def _refuse_many_errors(records: Sequence[dict[str, Any]]) -> None:
    failed = [record for record in records if "error" in record]
    if len(failed) > ERROR_SHARE * len(records):
        first = failed[0]
        raise DlsError(
            f"{len(failed)} of {len(records)} items failed, more than 1 %, so the run says nothing about the model; "
            f"the first is item {first['id']!r}: {first['error']}"
        )
