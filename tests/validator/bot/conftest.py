"""Two stores, a file of SQLite and a real Redis server, held by the same tests."""

import shutil
import socket
import subprocess
import time
from contextlib import contextmanager

import pytest

from dls.bot.sqlite_store import SqliteStore
from dls.bot.store import StoreLimits

LIMITS = StoreLimits(lease=0.3, rest=0.001, retention=0.2, most_waiting=3)


@contextmanager
def redis_server(folder, *options):
    """Run a Redis server on a free port of loopback, and yield its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    durable = options or ("--appendonly", "yes", "--appendfsync", "always")
    command = ["redis-server", "--bind", "127.0.0.1", "--port", str(port), "--dir", folder, "--save", "", *durable]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        _wait(port)
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        process.terminate()
        process.wait()


def _wait(port):
    for _ in range(100):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError("no redis-server")


@pytest.fixture(scope="session")
def redis_address(tmp_path_factory):
    if shutil.which("redis-server") is None:
        pytest.skip("no redis-server here; apt-get install redis-server")
    with redis_server(tmp_path_factory.mktemp("redis")) as address:
        yield address


def opener(kind, request, tmp_path):
    """Return a function that opens the store again, as a second process would."""
    if kind == "sqlite":
        return lambda limits=LIMITS: SqliteStore(tmp_path / "queue.sqlite", limits)
    redis = pytest.importorskip("redis")
    from dls.bot.redis_store import RedisStore

    address = request.getfixturevalue("redis_address")
    redis.Redis.from_url(address).flushall()
    return lambda limits=LIMITS: RedisStore(address, limits)


@pytest.fixture(params=["sqlite", pytest.param("redis", marks=pytest.mark.slow)])
def open_store(request, tmp_path):
    stores = []
    make = opener(request.param, request, tmp_path)

    def open_once(limits=LIMITS):
        stores.append(make(limits))
        return stores[-1]

    yield open_once
    for store in stores:
        store.close()
