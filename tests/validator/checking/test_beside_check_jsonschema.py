"""The first mistakes beside check-jsonschema: each fact that it tells stands in our first finding, and more."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tests.validator.checking.test_first_mistakes import DOCUMENTS, MISTAKES, TEXT

from dls.checking.validate import check
from dls.standard.schemas import schema

pytestmark = pytest.mark.slow  # it installs the peer where `make bench-validator` has not
PEER = "check-jsonschema==0.39.0"
BUILD = Path(__file__).parents[3] / "build" / "check-jsonschema"


@pytest.fixture(scope="module")
def command(tmp_path_factory):
    folder = BUILD if (BUILD / "bin" / "check-jsonschema").exists() else tmp_path_factory.mktemp("peer")
    if folder != BUILD:
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        subprocess.run([folder / "bin" / "python", "-m", "pip", "install", "--quiet", PEER], check=True)
    return folder / "bin" / "check-jsonschema"


@pytest.fixture(scope="module")
def answers(command, tmp_path_factory):
    """Return the whole text of the peer, and our first finding, by mistake."""
    folder = tmp_path_factory.mktemp("mistakes")
    shutil.copy(DOCUMENTS / "profile.yaml", folder)
    (folder / "schema.json").write_text(json.dumps(schema("statement")))
    paths = {name: folder / f"{number}.yaml" for number, name in enumerate(MISTAKES)}
    for name, path in paths.items():
        path.write_text(TEXT.replace(MISTAKES[name].right, MISTAKES[name].wrong))
    words = ["--schemafile", folder / "schema.json", "--output-format", "json", "--no-cache", *paths.values()]
    output = json.loads(subprocess.run([command, *words], capture_output=True, text=True, check=False).stdout)
    entries = [*output["errors"], *output["parse_errors"]]
    texts = {
        name: "\n".join(json.dumps(entry) for entry in entries if entry["filename"] == str(path))
        for name, path in paths.items()
    }
    return {name: (texts[name], check(path).findings[0]) for name, path in paths.items()}


def tokens(mistake):
    """Return the words that stand in the wrong text and not in the right one."""
    wrong, right = (set(re.findall(r"[\w%.,-]+", text)) for text in (mistake.wrong, mistake.right))
    return wrong - right


@pytest.mark.parametrize("name", MISTAKES)
def test_no_fact_of_the_peer_is_missing(answers, name):
    mistake, (peer, finding) = MISTAKES[name], answers[name]
    ours = f"{finding.message}\n{finding.excerpt}"
    assert {word for word in tokens(mistake) if word in peer} <= {word for word in tokens(mistake) if word in ours}
    if mistake.line is not None:
        line = TEXT[: TEXT.index(mistake.right)].count("\n") + 1 + mistake.line
        assert finding.line == line


@pytest.mark.parametrize("name", MISTAKES)
def test_the_finding_tells_more_than_the_peer(answers, name):
    mistake, (peer, finding) = MISTAKES[name], answers[name]
    mending = mistake.words[-1]
    assert mending in finding.message
    assert mending not in peer


def test_the_peer_was_heard(answers):
    silent = {name for name, (peer, _) in answers.items() if not peer}
    assert "a number in quotes" not in silent
    assert "a tab" not in silent
    assert len(silent) < len(answers) / 2
