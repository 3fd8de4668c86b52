from types import SimpleNamespace

import pytest
from tests.reference_probes.records import record_of

from dls.errors import DlsError
from dls.evidence.records import ErrorRecord
from dls_probes.engine.scheduler import elicit_all
from dls_probes.requests import Generate, Generated, Prompt, Score, Scored
from dls_probes.tokens.text import ItemTooLong

PROMPT = Prompt.user("question")


def answers(requests, order=list):
    """Answer with the length of the continuation or the item's id, in this order."""
    for place, (item, request) in order(list(enumerate(requests))):
        if isinstance(request, Score):
            yield place, Scored(-float(len(request.continuation)), 1, greedy=True, gap=1.0)
        else:
            yield place, Generated(item, (1,), ended=True, gap=1.0)


def items(count):
    return [SimpleNamespace(id=f"i{k}", k=k) for k in range(count)]


def elicit(item):
    answer = yield Generate(PROMPT, 3)
    scores = yield [Score(PROMPT + answer.text, "a"), Score(PROMPT, "b" * item.k)]
    yield record_of(item, text=answer.text, scores=[score.logprob for score in scores])


def test_records_come_in_item_order_for_any_order_of_the_answers():
    forwards = elicit_all(elicit, items(5), answers)
    backwards = elicit_all(elicit, items(5), lambda requests: answers(requests, order=lambda entries: entries[::-1]))
    assert forwards == backwards == [record_of(item, text=item.id, scores=[-1.0, -float(item.k)]) for item in items(5)]


def test_all_items_advance_together():
    rounds = []
    elicit_all(elicit, items(5), lambda requests: rounds.append(len(requests)) or answers(requests))
    assert rounds == [5, 10]


def test_an_exception_becomes_the_items_record():
    def careless(item):
        yield Score(PROMPT, "a")
        yield record_of(item, inverse=1 / (item.k - 3))

    records = elicit_all(careless, items(200), answers)
    assert records[3] == ErrorRecord("i3", "ZeroDivisionError: division by zero")
    assert records[4] == record_of(items(5)[4], inverse=1.0)


def test_a_request_that_cannot_be_answered_is_an_error_record():
    def partial(requests):
        yield from (
            (place, ValueError("too long") if requests[place].item == "i7" else reply)
            for place, reply in answers(requests)
        )

    assert elicit_all(elicit, items(100), partial)[7] == ErrorRecord("i7", "ValueError: too long")


@pytest.mark.parametrize(("count", "stops"), [(100, False), (99, True)])
def test_more_than_one_percent_of_errors_stops_the_run(count, stops):
    def careless(item):
        yield record_of(item, inverse=1 / item.k)

    if stops:
        with pytest.raises(DlsError, match=r"1 of 99 items failed.*'i0'"):
            elicit_all(careless, items(count), answers)
    else:
        assert len(elicit_all(careless, items(count), answers)) == count


@pytest.mark.parametrize(("windows", "lengths"), [([90], "1 items, with 90"), ([90, 50, 70], "3 items, with 50 to 90")])
def test_items_that_are_too_long_are_counted_and_measured_with_a_remedy(windows, lengths):
    def partial(requests):
        for place, reply in answers(requests):
            k = int(requests[place].item[1:])
            yield place, ItemTooLong(windows[k], 40) if k < len(windows) else reply

    with pytest.raises(DlsError) as error:
        elicit_all(elicit, items(20), partial)
    assert f"'i0': ItemTooLong: {windows[0]} tokens, and the model reads at most 40" in str(error.value)
    assert f"too long: {lengths} tokens each; leave out the solved items (--frame none)" in str(error.value)
    assert "--data" in str(error.value)


def test_an_elicitation_that_ends_without_a_record_is_an_error():
    def silent(item):
        yield Score(PROMPT, "a")
        if item.k:
            yield record_of(item)

    assert "without a record" in elicit_all(silent, items(100), answers)[0].error


def test_an_empty_list_of_requests_is_answered_at_once():
    def idle(item):
        nothing = yield []
        yield record_of(item, answers=nothing)

    assert elicit_all(idle, items(1), answers) == [record_of(items(1)[0], answers=[])]


def test_two_items_with_one_id_are_refused():
    with pytest.raises(DlsError, match="two items have the id 'i0'"):
        elicit_all(elicit, [*items(1), *items(1)], answers)
