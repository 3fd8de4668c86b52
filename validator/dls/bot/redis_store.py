"""The store of several machines: a Redis that writes each change to its disk. Every step is one script, and so atomic.

The clock is that of the server. Each name begins with `dls:`.
"""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import msgspec
import redis

from dls.bot.event import Event, Task
from dls.bot.store import Receipt, State, StoreFault, StoreLimits
from dls.errors import DlsError

_SECONDS = 10.0  # for one answer
_CLOCK = "local t = redis.call('TIME') local now = t[1] + t[2] / 1e6 "
_ADD = """
local key, repository, num, event, most = ARGV[1], ARGV[2], ARGV[3], ARGV[4], tonumber(ARGV[5])
if redis.call('EXISTS', 'dls:event:' .. key) == 1 then return 'duplicate' end
if redis.call('HLEN', 'dls:waiting:' .. repository) >= most then return 'limited' end
redis.call('SET', 'dls:event:' .. key, 'waiting')
redis.call('HSET', 'dls:waiting:' .. repository, key, event)
redis.call('INCR', 'dls:total')
redis.call('ZADD', 'dls:due', 'NX', now, repository .. '#' .. num)
return 'stored'
"""
_LEASE = """
local token, lease, rest, start, page = ARGV[1], ARGV[2], ARGV[3], 0, 500
while true do
  local places = redis.call('ZRANGEBYSCORE', 'dls:due', '-inf', now, 'LIMIT', start, page)
  for _, place in ipairs(places) do
    local repository, num = place:match('^(.*)#(%d+)$')
    if redis.call('EXISTS', 'dls:lease:' .. repository, 'dls:rest:' .. repository) == 0 then
      redis.call('SET', 'dls:lease:' .. repository, token, 'PX', lease)
      redis.call('SET', 'dls:rest:' .. repository, '1', 'PX', rest)
      local task = {repository, num, redis.call('HGET', 'dls:failures', place) or '0'}
      for _, event in ipairs(redis.call('HVALS', 'dls:waiting:' .. repository)) do
        if cjson.decode(event).num == tonumber(num) then table.insert(task, event) end
      end
      return task
    end
  end
  if #places < page then return false end
  start = start + page
end
"""
_RENEW = """
local name, token, lease = 'dls:lease:' .. ARGV[1], ARGV[2], ARGV[3]
if redis.call('GET', name) ~= token then return 0 end
return redis.call('PEXPIRE', name, lease)
"""
_FINISH = """
local repository, num, token, state, delay, retention = unpack(ARGV, 1, 6)
local place, waiting = repository .. '#' .. num, 'dls:waiting:' .. repository
if redis.call('GET', 'dls:lease:' .. repository) ~= token then return 0 end
redis.call('DEL', 'dls:lease:' .. repository)
if state == 'waiting' and tonumber(delay) > 0 then redis.call('HINCRBY', 'dls:failures', place, 1) end
if state ~= 'waiting' then
  redis.call('HDEL', 'dls:failures', place)
  for i = 7, #ARGV do
    redis.call('SET', 'dls:event:' .. ARGV[i], state, 'PX', retention)
    redis.call('DECRBY', 'dls:total', redis.call('HDEL', waiting, ARGV[i]))
  end
end
redis.call('ZREM', 'dls:due', place)
for _, event in ipairs(redis.call('HVALS', waiting)) do
  if cjson.decode(event).num == tonumber(num) then redis.call('ZADD', 'dls:due', now + delay, place) break end
end
return 1
"""


class RedisStore:
    """A store in a Redis server; any number of machines may share it."""

    def __init__(self, address: str, limits: StoreLimits) -> None:
        """Connect.

        Raises:
            DlsError: the address is none, no server answers, or it may forget what it acknowledged.
        """
        self.limits = limits
        try:
            self._server: Any = redis.Redis.from_url(
                address, decode_responses=True, socket_timeout=_SECONDS, socket_connect_timeout=_SECONDS
            )
            self._server.ping()
        except (redis.RedisError, ValueError) as error:
            raise DlsError(f"no Redis answers at the address of --queue ({error}); wanted redis://HOST:PORT") from error
        self._refuse_memory()
        self._scripts = {
            name: self._server.register_script(_CLOCK + script)
            for name, script in (("add", _ADD), ("lease", _LEASE), ("renew", _RENEW), ("finish", _FINISH))
        }

    def _refuse_memory(self) -> None:
        """Refuse a server that acknowledges before it writes; where it keeps its settings to itself, trust it."""
        try:
            settings = self._server.config_get("append*")
        except redis.ResponseError:
            return
        if (settings.get("appendonly"), settings.get("appendfsync")) != ("yes", "always"):
            raise DlsError(
                "this Redis acknowledges events before they are on its disk; "
                "start it with --appendonly yes --appendfsync always"
            )

    def _run(self, name: str, *arguments: Any) -> Any:
        with _explained():
            return self._scripts[name](args=arguments)

    def add(self, event: Event) -> Receipt:
        """Store an event (see `Store`)."""
        text = msgspec.json.encode(event)
        receipt: Receipt = self._run("add", event.key, event.repository, event.num, text, self.limits.most_waiting)
        return receipt

    def lease(self) -> Task | None:
        """Return the task that waits longest (see `Store`)."""
        token = uuid.uuid4().hex
        values = self._run("lease", token, _milliseconds(self.limits.lease), _milliseconds(self.limits.rest))
        if not values:
            return None
        repository, num, failures, *events = values
        texts = tuple(msgspec.json.decode(text, type=Event) for text in events)
        return Task(repository, int(num), texts, int(failures), token)

    def renew(self, task: Task, seconds: float | None = None) -> bool:
        """Prolong a lease (see `Store`)."""
        lease = self.limits.lease if seconds is None else seconds
        return bool(self._run("renew", task.repository, task.token, _milliseconds(lease)))

    def finish(self, task: Task, state: State = "done", delay: float = 0.0) -> bool:
        """Give a lease back (see `Store`)."""
        keys = (event.key for event in task.events)
        retention = _milliseconds(self.limits.retention)
        return bool(self._run("finish", task.repository, task.num, task.token, state, delay, retention, *keys))

    def sweep(self) -> int:
        """Return 0: the server forgets old events by itself."""
        return 0

    def waiting(self) -> int:
        """Return the number of events that wait or are leased (see `Store`)."""
        with _explained():
            return int(self._server.get("dls:total") or 0)

    def state(self, key: str) -> State | None:
        """Return the state of an event (see `Store`)."""
        with _explained():
            state: State | None = self._server.get(f"dls:event:{key}")
        return state

    def close(self) -> None:
        """Close the connections."""
        self._server.close()


@contextmanager
def _explained() -> Iterator[None]:
    try:
        yield
    except redis.RedisError as error:
        raise StoreFault(f"the queue cannot be read or written ({error}); look at the Redis server") from error


def _milliseconds(seconds: float) -> int:
    return max(1, round(seconds * 1000))
