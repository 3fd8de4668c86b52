"""The bot as a whole: the store, the workers, and uvicorn in front."""

from pathlib import Path
from typing import NamedTuple

import uvicorn

from dls.bot.application import Receiver, web_application
from dls.bot.counters import Counters
from dls.bot.log_lines import open_log
from dls.bot.sqlite_store import SqliteStore
from dls.bot.store import Store, StoreLimits
from dls.bot.workers import WorkerOptions, Workers

_CONNECTIONS = 200
_KEEP, _STOP = 5, 10  # seconds that an idle connection stays, and that open requests get when the bot stops
_HEADERS = 16 << 10  # bytes


class Address(NamedTuple):
    """Where the bot listens."""

    host: str
    port: int


def open_store(queue: str, limits: StoreLimits) -> Store:
    """Return the store at an address: `redis://…`, `rediss://…`, or the path of a file.

    Raises:
        DlsError: no store can be opened there.
    """
    if queue.startswith(("redis://", "rediss://")):
        from dls.bot.redis_store import RedisStore  # start-up: the package is needed for this queue alone

        return RedisStore(queue, limits)
    return SqliteStore(Path(queue), limits)


def serve(address: Address, secret: str | None, store: Store, options: WorkerOptions) -> None:
    """Take webhooks and answer them until the process is told to stop."""
    open_log()
    counters = Counters(store)
    workers = Workers(store, options, counters)
    app = web_application(Receiver(secret, store, workers, counters), workers)
    config = uvicorn.Config(
        app,
        host=address.host,
        port=address.port,
        log_config=None,
        access_log=False,
        server_header=False,
        limit_concurrency=_CONNECTIONS,
        timeout_keep_alive=_KEEP,
        timeout_graceful_shutdown=_STOP,
        h11_max_incomplete_event_size=_HEADERS,
        http="h11",
        ws="none",
    )
    uvicorn.Server(config).run()
