from types import SimpleNamespace

import pytest

from dls.errors import DlsError
from dls_probes.engine.scheduler import elicit_all
from dls_probes.requests import Generate, Generated, Prompt, Record, Score, Scored

PROMPT = Prompt.user("question")


def answers(asked, order=list):
    """Answer with the length of the continuation or the item's id, in the given order."""
    for place, (item, request) in order(list(enumerate(asked))):
        if isinstance(request, Score):
            yield place, Scored(-float(len(request.continuation)), 1, greedy=True, gap=1.0)
        else:
            yield place, Generated(item, (1,), ended=True, gap=1.0)


def items(count):
    return [SimpleNamespace(id=f"i{k}", k=k) for k in range(count)]


def elicit(item):
    said = yield Generate(PROMPT, 3)
    both = yield [Score(PROMPT + said.text, "a"), Score(PROMPT, "b" * item.k)]
    yield Record({"said": said.text, "scores": [one.logprob for one in both]})


def test_records_come_in_item_order_whatever_the_order_of_the_answers():
    forwards = elicit_all(elicit, items(5), answers)
    backwards = elicit_all(elicit, items(5), lambda asked: answers(asked, order=lambda entries: entries[::-1]))
    assert forwards == backwards == [{"id": f"i{k}", "said": f"i{k}", "scores": [-1.0, -float(k)]} for k in range(5)]


def test_all_items_advance_together():
    rounds = []
    elicit_all(elicit, items(5), lambda asked: rounds.append(len(asked)) or answers(asked))
    assert rounds == [5, 10]


def test_an_exception_becomes_the_items_record():
    def careless(item):
        yield Score(PROMPT, "a")
        yield Record({"inverse": 1 / (item.k - 3)})

    records = elicit_all(careless, items(200), answers)
    assert records[3] == {"id": "i3", "error": "ZeroDivisionError: division by zero"}
    assert records[4] == {"id": "i4", "inverse": 1.0}


def test_a_request_that_cannot_be_answered_is_an_error_record():
    def partial(asked):
        yield from (
            (place, ValueError("too long") if asked[place].item == "i7" else reply) for place, reply in answers(asked)
        )

    assert elicit_all(elicit, items(100), partial)[7] == {"id": "i7", "error": "ValueError: too long"}


@pytest.mark.parametrize(("count", "stops"), [(100, False), (99, True)])
def test_more_than_one_percent_of_errors_stops_the_run(count, stops):
    def careless(item):
        yield Record({"inverse": 1 / item.k})

    if stops:
        with pytest.raises(DlsError, match=r"1 of 99 items failed.*'i0'"):
            elicit_all(careless, items(count), answers)
    else:
        assert len(elicit_all(careless, items(count), answers)) == count


def test_an_examination_that_ends_without_a_record_is_an_error():
    def silent(item):
        yield Score(PROMPT, "a")
        if item.k:
            yield Record({})

    assert "without a record" in elicit_all(silent, items(100), answers)[0]["error"]


def test_an_empty_list_of_requests_is_answered_at_once():
    def idle(_item):
        nothing = yield []
        yield Record({"answers": nothing})

    assert elicit_all(idle, items(1), answers) == [{"id": "i0", "answers": []}]


def test_two_items_with_one_id_are_refused():
    with pytest.raises(DlsError, match="two items have the id 'i0'"):
        elicit_all(elicit, [*items(1), *items(1)], answers)
