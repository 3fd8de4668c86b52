"""Which webhooks ask for a check, which do not, and which are none."""

import json

import pytest
from huggingface_hub import WebhookPayload
from tests.doors import webhooks

from dls.bot.event import Event
from dls.bot.marker import MARKER
from dls.bot.webhook import InvalidWebhook, read_webhook

HUB, NAME, SHA = "http://127.0.0.1:1", "example/student", "ab" * 20


def read(payload):
    return read_webhook(json.dumps(payload).encode())


def push(ref="refs/pr/3", sha=SHA, name=NAME):
    return webhooks.push(HUB, name, ref, None, sha)


def comment(text, **more):
    return webhooks.comment(HUB, NAME, 3, "0123456789abcdef01234567", text, **more)


def test_the_payloads_of_the_stand_in_have_the_form_of_the_client():
    assert WebhookPayload(**push()).updatedRefs[0].newSha == SHA
    assert WebhookPayload(**comment("/dls validate")).comment.content == "/dls validate"


def test_a_push_to_a_pull_request_is_an_event():
    assert read(push()).events == (Event(f"push {NAME} 3 {SHA}", NAME, 3, "push"),)


@pytest.mark.parametrize(
    ("text", "request_"),
    [
        ("/dls validate", "validate"),
        ("  /dls   recompute  \n", "recompute"),
        ("Please:\n/dls validate\nThanks", "validate"),
        ("/dls validate\n/dls recompute", "recompute"),
    ],
)
def test_a_command_on_a_line_of_its_own_is_an_event(text, request_):
    (event,) = read(comment(text)).events
    assert (event.discussion, event.request) == (f"{NAME}#3", request_)


def test_the_first_comment_of_a_discussion_counts_too():
    assert read(comment("/dls validate", scope="discussion", is_pull_request=False)).events


def test_a_line_that_ends_as_on_windows_is_a_command():
    assert read(comment("/dls validate\r\nThanks")).events


@pytest.mark.parametrize(
    "text",
    [
        "",
        "validate",
        "see `/dls validate`",
        "/dls",
        "/dls validate now",
        "> /dls validate",
        "/dls delete",
        "/DLS recompute",
    ],
)
def test_other_text_is_no_command(text):
    assert read(comment(text)) == ((), "no_command")


def test_the_bot_does_not_obey_itself():
    assert read(comment(f"{MARKER} commit=none state=open -->\n/dls validate")).reason == "no_command"


IGNORED = {
    "a push to main": (push("refs/heads/main"), "other_event"),
    "a branch that is gone": (push(sha=None), "other_event"),
    "another event": (push() | {"event": {"action": "create", "scope": "repo"}}, "other_event"),
    "an event of tomorrow": (push() | {"event": {"action": "sing", "scope": "opera"}}, "other_event"),
    "an edited comment": (
        comment("/dls validate") | {"event": {"action": "update", "scope": "discussion.comment"}},
        "other_event",
    ),
    "a data set": (push() | {"repo": push()["repo"] | {"type": "dataset"}}, "other_repository"),
}


@pytest.mark.parametrize("name", IGNORED)
def test_other_events_are_passed_over(name):
    payload, reason = IGNORED[name]
    assert read(payload) == ((), reason)


INVALID = {
    "nothing": b"",
    "no JSON": b"{",
    "no UTF-8": b'{"event": "\xff"}',
    "a list": b"[]",
    "nothing in it": b"{}",
    "too deep": b"[" * 100_000,
    "no object": json.dumps(push() | {"repo": "example/student"}).encode(),
    "a name with a path": json.dumps(push(name="example/../../etc")).encode(),
    "a name of dots": json.dumps(push(name="example/..")).encode(),
    "a name without an owner": json.dumps(push(name="student")).encode(),
    "a name with a line": json.dumps(push(name="example/student\n")).encode(),
    "no commit": json.dumps(push(sha="main")).encode(),
    "too many references": json.dumps(push() | {"updatedRefs": push()["updatedRefs"] * 101}).encode(),
    "a number below one": json.dumps(
        comment("/dls validate") | {"discussion": {"num": 0, "title": "x", "isPullRequest": True}}
    ).encode(),
    "a number of text": json.dumps(comment("/dls validate") | {"discussion": {"num": "3"}}).encode(),
    "a comment's name with a path": json.dumps(
        comment("/dls validate") | {"comment": {"id": "../edit", "content": "/dls validate", "hidden": False}}
    ).encode(),
}


@pytest.mark.parametrize("name", INVALID)
def test_a_body_that_is_no_webhook_is_refused(name):
    with pytest.raises(InvalidWebhook):
        read_webhook(INVALID[name])
