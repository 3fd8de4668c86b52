"""`dls hub serve` as a process, with the real client on the stand-in hub: one comment that is up to date."""

import copy
import json
import re

import httpx
import pytest
from markdown_it import MarkdownIt
from tests.doors import webhooks
from tests.doors.bot_process import BotProcess, comment_about, comments, running_bot, until
from tests.doors.conftest import environment_of
from tests.doors.models_on_the_hub import DOCUMENTS, MODEL, add_model, put_statement, statement_about

from dls.errors import DlsError

pytestmark = pytest.mark.usefixtures("bot")
VISITOR = "visitor"


@pytest.fixture(scope="module")
def bot(hub, environment, tmp_path_factory):
    with running_bot(environment, tmp_path_factory.mktemp("bot") / "queue", "--rest", "0", "--retry", "0.2") as process:
        hub.deliveries = webhooks.Deliveries(process.hook)
        yield process
        hub.deliveries.close()
        hub.deliveries = None


def files_of(statement):
    profile = (DOCUMENTS / "profile.yaml").read_bytes()
    return {"dls.json": json.dumps(statement, indent=1).encode(), "profile.yaml": profile}


def pull_request(hub, name, change=None, **properties):
    """Publish a model, propose a statement about it, and return the repository and the commit of the proposal."""
    repository, commit = add_model(hub, f"example/{name}", **properties)
    repository.open_discussion("Add a statement", is_pull_request=True)
    statement = statement_about(repository.name, commit)
    if change:
        change(statement)
    return repository, hub.push(repository, 1, files_of(statement))


def smaller_loss(statement):
    statement["claims"][0]["loss"]["value"] = 0.25


def answer(repository, commit, num=1):
    return until(lambda: comment_about(repository, commit, num))


def check_lines(bot, repository):
    return [line for line in bot.checks() if line["repository"] == repository.name]


def test_a_push_gets_a_comment_with_verdict_findings_and_picture(hub):
    repository, commit = pull_request(hub, "pushed", smaller_loss)
    text = answer(repository, commit)
    assert "**2 errors, 0 warnings**" in text
    assert "not valid as it stands (2 errors); by its own numbers" in text
    (link,) = re.findall(r"\[DLS203\]\(\S+\), \[line \d+\]\((\S+?)#L\d+\)", text)
    assert link == f"{hub.endpoint}/{repository.name}/blob/{commit}/dls.json"
    assert "┊" in text
    assert "share of the margin" in text


def test_a_second_push_changes_the_same_comment(hub):
    repository, commit = pull_request(hub, "twice", smaller_loss)
    answer(repository, commit)
    second = hub.push(repository, 1, files_of(statement_about(repository.name, repository.refs["main"])))
    text = answer(repository, second)
    assert "**0 errors" in text
    assert len(comments(repository)) == 1


@pytest.mark.slow
def test_the_changes_against_main_are_shown(hub):
    repository, commit = add_model(hub, "example/compared")
    statement = statement_about(repository.name, commit)
    put_statement(repository, statement)
    repository.open_discussion("Say less", is_pull_request=True)
    proposal = copy.deepcopy(statement)
    proposal["limits"] = "Fewer words."
    proposed = hub.push(repository, 1, files_of(proposal))
    text = answer(repository, proposed)
    assert "Changes against main" in text
    assert "limits" in text.partition("Changes against main")[2]


def test_weights_other_than_those_of_the_statement_are_an_error_and_no_verdict_calls_it_sound(hub):
    repository, commit = add_model(hub, "example/swapped")
    repository.open_discussion("Add a statement", is_pull_request=True)
    statement = statement_about(repository.name, commit, MODEL | {"model.safetensors": b"weights of another model"})
    text = answer(repository, hub.push(repository, 1, files_of(statement)))
    assert "[DLS110]" in text
    assert "not valid as it stands" in text


def test_a_command_is_answered_in_a_plain_discussion(hub):
    repository, commit = add_model(hub, "example/asked")
    main = put_statement(repository, statement_about(repository.name, commit))
    repository.open_discussion("Is it true?", is_pull_request=False)
    hub.comment(repository, 1, "/dls recompute", VISITOR)
    text = answer(repository, main)
    assert "Numbers again, from the records:" in text


@pytest.mark.slow
def test_a_command_checks_the_same_revision_again(hub):
    repository, commit = pull_request(hub, "again")
    answer(repository, commit)
    hub.comment(repository, 1, "/dls recompute", VISITOR)
    until(lambda: "Numbers again" in comments(repository)[0])
    assert len(comments(repository)) == 1


def test_a_repository_without_a_statement_gets_a_comment_only_when_asked(bot, hub):
    repository, _ = add_model(hub, "example/nothing")
    repository.open_discussion("Change the card", is_pull_request=True)
    commit = hub.push(repository, 1, {"notes.txt": b"nothing"})
    until(lambda: check_lines(bot, repository))
    assert check_lines(bot, repository)[0]["result"] == "absent"
    assert comments(repository) == []
    hub.comment(repository, 1, "/dls validate", VISITOR)
    assert "holds no dls.yaml" in answer(repository, commit)


@pytest.mark.slow
def test_a_gated_repository_gets_a_clear_message(hub):
    repository, commit = pull_request(hub, "gated", gated=True, closed=True)
    assert "is gated, and you may not read it" in answer(repository, commit)


@pytest.mark.slow
def test_a_private_repository_that_the_bot_may_not_read_is_left_alone(bot, hub):
    hub.deliver(webhooks.push(hub.endpoint, "example/hidden", "refs/pr/1", None, "ab" * 20))
    line = until(lambda: next((line for line in bot.checks() if line["repository"] == "example/hidden"), None))
    assert (line["result"], line["failures"]) == ("unwritten", 0)


@pytest.mark.slow
def test_a_comment_of_another_with_the_mark_is_not_taken_for_the_own_one(hub):
    repository, commit = add_model(hub, "example/imitated")
    repository.open_discussion("Add a statement", is_pull_request=True)
    statement = statement_about(repository.name, commit)
    forged = hub.comment(repository, 1, "<!-- dls-bot commit=none state=checked -->\nAll is well.", VISITOR)
    proposed = hub.push(repository, 1, files_of(statement))
    answer(repository, proposed)
    assert forged["data"]["latest"]["raw"].endswith("All is well.")


@pytest.mark.slow
def test_a_further_own_comment_is_hidden(hub):
    repository, _ = add_model(hub, "example/doubled")
    repository.open_discussion("Add a statement", is_pull_request=True)
    for _ in range(2):
        hub.comment(repository, 1, "<!-- dls-bot commit=none state=open -->\nold")
    commit = hub.push(repository, 1, files_of(statement_about(repository.name, repository.refs["main"])))
    answer(repository, commit)
    until(lambda: len(comments(repository)) == 1)


HOSTILE = "@everyone <img src=x onerror=alert(1)> [a](javascript:alert) ![b](http://c.example/d) `x` | <!-- dls-bot"


def hostile_texts(statement):
    statement["claims"][0]["metric"] = HOSTILE
    statement["student"]["name"] = HOSTILE
    statement["limits"] = HOSTILE
    statement[HOSTILE] = HOSTILE


def test_no_text_of_a_repository_marks_up_links_or_mentions(hub):
    repository, _ = add_model(hub, "example/hostile")
    repository.open_discussion("Add a statement", is_pull_request=True)
    statement = statement_about(repository.name, repository.refs["main"])
    hostile_texts(statement)
    name = "models/@everyone [a](b) <b>/dls.json"
    commit = hub.push(repository, 1, {name: json.dumps(statement).encode(), "dls.json": json.dumps(statement).encode()})
    text = answer(repository, commit)
    assert "@" not in re.sub(r"`[^`]*`", "", text)
    tokens = MarkdownIt("commonmark", {"html": True}).enable("table").parse(text.partition("-->\n")[2])
    inner = [child for token in tokens for child in token.children or ()]
    links = {child.attrs["href"] for child in inner if child.type == "link_open"}
    assert not [link for link in links if not link.startswith((hub.endpoint, "https://w3id.org/"))]
    assert not [child for child in inner if child.type == "image"]
    html = "".join(token.content for token in (*tokens, *inner) if token.type in ("html_block", "html_inline"))
    assert set(re.findall(r"</?(\w+)", html)) <= {"details", "summary", "sub"}


def test_health_and_counts_are_seen_from_outside(bot):
    assert httpx.get(f"{bot.address}/healthz").json() == {"status": "ok"}
    text = httpx.get(f"{bot.address}/metrics").text
    assert re.search(r'^dls_bot_webhooks_total\{answer="stored"\} [1-9]', text, re.MULTILINE)
    assert re.search(r'^dls_bot_checks_total\{result="sound"\} [1-9]', text, re.MULTILINE)
    assert "example/" not in text


def test_every_line_of_the_log_is_json(bot):
    assert bot.noise == []
    assert {"time", "level", "event"} <= set(bot.lines[0])


REFUSED = {
    "forged": (401, {"secret": "another secret"}),
    "without a secret": (401, {"secret": None}),
    "oversized": (413, {"body": b" " * ((1 << 20) + 1)}),
    "no JSON": (400, {"body": b"{"}),
    "unknown": (200, {"body": b'{"event": {"action": "a", "scope": "b"}, "repo": {"name": "a/b", "type": "model"}}'}),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_webhook_that_asks_for_nothing_is_answered_and_counted(bot, name):
    status, case = REFUSED[name]
    hook = bot.hook._replace(secret=case.get("secret", bot.hook.secret))
    before = len(bot.lines)
    assert webhooks.post(hook, case.get("body", b"{}")) == status
    until(lambda: [line for line in bot.lines[before:] if line["event"] == "webhook" and line["status"] == status])


def test_a_replayed_webhook_leads_to_no_second_check(bot, hub):
    repository, commit = pull_request(hub, "replayed")
    answer(repository, commit)
    until(lambda: check_lines(bot, repository))
    payload = webhooks.push(hub.endpoint, repository.name, "refs/pr/1", None, commit)
    assert [webhooks.post(bot.hook, payload) for _ in range(3)] == [200] * 3
    assert len(check_lines(bot, repository)) == 1


def test_without_a_secret_the_bot_does_not_start(environment, tmp_path):
    bot = BotProcess(environment | {"WEBHOOK_SECRET": ""}, tmp_path / "queue")
    assert bot.end() == 2
    assert "WEBHOOK_SECRET is not set" in bot.noise[0]


@pytest.mark.slow
def test_without_a_token_the_bot_does_not_start(hub, tmp_path):
    bot = BotProcess(environment_of(hub, tmp_path, HF_TOKEN=""), tmp_path / "queue")
    assert bot.end() == 2
    assert "set HF_TOKEN" in bot.noise[0]


def test_the_error_of_a_hub_is_a_sentence():
    from dls.hub.repository import explained

    with pytest.raises(DlsError, match="does not answer as a hub does"), explained("example/a", None):
        {}["author"]
