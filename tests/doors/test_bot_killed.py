"""The bot is killed at random moments while events come in: each of them ends in one comment that is up to date."""

import json
import random
import time

import pytest
from tests.doors import webhooks
from tests.doors.bot_process import BotProcess, comment_about, comments, until
from tests.doors.conftest import environment_of
from tests.doors.models_on_the_hub import DOCUMENTS, add_model, statement_about
from tests.doors.stand_in_hub import running_hub
from tests.validator.bot.conftest import redis_server

from dls.bot.service import open_store
from dls.bot.store import StoreLimits

LEASE, MOST_SECONDS = 2.0, 3.0  # of a lease; from a start to the kill
OPTIONS = ("--rest", "0", "--retry", "0.2", "--lease", str(LEASE))


def discussions(hub, repositories, pulls):
    """Publish models with pull requests, and return each repository with the number of each discussion."""
    places = []
    for i in range(repositories):
        repository, _ = add_model(hub, f"example/student-{i}")
        for _ in range(pulls):
            num = repository.open_discussion("Add a statement", is_pull_request=True)["num"]
            places.append((repository, num))
    return places


def push(hub, repository, num, count):
    statement = statement_about(repository.name, repository.refs["main"])
    statement["limits"] = f"Words of the push {count}."
    profile = (DOCUMENTS / "profile.yaml").read_bytes()
    return hub.push(repository, num, {"dls.json": json.dumps(statement).encode(), "profile.yaml": profile})


def keys(hub):
    """Return the key of each event in the stand-in's webhooks."""
    for payload in hub.deliveries.payloads:
        name = payload["repo"]["name"]
        if payload.get("updatedRefs"):
            (ref,) = payload["updatedRefs"]
            yield f"push {name} {ref['ref'].rpartition('/')[2]} {ref['newSha']}"
        elif payload["comment"]["content"] == "/dls validate":
            yield f"comment {name} {payload['discussion']['num']} {payload['comment']['id']}"


def storm(own_hub, queue, *, kills, events, places):
    """Send events while bots are killed; then wait for the last one to end, and return the events' states."""
    hub, environment = own_hub
    order = random.Random(18)  # noqa: S311 - of the tests
    bot = BotProcess(environment, queue, *OPTIONS)
    hub.deliveries = webhooks.Deliveries(bot.hook)
    for i in range(events):
        repository, num = places[i % len(places)] if i < len(places) else order.choice(places)
        if order.random() < 0.3 and f"refs/pr/{num}" in repository.refs and i >= len(places):
            hub.comment(repository, num, "/dls validate", "visitor")
        else:
            push(hub, repository, num, i)
        if kills and i % (events // kills) == 0 and i // (events // kills) < kills:
            time.sleep(order.random() * MOST_SECONDS)
            bot.kill()
            bot = BotProcess(environment, queue, *OPTIONS)
            hub.deliveries.hook = bot.hook
    try:
        hub.deliveries.join()
        store = open_store(str(queue), StoreLimits())
        until(lambda: store.waiting() == 0, 300)
        states = {key: store.state(key) for key in keys(hub)}
        store.close()
        return states
    finally:
        hub.deliveries.close()
        bot.stop()


def assert_up_to_date(places):
    for repository, num in places:
        assert len(comments(repository, num)) == 1
        assert comment_about(repository, repository.refs[f"refs/pr/{num}"], num)


@pytest.fixture
def own_hub(tmp_path):
    with running_hub() as hub:
        yield hub, environment_of(hub, tmp_path / "hf")


def test_a_kill_loses_no_event_and_doubles_no_comment(own_hub, tmp_path):
    places = discussions(own_hub[0], 3, 1)
    states = storm(own_hub, tmp_path / "queue", kills=1, events=6, places=places)
    assert set(states.values()) == {"done"}
    assert_up_to_date(places)


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["sqlite", "redis"])
def test_after_fifty_kills_each_of_500_events_has_ended_in_one_comment(own_hub, tmp_path, kind):
    places = discussions(own_hub[0], 25, 4)
    storm_of = {"kills": 50, "events": 500, "places": places}
    if kind == "sqlite":
        states = storm(own_hub, tmp_path / "queue", **storm_of)
    else:
        with redis_server(tmp_path) as address:
            states = storm(own_hub, address, **storm_of)
    assert len(states) == 500
    assert set(states.values()) == {"done"}
    assert_up_to_date(places)


@pytest.mark.slow
def test_two_bots_share_a_queue_of_redis(own_hub, tmp_path):
    hub, environment = own_hub
    places = discussions(hub, 20, 1)
    with redis_server(tmp_path) as address:
        second = BotProcess(environment, address, *OPTIONS)
        assert second.address
        states = storm(own_hub, address, kills=0, events=40, places=places)
        assert second.checks()
        second.stop()
    assert set(states.values()) == {"done"}
    assert_up_to_date(places)
