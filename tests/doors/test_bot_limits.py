"""A slow, broken or heavy repository: it gets a clear comment in the end, and delays no other."""

import contextlib
import json
import os
import signal
import socket
import time
from pathlib import Path

import httpx
import pytest
from tests.doors import webhooks
from tests.doors.bot_process import SECRET, comment_about, comments, running_bot, until
from tests.doors.conftest import environment_of
from tests.doors.models_on_the_hub import DOCUMENTS, add_model, statement_about
from tests.doors.stand_in_hub import running_hub

pytestmark = pytest.mark.slow  # limits of time take their time

OPTIONS = ("--rest", "0", "--retry", "0.2", "--seconds", "4", "--limit", "1")


@pytest.fixture(scope="module")
def hub():
    with running_hub() as server:
        yield server


@pytest.fixture
def queue(tmp_path):
    return tmp_path / "queue"


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


def check_processes(bot):
    """Return the processes that check: those that the bot's fork server started."""
    parents = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            parents[int(path.parent.name)] = int(path.read_text().rpartition(")")[2].split()[1])
    servers = {process for process, parent in parents.items() if parent == bot.process.pid}
    return [process for process, parent in parents.items() if parent in servers]


def test_a_check_whose_process_is_killed_runs_again(bot, hub):
    hub.delays["example/shot/resolve"] = 0.2
    repository, commit = propose(hub, "shot")
    until(lambda: [path for path in hub.requests if "example/shot/resolve" in path])
    (process,) = check_processes(bot)
    os.kill(process, signal.SIGKILL)
    hub.delays.clear()
    answer(repository, commit)
    assert [line["result"] for line in bot.checks()][:1] == ["failed"]
    assert len(comments(repository)) == 1


@pytest.mark.usefixtures("bot")
def test_a_flood_from_one_repository_is_refused_in_the_end_and_delays_no_other(hub):
    add_model(hub, "example/flood")
    hub.delays["example/flood"] = 10.0
    payloads = [webhooks.push(hub.endpoint, "example/flood", f"refs/pr/{i}", None, f"{i:040x}") for i in range(1, 230)]
    statuses = [webhooks.post(hub.deliveries.hook, payload) for payload in payloads]
    assert statuses.count(202) in (200, 201)  # and those of the task that runs
    assert set(statuses[210:]) == {429}
    started = time.monotonic()
    answer(*propose(hub, "beside-a-flood"))
    assert time.monotonic() - started < 4.0


def test_a_body_that_comes_too_slowly_is_given_up(bot):
    address = httpx.URL(bot.address)
    with socket.create_connection((address.host, address.port)) as connection:
        head = f"POST /webhook HTTP/1.1\r\nHost: x\r\nX-Webhook-Secret: {SECRET}\r\nContent-Length: 9\r\n\r\n"
        connection.sendall(head.encode() + b"{")
        assert b" 408 " in connection.recv(100)
    assert httpx.get(f"{bot.address}/healthz", trust_env=False).status_code == 200


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
