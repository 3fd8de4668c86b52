"""The store of one machine: a file of SQLite, with write-ahead log, written to the disk before an event counts."""

import sqlite3
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dls.bot.event import Event, Task
from dls.bot.store import Receipt, State, StoreFault, StoreLimits
from dls.errors import DlsError

_SCHEMA = """
PRAGMA journal_mode = WAL;
PRAGMA synchronous = FULL;
CREATE TABLE IF NOT EXISTS event (
  key TEXT PRIMARY KEY, repository TEXT NOT NULL, num INTEGER NOT NULL, request TEXT NOT NULL,
  state TEXT NOT NULL, changed REAL NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS waiting ON event (repository, num) WHERE state = 'waiting';
CREATE INDEX IF NOT EXISTS age ON event (changed) WHERE state <> 'waiting';
CREATE TABLE IF NOT EXISTS discussion (
  repository TEXT NOT NULL, num INTEGER NOT NULL, due REAL NOT NULL, failures INTEGER NOT NULL,
  PRIMARY KEY (repository, num)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS repository (
  name TEXT PRIMARY KEY, token TEXT, expiry REAL NOT NULL, rest REAL NOT NULL
) STRICT, WITHOUT ROWID;
"""
_FREE = """
SELECT repository, num, failures FROM discussion LEFT JOIN repository ON name = repository
WHERE due <= :now AND coalesce(expiry, 0) <= :now AND coalesce(rest, 0) <= :now ORDER BY due LIMIT 1
"""
_LEASE = """
INSERT INTO repository VALUES (?, ?, ?, ?)
ON CONFLICT (name) DO UPDATE SET token = excluded.token, expiry = excluded.expiry, rest = excluded.rest
"""


@contextmanager
def _explained() -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise StoreFault(f"the queue cannot be read or written ({error}); look at its disk") from error


class SqliteStore:
    """A store in a file; any number of threads and processes of one machine may share it."""

    def __init__(self, path: Path, limits: StoreLimits) -> None:
        """Open the file, or make it.

        Raises:
            DlsError: the path is no place for such a file, or holds another one.
        """
        self.limits = limits
        self._lock = threading.Lock()
        try:
            self._connection = sqlite3.connect(path, timeout=30, isolation_level=None, check_same_thread=False)
            self._connection.executescript(_SCHEMA)
        except sqlite3.Error as error:
            raise DlsError(f"{path}: cannot hold the queue ({error}); name another file with --queue") from error

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._lock, _explained(), self._connection:
            self._connection.execute("BEGIN IMMEDIATE")
            yield self._connection

    def add(self, event: Event) -> Receipt:
        """Store an event (see `Store`)."""
        now = time.time()
        with self._transaction() as db:
            if db.execute("SELECT 1 FROM event WHERE key = ?", (event.key,)).fetchone():
                return "duplicate"
            where = "SELECT count(*) FROM event WHERE repository = ? AND state = 'waiting'"
            if db.execute(where, (event.repository,)).fetchone()[0] >= self.limits.most_waiting:
                return "limited"
            place = (event.repository, event.num)
            db.execute("INSERT INTO event VALUES (?, ?, ?, ?, 'waiting', ?)", (event.key, *place, event.request, now))
            db.execute("INSERT INTO discussion VALUES (?, ?, ?, 0) ON CONFLICT DO NOTHING", (*place, now))
        return "stored"

    def lease(self) -> Task | None:
        """Return the task that waits longest (see `Store`)."""
        now, token = time.time(), uuid.uuid4().hex
        with self._transaction() as db:
            row = db.execute(_FREE, {"now": now}).fetchone()
            if row is None:
                return None
            repository, num, failures = row
            db.execute(_LEASE, (repository, token, now + self.limits.lease, now + self.limits.rest))
            where = "SELECT key, repository, num, request FROM event WHERE repository = ? AND num = ?"
            rows = db.execute(f"{where} AND state = 'waiting'", (repository, num)).fetchall()
        return Task(repository, num, tuple(Event(*values) for values in rows), failures, token)

    def renew(self, task: Task, seconds: float | None = None) -> bool:
        """Prolong a lease (see `Store`)."""
        now = time.time()
        expiry = now + (self.limits.lease if seconds is None else seconds)
        update = "UPDATE repository SET expiry = ? WHERE name = ? AND token = ? AND expiry > ?"
        with self._transaction() as db:
            return db.execute(update, (expiry, task.repository, task.token, now)).rowcount == 1

    def finish(self, task: Task, state: State = "done", delay: float = 0.0) -> bool:
        """Give a lease back (see `Store`)."""
        now, place = time.time(), (task.repository, task.num)
        release = "UPDATE repository SET token = NULL, expiry = 0 WHERE name = ? AND token = ? AND expiry > ?"
        with self._transaction() as db:
            if not db.execute(release, (task.repository, task.token, now)).rowcount:
                return False
            update = "UPDATE event SET state = ?, changed = ? WHERE key = ?"
            db.executemany(update, [(state, now, event.key) for event in task.events])
            failures = task.failures + (delay > 0) if state == "waiting" else 0
            later = "UPDATE discussion SET due = ?, failures = ? WHERE repository = ? AND num = ?"
            db.execute(later, (now + delay, failures, *place))
            waiting = "SELECT 1 FROM event WHERE repository = ? AND num = ? AND state = 'waiting'"
            if not db.execute(waiting, place).fetchone():
                db.execute("DELETE FROM discussion WHERE repository = ? AND num = ?", place)
        return True

    def sweep(self) -> int:
        """Forget old events, and repositories at rest (see `Store`)."""
        now = time.time()
        with self._transaction() as db:
            db.execute("DELETE FROM repository WHERE expiry <= ? AND rest <= ?", (now, now))
            old = "DELETE FROM event WHERE state <> 'waiting' AND changed < ?"
            return db.execute(old, (now - self.limits.retention,)).rowcount

    def waiting(self) -> int:
        """Return the number of events that wait or are leased (see `Store`)."""
        with self._transaction() as db:
            return int(db.execute("SELECT count(*) FROM event WHERE state = 'waiting'").fetchone()[0])

    def state(self, key: str) -> State | None:
        """Return the state of an event (see `Store`)."""
        with self._transaction() as db:
            row = db.execute("SELECT state FROM event WHERE key = ?", (key,)).fetchone()
        state: State | None = row and row[0]
        return state

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._connection.close()
