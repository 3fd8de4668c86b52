"""One task from its discussion to the comment in it. It runs in a process of its own (see `isolation`)."""

import logging
import traceback
from collections.abc import Callable
from pathlib import Path

from huggingface_hub import HfApi

from dls.bot.comment import notice
from dls.bot.discussion import OpenDiscussion, open_discussion
from dls.bot.errand import Errand, Outcome
from dls.bot.log_lines import log_event
from dls.bot.marker import Mark
from dls.bot.reply import Reply, reply_to
from dls.errors import DlsError
from dls.hub.repository import MissingRepository, SilentHub, open_repository

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
