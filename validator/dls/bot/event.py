"""What the bot stores: events, and the events of one discussion as a task for a worker."""

from typing import Literal, NamedTuple

import msgspec

Request = Literal["push", "validate", "recompute"]
"""A push to a pull request, or the command of a person."""


class Event(msgspec.Struct, frozen=True):
    """A reason to check a discussion's repository; the same key is the same event, however often it comes."""

    key: str
    repository: str
    num: int
    request: Request

    @property
    def discussion(self) -> str:
        """The name of the discussion: one comment answers all events of it."""
        return f"{self.repository}#{self.num}"


class Task(NamedTuple):
    """All events of one discussion that wait, in the hands of one worker.

    Attributes:
        repository: its name; no two workers have tasks of the same repository.
        num: of the discussion.
        events: that this task answers.
        failures: how often this discussion's check failed before.
        token: of the lease; a worker whose token is no longer the present one must not write.

    """

    repository: str
    num: int
    events: tuple[Event, ...]
    failures: int
    token: str

    @property
    def is_asked(self) -> bool:
        """Whether a person asked: then there is an answer in any case."""
        return any(event.request != "push" for event in self.events)

    @property
    def with_numbers(self) -> bool:
        """Whether a person asked for the numbers again."""
        return any(event.request == "recompute" for event in self.events)
