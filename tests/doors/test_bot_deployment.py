"""The Dockerfile and the Space of the bot: read, and their entry point run, since no daemon of Docker is here."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from dockerfile_parse import DockerfileParser
from ruamel.yaml import YAML
from tests.doors.blocks import ROOT
from tests.doors.bot_process import BotProcess
from tests.doors.conftest import environment_of

from dls.commands.cli import COMMANDS, parser_of

FOLDER = ROOT / "examples" / "bot"


@pytest.fixture(scope="module")
def image():
    return DockerfileParser(path=str(FOLDER / "Dockerfile"), cache_content=True)


def instruction(image, name):
    return [entry["value"] for entry in image.structure if entry["instruction"] == name]


def words(image, name):
    """Return the words of an instruction in the form of a JSON list."""
    (value,) = instruction(image, name)
    return YAML(typ="safe", pure=True).load(value.partition("CMD")[2] or value)


def front_matter():
    return YAML(typ="safe", pure=True).load((FOLDER / "README.md").read_text().split("---\n")[1])


def parser():
    return parser_of(next(command for command in COMMANDS if command.name == "hub"))


def test_the_image_runs_as_a_user_without_rights_and_adds_nothing_from_elsewhere(image):
    assert instruction(image, "USER") == ["bot"]
    assert instruction(image, "ADD") == instruction(image, "COPY") == []
    assert re.fullmatch(r"python:3\.\d+-slim", image.baseimage)


def test_the_image_installs_the_extra_of_the_bot(image):
    assert "pip install --no-cache-dir 'distillation-loss-statement[bot]'" in instruction(image, "RUN")
    assert "bot = [" in (ROOT / "pyproject.toml").read_text()


def test_no_secret_stands_in_the_image(image):
    assert not re.search(r"(SECRET|TOKEN)\s*=", image.content)


def test_one_port_stands_in_image_space_and_command(image):
    entry = words(image, "ENTRYPOINT")
    assert entry[:3] == ["dls", "hub", "serve"]
    port = parser().parse_args(entry[2:]).port
    assert {port, front_matter()["app_port"], int(instruction(image, "EXPOSE")[0])} == {port}
    assert f":{port}/healthz" in instruction(image, "HEALTHCHECK")[0]


def test_the_space_is_one_of_docker():
    assert front_matter()["sdk"] == "docker"
    assert (FOLDER / "Dockerfile").exists()


@pytest.mark.slow
def test_the_entry_point_serves_and_its_health_check_sees_it(image, hub, tmp_path):
    entry = [word.replace("/data", str(tmp_path)) for word in words(image, "ENTRYPOINT")[3:]]
    variables = dict(shlex.split(value)[0].split("=", 1) for value in instruction(image, "ENV"))
    queue = entry[entry.index("--queue") + 1]
    bot = BotProcess(environment_of(hub, tmp_path / "hf") | variables, queue, *entry)
    port = httpx.URL(bot.address).port
    check = words(image, "HEALTHCHECK")
    command = [sys.executable, *(word.replace("7860", str(port)) for word in check[1:])]
    environment = os.environ | {"no_proxy": "127.0.0.1"}
    assert subprocess.run(command, env=environment, check=False).returncode == 0
    assert Path(queue).exists()
    bot.stop()
    assert subprocess.run(command, env=environment, check=False, capture_output=True).returncode != 0
