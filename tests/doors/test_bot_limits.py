"""A slow, broken or heavy repository: it gets a clear comment in the end, and delays no other."""

import json
import time

import pytest
from tests.doors import webhooks
from tests.doors.bot_process import comment_about, comments, running_bot, until
from tests.doors.conftest import environment_of
from tests.doors.models_on_the_hub import DOCUMENTS, add_model, statement_about
from tests.doors.stand_in_hub import running_hub

pytestmark = pytest.mark.slow  # limits of time take their time

OPTIONS = ("--rest", "0", "--retry", "0.2", "--seconds", "4", "--limit", "1")


@pytest.fixture(scope="module")
def hub():
    with running_hub() as server:
        yield server


@pytest.fixture(scope="module")
def queue(tmp_path_factory):
    return tmp_path_factory.mktemp("bot") / "queue"


@pytest.fixture
def bot(hub, queue, tmp_path):
    with running_bot(environment_of(hub, tmp_path), queue, *OPTIONS) as process:
        hub.deliveries = webhooks.Deliveries(process.hook)
        yield process
        hub.deliveries.close()
        hub.delays.clear()
        hub.is_broken = False


def propose(hub, name, change=None, **files):
    repository, commit = add_model(hub, f"example/{name}")
    repository.open_discussion("Add a statement", is_pull_request=True)
    statement = statement_about(repository.name, commit)
    if change:
        change(statement)
    profile = (DOCUMENTS / "profile.yaml").read_bytes()
    content = {"dls.json": json.dumps(statement).encode(), "profile.yaml": profile} | files
    return repository, hub.push(repository, 1, content)


def answer(repository, commit, seconds=20.0):
    return until(lambda: comment_about(repository, commit), seconds)


@pytest.mark.usefixtures("bot")
def test_a_slow_repository_is_given_up_with_a_comment_and_delays_no_other(hub):
    hub.delays["example/slow/resolve"] = 10.0
    slow, _ = propose(hub, "slow")
    until(lambda: [path for path in hub.requests if "example/slow/resolve" in path])
    started = time.monotonic()
    answer(*propose(hub, "quick"))
    assert time.monotonic() - started < 3.0
    (text,) = until(lambda: comments(slow), 40)
    assert "did not end within 4 s" in text
    assert "tried 3 times, and gave up" in text


def test_a_hub_that_was_broken_gets_its_comment_when_it_answers_again(bot, hub):
    hub.is_broken = True
    repository, commit = propose(hub, "broken")
    until(bot.checks)
    assert "the hub does not answer as a hub does" in bot.checks()[0]["problem"]
    hub.is_broken = False
    answer(repository, commit)
    assert len(comments(repository)) == 1


HEAVY = {
    "a statement over the limit": ({"dls.json": b"# " + b"x" * (2 << 20)}, "over the limit of 1 MiB"),
    "a statement that is no YAML": ({"dls.json": b"\x00" * 1000}, "1 error"),
    "a deep statement": ({"dls.json": b"[" * 200_000}, "error"),
    "a bomb": ({"dls.json": b'{"a": &a [1], "b": [*a, *a]}'}, "error"),
    "many statements": ({f"{i}/dls.json": b"{}" for i in range(30)}, "holds 31 statements"),
    "a card that is no text": ({"README.md": b"---\ndls: {version: \xff}\n---\n"}, "README.md"),
    "a link out of the folder": ({"../dls.json": b"{}", "a/../../dls.json": b"{}"}, "0 errors"),
}


@pytest.mark.parametrize("name", HEAVY)
def test_bad_files_get_a_comment_and_never_a_traceback(bot, hub, name):
    files, words = HEAVY[name]
    repository, commit = propose(hub, name.replace(" ", "-"), **files)
    assert words in answer(repository, commit)
    assert bot.noise == []


@pytest.mark.usefixtures("bot")
def test_a_statement_with_50000_claims_is_answered_within_its_time_and_delays_no_other(hub):
    def many(statement):
        claim = statement["claims"][0]
        statement["claims"] = [claim | {"id": f"c{i}"} for i in range(50_000)]

    repository, _ = propose(hub, "many-claims", many)
    started = time.monotonic()
    answer(*propose(hub, "beside"))
    assert time.monotonic() - started < 4.0
    assert until(lambda: comments(repository), 60)


def test_a_stop_lets_a_running_check_end_and_takes_no_other(hub, queue, tmp_path):
    environment = environment_of(hub, tmp_path)
    with running_bot(environment, queue, *OPTIONS) as bot:
        hub.deliveries = webhooks.Deliveries(bot.hook)
        hub.delays["example/stopping/resolve"] = 0.05
        repository, commit = propose(hub, "stopping")
        until(lambda: [path for path in hub.requests if "example/stopping/resolve" in path])
        bot.stop()
        hub.deliveries.close()
        hub.delays.clear()
    assert comment_about(repository, commit)
    assert [line["result"] for line in bot.checks()] == ["sound"]
