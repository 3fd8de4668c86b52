"""A new user's way, by the commands of the pages alone: from a statement to a pull request with the bot's comment."""

import json
import re
import shlex
import shutil

import pytest
from tests.doors import webhooks
from tests.doors.blocks import ROOT
from tests.doors.bot_process import BotProcess, comments, until
from tests.doors.conftest import run_commands
from tests.doors.models_on_the_hub import DOCUMENTS, add_model, statement_about
from tests.doors.stand_in_hub import TOKEN

BOT_PAGE, CHECK_PAGE = ((ROOT / "docs" / name).read_text() for name in ("bot.md", "check.md"))
VALUES = {"the-token-of-the-bot": TOKEN}


def commands(page):
    """Return the lines of a page's blocks of commands."""
    return [line.strip() for line in page.splitlines() if line.startswith("    ")]


def exports():
    pairs = [re.fullmatch(r"export (\w+)=(\S+)", line) for line in commands(BOT_PAGE)]
    return {pair[1]: VALUES.get(pair[2], pair[2]) for pair in pairs if pair}


def test_the_page_names_each_option_of_the_command():
    from dls.commands.cli import COMMANDS, parser_of

    parser = parser_of(next(command for command in COMMANDS if command.name == "hub"))
    (actions,) = (action.choices for action in parser._actions if action.dest == "action")  # noqa: SLF001
    options = {name for action in actions["serve"]._actions for name in action.option_strings}  # noqa: SLF001
    assert {name for name in options if name.startswith("--")} - {"--help"} == set(
        re.findall(r"`(--[\w-]+)`", BOT_PAGE.partition("| option |")[2].partition("\n\n")[0])
    )


@pytest.mark.slow
def test_the_commands_of_the_pages_lead_to_a_checked_pull_request(hub, environment, tmp_path):
    propose = [shlex.split(line) for line in commands(CHECK_PAGE) if line.startswith("dls hub propose")]
    name = propose[-1][3]
    model, commit = add_model(hub, name)
    (tmp_path / "dls.yaml").write_text(json.dumps(statement_about(name, commit), indent=1))
    shutil.copy(DOCUMENTS / "profile.yaml", tmp_path)
    serve = next(shlex.split(line) for line in commands(BOT_PAGE) if line.startswith("dls hub serve"))
    bot = BotProcess(environment | exports(), tmp_path / "queue", *serve[3:])
    try:
        hub.deliveries = webhooks.Deliveries(webhooks.Hook(f"{bot.address}/webhook", exports()["WEBHOOK_SECRET"]))
        words = [[*command[1:4], tmp_path / command[4], *command[5:]] for command in propose]
        assert [(code, err) for code, _, err in run_commands(environment, *words) if code] == []
        (text,) = until(lambda: comments(model))
        assert "**0 errors" in text
        hub.comment(model, 1, next(line for line in commands(BOT_PAGE) if line == "/dls recompute"), "visitor")
        until(lambda: "Numbers again" in comments(model)[0])
    finally:
        hub.deliveries.close()
        hub.deliveries = None
        bot.stop()
