"""`dls hub propose`, with the real client on the stand-in hub: what it shows is what it sends."""

import json
import re

import pytest
from tests.doors.conftest import environment_of, run_commands
from tests.doors.models_on_the_hub import CARD, DOCUMENTS, add_model, statement_about

from dls.canonical import sha256_hex

LISTED = re.compile(r"^(add|replace) +(\S+)  ([\d,]+) bytes  sha256 (\w{64})$", re.MULTILINE)


@pytest.fixture
def folder(tmp_path):
    """Return a folder with a statement, its profile, and a file that the statement does not name."""
    for name in ("profile.yaml",):
        (tmp_path / name).write_bytes((DOCUMENTS / name).read_bytes())
    (tmp_path / "secret.txt").write_text("not named")
    return tmp_path


def write(folder, statement):
    path = folder / "dls.json"
    path.write_text(json.dumps(statement, indent=1))
    return path


def proposed(repository):
    return repository.commits[repository.refs["refs/pr/1"]]


@pytest.mark.slow
def test_what_a_dry_run_shows_is_what_is_sent_and_nothing_before(hub, environment, folder):
    repository, commit = add_model(hub, "example/proposal")
    path = write(folder, statement_about(repository.name, commit))
    ((code, shown, _),) = run_commands(environment, ["hub", "propose", repository.name, path, "--dry-run"])
    assert (code, repository.discussions) == (0, {})
    assert "nothing was sent" in shown
    ((code, sent, _),) = run_commands(environment, ["hub", "propose", repository.name, path])
    assert code == 0
    assert LISTED.findall(sent) == LISTED.findall(shown)
    tree, main = proposed(repository), repository.commits[repository.refs["main"]]
    changed = {name: data for name, data in tree.items() if main.get(name) != data}
    assert {(name, sha256_hex(data)) for name, data in changed.items()} == {
        (name, digest) for _, name, _, digest in LISTED.findall(sent)
    }
    assert {"dls.json", "profile.yaml"} <= set(changed) <= {"dls.json", "profile.yaml", "README.md"}
    assert f"opened {hub.endpoint}/{repository.name}/discussions/1" in sent
    ((code, _, _),) = run_commands(environment, ["hub", "check", f"{repository.name}@refs/pr/1"])
    assert code == 0


@pytest.mark.slow
def test_the_card_of_a_proposal_has_the_section(hub, environment, folder):
    repository, commit = add_model(hub, "example/card")
    path = write(folder, statement_about(repository.name, commit))
    run_commands(environment, ["hub", "propose", repository.name, path])
    assert b"<!-- dls:begin" in proposed(repository)["README.md"]
    assert CARD.splitlines()[1] in proposed(repository)["README.md"]


def test_a_statement_with_an_error_is_refused_and_nothing_is_sent(hub, environment, folder):
    repository, commit = add_model(hub, "example/refused")
    statement = statement_about(repository.name, commit)
    statement["claims"][0]["loss"]["value"] = 0.25
    ((code, out, err),) = run_commands(environment, ["hub", "propose", repository.name, write(folder, statement)])
    assert code == 1
    assert "DLS" in out
    assert "nothing was sent" in err
    assert repository.discussions == {}


@pytest.mark.slow
def test_who_may_not_write_gets_a_sentence(hub, folder, tmp_path):
    repository, commit = add_model(hub, "example/closed")
    path = write(folder, statement_about(repository.name, commit))
    stranger = environment_of(hub, tmp_path / "hf", HF_TOKEN="hf_of_a_stranger")  # noqa: S106 - of no hub
    ((code, _, err),) = run_commands(stranger, ["hub", "propose", repository.name, path])
    assert code == 2
    assert err.strip().splitlines()[-1].startswith(f"dls: {repository.name}: ")
    assert "Traceback" not in err
    assert repository.discussions == {}
