"""`dls hub check` computes the numbers again from the records in a repository, and notices edited ones."""

import json

import pytest
from tests.doors.conftest import run_commands
from tests.validator.conftest import PROBE_IDS, PROFILE, write_evidence, write_statement

from dls.document.writer import yaml_text
from dls.probes.catalogue import find_probe
from dls.scenarios.profile import load_profile

pytestmark = pytest.mark.slow  # makes evidence of three probes


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """Return the files of a statement with its evidence, by their paths."""
    folder = tmp_path_factory.mktemp("publication")
    (folder / "small.yaml").write_text(yaml_text(PROFILE))
    for name in PROBE_IDS:
        write_evidence(folder / "evidence", find_probe(name), load_profile(folder / "small.yaml"))
    write_statement(folder)
    (folder / "README.md").write_text("# A student\n")
    (folder / "notes.bin").write_bytes(b"nothing that a check reads")
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def edited(files):
    """Return the files with one record changed and every digest above it left as it is."""
    name = next(name for name in sorted(files) if name.endswith("student.jsonl"))
    lines = files[name].splitlines(keepends=True)
    lines[0] = lines[0].replace(b"-", b"-1", 1)
    return files | {name: b"".join(lines)}


def test_every_number_follows_from_the_records_of_the_repository(hub, environment, files):
    hub.add("example/recorded", files)
    hub.fetches.clear()
    ((code, out, err),) = run_commands(environment, ["hub", "check", "example/recorded"])
    assert code == 0, out + err
    assert ", 0 refuted" in out
    assert "0 confirmed" not in out
    assert set(hub.fetches) == set(files) - {"notes.bin"} - {n for n in files if n.endswith("run.json")}


def test_an_edited_record_is_an_error_and_refutes_its_claim(hub, environment, files):
    hub.add("example/edited", edited(files))
    ((code, out, err),) = run_commands(environment, ["hub", "check", "example/edited", "--format", "json"])
    assert code == 1
    assert "error" in {entry["severity"] for entry in json.loads(out)["findings"]}
    assert "is refuted" in err


def test_records_over_the_limit_are_not_fetched_and_not_called_missing(hub, environment, files):
    large = max((name for name in files if name.endswith(".jsonl")), key=lambda name: len(files[name]))
    hub.add("example/heavy", files | {large: files[large] + b"\n" * (2 << 20)})
    hub.fetches.clear()
    ((code, out, err),) = run_commands(environment, ["hub", "check", "example/heavy", "--limit", "1"])
    assert (code, out) == (2, "")
    assert "over the limit of 1 MiB" in err
    assert hub.fetches[large] == 0
