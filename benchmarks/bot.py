# ruff: noqa: INP001, T201
"""The bot under load: `python -m benchmarks.bot`.

First single checks while nothing waits, then a thousand webhooks in a minute, all on loopback. It prints the 95th
percentile of a check from the push to the comment, the time until the queue is empty, and the memory of the bot. It
fails where an event was lost, where a discussion does not end in one comment that is up to date, or over a limit.
"""

import argparse
import json
import statistics
import sys
import tempfile
import time
from functools import cache
from pathlib import Path
from typing import Any

import httpx
from tests.doors import webhooks
from tests.doors.bot_process import BotProcess, comment_about, comments, running_bot, until
from tests.doors.conftest import environment_of
from tests.doors.models_on_the_hub import DOCUMENTS, add_model, statement_about
from tests.doors.stand_in_hub import StandInHub, StoredRepository, running_hub

SINGLE = 40
IDLE_LIMIT = 3.0  # seconds, of the 95th percentile
GROWTH_LIMIT = 32 << 20  # bytes that the bot may grow between the first and the last quarter of the load
REPOSITORIES, PULLS = 50, 4
Place = tuple[StoredRepository, int]


@cache
def profile() -> bytes:
    """Return the profile of every statement."""
    return (DOCUMENTS / "profile.yaml").read_bytes()


def honest_statement(repository: StoredRepository) -> dict[str, Any]:
    """Return an honest statement about the model in a repository."""
    return _statement(repository.name, repository.refs["main"])


@cache
def _statement(name: str, commit: str) -> dict[str, Any]:
    return statement_about(name, commit)


def push(hub: StandInHub, repository: StoredRepository, num: int, count: int) -> str:
    """Push a statement to a pull request and return the commit; the webhook follows."""
    statement = {**honest_statement(repository), "limits": f"Words of the push {count}."}
    return hub.push(repository, num, {"dls.json": json.dumps(statement).encode(), "profile.yaml": profile()})


def open_pulls(hub: StandInHub) -> list[Place]:
    """Publish models with open pull requests."""
    models = [add_model(hub, f"example/student-{i}")[0] for i in range(REPOSITORIES)]
    return [(model, model.open_discussion("A", is_pull_request=True)["num"]) for model in models for _ in range(PULLS)]


def single_checks(hub: StandInHub, places: list[Place]) -> list[float]:
    """Return the seconds from a push to its comment, with an empty queue."""
    seconds = []
    for i, (repository, num) in enumerate(places[:SINGLE]):
        started = time.perf_counter()
        commit = push(hub, repository, num, i)
        until(lambda place=(repository, commit, num): comment_about(*place), 60)
        seconds.append(time.perf_counter() - started)
    return seconds


def resident_bytes(bot: BotProcess) -> int:
    """Return the memory of the bot itself; each check is a process of its own that ends."""
    text = Path(f"/proc/{bot.process.pid}/status").read_text(encoding="ascii")
    return int(next(line for line in text.splitlines() if line.startswith("VmRSS")).split()[1]) << 10


def load(hub: StandInHub, bot: BotProcess, places: list[Place], events: int) -> list[int]:
    """Send webhooks evenly over a minute, and return the memory of the bot after each of them."""
    sizes, started = [], time.monotonic()
    for i in range(events):
        time.sleep(max(0.0, started + i * 60.0 / events - time.monotonic()))
        repository, num = places[i * 7 % len(places)]
        push(hub, repository, num, SINGLE + i)
        sizes.append(resident_bytes(bot))
    return sizes


def waiting(bot: BotProcess) -> int:
    """Return the number of events that wait, as `/metrics` says it."""
    text = httpx.get(f"{bot.address}/metrics", trust_env=False, timeout=30).text
    return int(float(next(line for line in text.splitlines() if line.startswith("dls_bot_events_waiting")).split()[1]))


def stored(bot: BotProcess) -> int:
    """Return the number of webhooks that the bot acknowledged as stored."""
    return sum(line["event"] == "webhook" and line["answer"] == "stored" for line in list(bot.lines))


def is_stale(place: Place) -> bool:
    """Return whether a discussion with a push lacks its one comment about the last commit."""
    repository, num = place
    commit = repository.refs[f"refs/pr/{num}"]
    is_touched = commit != repository.refs["main"]
    return is_touched and (len(comments(*place)) != 1 or comment_about(repository, commit, num) is None)


def main() -> int:
    """Measure, print, and return 1 where a limit was passed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", type=int, default=1000, help="webhooks of the minute")
    events = parser.parse_args().events
    with (
        tempfile.TemporaryDirectory() as folder,
        running_hub() as hub,
        running_bot(environment_of(hub, Path(folder)), Path(folder, "queue"), "--rest", "0") as bot,
    ):
        hub.deliveries = webhooks.Deliveries(bot.hook)
        places = open_pulls(hub)
        push(hub, *places[-1], -1)
        until(lambda: comments(*places[-1]), 60)  # the bot is warm
        seconds = single_checks(hub, places)
        started, already = time.monotonic(), stored(bot)
        sizes = load(hub, bot, places, events)
        hub.deliveries.join()
        sent = time.monotonic() - started
        until(lambda: waiting(bot) == 0, 600)
        drained = time.monotonic() - started
        lost, stale, checks = events - (stored(bot) - already), sum(map(is_stale, places)), len(bot.checks())
        hub.deliveries.close()
    quarter = max(1, len(sizes) // 4)
    growth = statistics.median(sizes[-quarter:]) - statistics.median(sizes[:quarter])
    slow = statistics.quantiles(seconds, n=20)[-1]
    print(f"single checks: median {statistics.median(seconds):.2f} s, 95th percentile {slow:.2f} s of {len(seconds)}")
    print(f"load: {events} webhooks in {sent:.1f} s, {lost} lost, queue empty after {drained:.1f} s")
    print(f"{checks} checks; {stale} discussions without one comment that is up to date")
    print(f"memory of the bot: at most {max(sizes) >> 20} MiB; {growth / (1 << 20):+.1f} MiB, first to last quarter")
    return int(lost > 0 or stale > 0 or slow >= IDLE_LIMIT or growth > GROWTH_LIMIT)


if __name__ == "__main__":
    sys.exit(main())
