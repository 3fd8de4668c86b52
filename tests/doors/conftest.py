"""The stand-in hub, and processes in which the real client finds it."""

import json
import os
import subprocess
import sys

import pytest
from tests.doors.stand_in_hub import TOKEN, running_hub

_COMMANDS = """
import contextlib, io, json, sys
from dls.commands.cli import main

results = []
for words in json.load(sys.stdin):
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            code = main(words)
        except SystemExit as end:
            code = end.code
    results.append([code, out.getvalue(), err.getvalue()])
print(json.dumps(results))
"""


def run_commands(environment, *commands):
    """Run some commands of dls in one process, and return the exit code, output and error output of each."""
    process = subprocess.run(
        [sys.executable, "-c", _COMMANDS],
        input=json.dumps([[str(word) for word in words] for words in commands]),
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert process.returncode == 0, process.stderr
    return [tuple(result) for result in json.loads(process.stdout)]


def environment_of(hub, home, **more):
    """Return the environment of a user of a hub: endpoint, token and a cache of its own."""
    variables = {name: value for name, value in os.environ.items() if not name.startswith(("HF_", "HUGGING"))}
    return variables | {
        "HF_ENDPOINT": hub.endpoint,
        "HF_TOKEN": TOKEN,
        "HF_HOME": str(home),
        "HF_HUB_DISABLE_XET": "1",
        "HF_HUB_DISABLE_TELEMETRY": "1",
        "HF_HUB_DISABLE_PROGRESS_BARS": "1",
        "no_proxy": "127.0.0.1",
        **more,
    }


@pytest.fixture(scope="module")
def hub():
    with running_hub() as server:
        yield server


@pytest.fixture(scope="module")
def environment(hub, tmp_path_factory):
    return environment_of(hub, tmp_path_factory.mktemp("hf"))
