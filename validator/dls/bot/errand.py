"""An errand of the bot, and its outcome: all that passes between the bot and the process that checks."""

from typing import TYPE_CHECKING, Literal, NamedTuple

import msgspec

from dls.bot.event import Task
from dls.scenarios.profile import Profile

if TYPE_CHECKING:  # start-up: the bot itself checks nothing, and loads no client of the hub
    from dls.hub.publication import Choose

Result = Literal["sound", "faulty", "absent", "unreadable", "abandoned", "current", "unwritten"]
"""No error and no refuted number; one of them; no statement; not to be checked; too many failures; answered before;
and a discussion in which nothing can be written."""


class CheckOptions(NamedTuple):
    """The limits and the profile of every check; `choose` picks the statements among the names of files."""

    choose: "Choose"
    most_bytes: int
    scenario: Profile | None = None


class Errand(NamedTuple):
    """A task, and all that its process needs; with a `farewell` that sentence is the reply, without a check."""

    task: Task
    options: CheckOptions
    scratch: str
    author: str | None = None
    farewell: str | None = None


class Outcome(msgspec.Struct, frozen=True):
    """The end of a task.

    Attributes:
        result: of the check; None where the task failed and may succeed later.
        problem: why it failed, or could not be written, as a sentence.
        is_silence: whether the hub did not answer; otherwise the fault is that of the task.
        author: the name of the bot on the hub, where it is known now.

    """

    result: Result | None
    problem: str = ""
    is_silence: bool = False
    author: str | None = None
