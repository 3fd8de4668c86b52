"""An event is received, leased until a time, then done; whoever holds it may be killed at any moment."""

import threading
import time

import pytest
from tests.validator.bot.conftest import LIMITS, redis_server

from dls.bot.event import Event
from dls.bot.sqlite_store import SqliteStore
from dls.errors import DlsError


def event(name, repository="example/a", num=1, request="push"):
    return Event(name, repository, num, request)


def until(condition, seconds=5.0):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if (value := condition()) is not None:
            return value
        time.sleep(0.02)
    raise AssertionError("it did not happen")


def test_an_event_goes_from_received_to_leased_to_done(open_store):
    store = open_store()
    assert store.add(event("a")) == "stored"
    assert (store.waiting(), store.state("a")) == (1, "waiting")
    task = store.lease()
    assert (task.repository, task.num, task.events, task.failures) == ("example/a", 1, (event("a"),), 0)
    assert store.lease() is None
    assert store.finish(task)
    assert (store.waiting(), store.state("a"), store.lease()) == (0, "done", None)


def test_an_event_that_came_before_is_a_duplicate_even_when_it_is_done(open_store):
    store = open_store()
    assert [store.add(event("a")), store.add(event("a"))] == ["stored", "duplicate"]
    store.finish(store.lease())
    assert store.add(event("a")) == "duplicate"
    assert store.lease() is None


def test_an_event_outlives_the_process_that_received_it(open_store):
    open_store().add(event("a"))
    assert open_store().lease().events == (event("a"),)


def test_all_events_of_a_discussion_are_one_task(open_store):
    store = open_store()
    for name in "abc":
        store.add(event(name))
    task = store.lease()
    assert {entry.key for entry in task.events} == set("abc")


def test_an_event_that_comes_during_a_lease_waits_for_the_next(open_store):
    store = open_store()
    store.add(event("a"))
    task = store.lease()
    store.add(event("b"))
    store.finish(task)
    assert until(store.lease).events == (event("b"),)


def test_a_repository_has_one_worker_and_delays_no_other(open_store):
    store = open_store()
    for name, repository, num in (("a", "example/a", 1), ("b", "example/a", 2), ("c", "example/b", 1)):
        store.add(event(name, repository, num))
    first, second = store.lease(), store.lease()
    assert {first.repository, second.repository} == {"example/a", "example/b"}
    assert store.lease() is None


def test_a_repository_rests_between_two_checks(open_store):
    store = open_store(LIMITS._replace(rest=0.4))
    store.add(event("a"))
    started = time.monotonic()
    store.finish(store.lease())
    store.add(event("b"))
    assert store.lease() is None
    until(store.lease)
    assert time.monotonic() - started >= 0.4


def test_a_lease_that_expired_goes_to_the_next_worker_and_the_first_may_not_write(open_store):
    store = open_store()
    store.add(event("a"))
    dead = store.lease()
    heir = until(open_store().lease)
    assert heir.events == dead.events
    assert not store.renew(dead)
    assert not store.finish(dead)
    assert store.state("a") == "waiting"
    assert store.finish(heir)


def test_an_expired_lease_is_not_renewed_even_where_no_one_took_it(open_store):
    store = open_store()
    store.add(event("a"))
    task = store.lease()
    time.sleep(LIMITS.lease + 0.05)
    assert not store.renew(task)


def test_a_lease_lives_as_long_as_it_is_renewed(open_store):
    store = open_store()
    store.add(event("a"))
    task = store.lease()
    for _ in range(5):
        time.sleep(LIMITS.lease / 3)
        assert store.renew(task)
        assert store.lease() is None
    assert store.finish(task)


def test_a_failure_waits_and_is_counted_and_a_success_forgets_it(open_store):
    store = open_store()
    store.add(event("a"))
    store.finish(store.lease(), "waiting", 0.2)
    assert store.lease() is None
    task = until(store.lease)
    assert task.failures == 1
    store.finish(task)
    store.add(event("b"))
    assert until(store.lease).failures == 0


def test_a_task_that_is_put_back_is_free_at_once_and_is_no_failure(open_store):
    store = open_store()
    store.add(event("a"))
    store.finish(store.lease(), "waiting", 0.01)
    store.finish(until(store.lease), "waiting")
    assert until(store.lease).failures == 1


def test_an_event_that_was_given_up_stays_so(open_store):
    store = open_store()
    store.add(event("a"))
    store.finish(store.lease(), "abandoned")
    assert (store.state("a"), store.waiting(), store.add(event("a"))) == ("abandoned", 0, "duplicate")


def test_a_repository_with_too_many_events_gets_no_more_and_others_do(open_store):
    store = open_store()
    receipts = [store.add(event(str(i))) for i in range(LIMITS.most_waiting + 1)]
    assert receipts == ["stored"] * LIMITS.most_waiting + ["limited"]
    assert store.add(event("x", "example/b")) == "stored"
    assert store.state(str(LIMITS.most_waiting)) is None


def test_a_finished_event_is_forgotten_after_the_retention_and_a_waiting_one_never(open_store):
    store = open_store()
    store.add(event("a"))
    store.finish(store.lease())
    store.add(event("b"))
    time.sleep(LIMITS.retention + 0.05)
    store.sweep()
    assert (store.state("a"), store.state("b")) == (None, "waiting")


def test_the_discussion_that_waits_longest_is_first(open_store):
    store = open_store()
    for name in "bac":
        store.add(event(name, f"example/{name}"))
        time.sleep(0.01)
    assert [store.lease().repository for _ in range(3)] == ["example/b", "example/a", "example/c"]


def test_many_workers_share_the_work_and_each_event_is_done_once(open_store):
    store = open_store(LIMITS._replace(lease=30, most_waiting=100))
    for i in range(60):
        store.add(event(str(i), f"example/{i % 20}", i % 3))
    done, lock = [], threading.Lock()

    def work():
        own = open_store(LIMITS._replace(lease=30))
        while own.waiting():
            task = own.lease()
            if task is not None:
                with lock:
                    done.extend(entry.key for entry in task.events)
                own.finish(task)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(done, key=int) == [str(i) for i in range(60)]


def test_a_file_that_holds_something_else_gets_a_sentence(tmp_path):
    (tmp_path / "notes").write_text("These are notes. " * 100)
    with pytest.raises(DlsError, match="cannot hold the queue"):
        SqliteStore(tmp_path / "notes", LIMITS)


@pytest.mark.slow
def test_a_redis_that_would_forget_is_refused(redis_address, tmp_path):
    from dls.bot.redis_store import RedisStore

    assert redis_address
    with redis_server(tmp_path, "--appendonly", "no") as address, pytest.raises(DlsError, match="--appendonly yes"):
        RedisStore(address, LIMITS)


@pytest.mark.slow
def test_no_redis_at_all_gets_a_sentence():
    pytest.importorskip("redis")
    from dls.bot.redis_store import RedisStore

    with pytest.raises(DlsError, match="no Redis answers"):
        RedisStore("redis://127.0.0.1:9/0", LIMITS)
