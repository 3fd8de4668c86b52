"""From the body of a hub's webhook to the events that ask for a check.

The form is version 3 of the payload, as `huggingface_hub.WebhookPayload` declares it. Only the members that decide
something are read; each of them came over the network, so each has a pattern or a range.
"""

import re
from typing import Literal, NamedTuple

import msgspec

from dls.bot.event import Event, Request
from dls.bot.marker import MARKER

MOST_BYTES = 1 << 20  # of a body
_MOST_REFS = 100  # of one push
_NAME = re.compile(r"[\w.-]{1,96}/[\w.-]{1,96}", re.ASCII)
_PULL_REQUEST = re.compile(r"refs/pr/([1-9]\d{0,8})", re.ASCII)
_COMMIT = re.compile(r"[0-9a-f]{40}")
_COMMENT = re.compile(r"[0-9A-Za-z-]{1,64}", re.ASCII)
_COMMAND = re.compile(r"^[ \t]*/dls[ \t]+(validate|recompute)[ \t]*\r?$", re.MULTILINE)


class InvalidWebhook(ValueError):  # noqa: N818 - the name says the problem
    """A body that is no webhook of a hub."""


class _Event(msgspec.Struct, frozen=True):
    action: str
    scope: str


class _Repository(msgspec.Struct, frozen=True):
    name: str
    type: str


class _Discussion(msgspec.Struct, frozen=True):
    num: int


class _Comment(msgspec.Struct, frozen=True):
    id: str
    content: str | None = None
    hidden: bool = False


class _Ref(msgspec.Struct, frozen=True, rename="camel"):
    ref: str
    new_sha: str | None = None


class _Body(msgspec.Struct, frozen=True, rename="camel"):
    event: _Event
    repo: _Repository
    discussion: _Discussion | None = None
    comment: _Comment | None = None
    updated_refs: tuple[_Ref, ...] = ()


class Webhook(NamedTuple):
    """The events of a webhook; without one, the reason why it asks for none."""

    events: tuple[Event, ...]
    reason: Literal["", "other_repository", "other_event", "no_command"] = ""


def read_webhook(body: bytes) -> Webhook:
    """Return the events that a body asks for.

    Raises:
        InvalidWebhook: it is no JSON, has another form, or a name or number that no hub gives.
    """
    try:
        value = msgspec.json.decode(body, type=_Body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise InvalidWebhook(str(error)) from error
    if value.repo.type != "model":
        return Webhook((), "other_repository")
    if not _NAME.fullmatch(value.repo.name) or ".." in value.repo.name or len(value.updated_refs) > _MOST_REFS:
        raise InvalidWebhook("no name of a repository, or too many references")
    if value.event.scope == "repo.content":
        events = tuple(event for ref in value.updated_refs if (event := _push(value.repo.name, ref)) is not None)
        return Webhook(events, "" if events else "other_event")
    if value.event.scope in ("discussion", "discussion.comment") and value.event.action == "create":
        return _comment(value)
    return Webhook((), "other_event")


def _push(repository: str, ref: _Ref) -> Event | None:
    match = _PULL_REQUEST.fullmatch(ref.ref)
    if match is None or ref.new_sha is None:  # the main branch, or a branch that was deleted
        return None
    if not _COMMIT.fullmatch(ref.new_sha):
        raise InvalidWebhook("a commit that is none")
    num = int(match[1])
    return Event(f"push {repository} {num} {ref.new_sha}", repository, num, "push")


def _comment(value: _Body) -> Webhook:
    comment, discussion = value.comment, value.discussion
    if comment is None or discussion is None or comment.hidden or MARKER in (comment.content or ""):
        return Webhook((), "no_command")
    matches = _COMMAND.findall(comment.content or "")
    if not matches:
        return Webhook((), "no_command")
    if not _COMMENT.fullmatch(comment.id) or not 0 < discussion.num < 10**9:
        raise InvalidWebhook("a comment or discussion that is none")
    request: Request = "recompute" if "recompute" in matches else "validate"
    name = value.repo.name
    return Webhook((Event(f"comment {name} {discussion.num} {comment.id}", name, discussion.num, request),))
