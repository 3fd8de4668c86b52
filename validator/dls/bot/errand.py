"""One task from its discussion to the comment in it. It runs in a process of its own (see `isolation`)."""

import logging
import traceback
from collections.abc import Callable
from pathlib import Path

import msgspec
from huggingface_hub import HfApi

from dls.bot.comment import notice
from dls.bot.discussion import OpenDiscussion, open_discussion
from dls.bot.event import Task
from dls.bot.log_lines import log_event
from dls.bot.marker import Mark
from dls.bot.reply import CheckOptions, Reply, Result, reply_to
from dls.errors import DlsError
from dls.hub.repository import MissingRepository, SilentHub, open_repository


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


class Errand(msgspec.Struct, frozen=True):
    """A task, and all that its process needs; with a `farewell` that sentence is the reply, without a check."""

    task: Task
    options: CheckOptions
    scratch: str
    author: str | None = None
    farewell: str | None = None


Permission = Callable[[], bool]
"""Asks for the lock of the discussion; False where another worker may have it."""


def run_errand(errand: Errand, permission: Permission) -> Outcome:
    """Check, and write the comment; all that can fail is in the outcome."""
    try:
        return _run(errand, permission)
    except SilentHub as error:
        return Outcome(None, str(error), is_silence=True)
    except MissingRepository as error:  # where nothing can be read, nothing can be written
        return Outcome("unwritten", str(error))
    except (MemoryError, RecursionError) as error:
        return Outcome(None, f"a file takes more memory than a check may use ({type(error).__name__})")
    except DlsError as error:
        return Outcome(None, str(error))
    except Exception as error:  # noqa: BLE001 - a fault of ours stops one check, and never the bot
        log_event(logging.ERROR, "fault", traceback=traceback.format_exc())
        return Outcome(None, f"the check broke ({type(error).__name__})")


def _run(errand: Errand, permission: Permission) -> Outcome:
    task = errand.task
    discussion = open_discussion(HfApi(), task.repository, task.num, errand.author)
    reply = _reply(errand, discussion)
    if reply is None:
        return Outcome("current", author=discussion.author)
    if not (reply.is_due or task.is_asked or discussion.comments):
        return Outcome(reply.result, author=discussion.author)
    if not permission():
        return Outcome(None, "the lease went to another worker", author=discussion.author)
    discussion.write(reply.mark, reply.text)
    return Outcome(reply.result, author=discussion.author)


def _reply(errand: Errand, discussion: OpenDiscussion) -> Reply | None:
    """Return the reply to a task; None where the comment already says it."""
    task = errand.task
    if errand.farewell is not None:
        return Reply(Mark(None, is_final=False), notice(errand.farewell), "abandoned")
    revision = f"refs/pr/{task.num}" if discussion.is_pull_request else None
    try:
        repository = open_repository(discussion.api, task.repository, revision)
    except MissingRepository as error:
        return Reply(Mark(None, is_final=True), notice(str(error)), "unreadable")
    if not task.is_asked and discussion.mark == Mark(repository.commit, is_final=True):
        return None
    name, cache = revision or "main", Path(errand.scratch)
    return reply_to(repository, name, with_numbers=task.with_numbers, options=errand.options, cache=cache)
