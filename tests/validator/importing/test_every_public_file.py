"""Every public file is read, refused or valid, as the table tests/data/interop/outcomes.txt says of it."""

import hashlib
import json
import pickle
import re
from functools import cache

import pytest
from tests.interop_files import DATA, extract, official_schemas
from tests.validator.card.cards import awkward_cards, real_cards

from dls.errors import DlsError
from dls.importing.every_eval_ever_record import read_every_eval_ever
from dls.importing.hub_card import read_hub_card
from dls.importing.inspect_run import read_inspect
from dls.importing.lm_eval_run import read_lm_eval

READERS = {
    "lm_eval": read_lm_eval, "inspect": read_inspect, "eee": read_every_eval_ever, "eval_results": read_hub_card,
    "hf_cards": read_hub_card, "awkward_made_here": read_hub_card,
}  # fmt: skip
FORMATS = ("cyclonedx", "spdx")
FOLDERS = (*READERS, *FORMATS)
CARDS_OF_2020 = "hf_cards/cards_2020.tar.xz"
WITHOUT_ADDRESS = "cyclonedx/schema/jsf-0.82.schema.json"  # an e-mail address in a comment is replaced
LONGEST = 110


@cache
def sources():
    """Return the first digits of each public file's digest, by its path."""
    rows = (line.split(" | ") for line in (DATA / "SOURCES.md").read_text().splitlines() if line.startswith("| `"))
    return {row[0].strip("| `"): row[2] for row in rows}


@cache
def outcomes():
    return dict(line.split(" | ", 1) for line in (DATA / "outcomes.txt").read_text().splitlines())


def outcome(read, path):
    """Return the numbers of tasks with samples and of averages, or the refusal without the name of its file."""
    try:
        run = read(path)
    except DlsError as error:
        return str(error).replace(f"{path.parent}/", "").removeprefix(path.name).lstrip(": ")[:LONGEST]
    return f"{len(run.logs)} with samples, {len(run.averages)} averages"


@pytest.fixture(scope="module")
def public(tmp_path_factory):
    """The folder with all public files, at their paths; cards lie with the tests of cards."""
    folder = extract(tmp_path_factory.mktemp("public"), "lm_eval", "inspect", "eee", "eval_results", "schemas")
    cards = {hashlib.sha256(data).hexdigest()[:12]: data for data in real_cards().values()}
    for name, digest in sources().items():
        place, in_archive = folder / name, name.removeprefix("hf_cards/")
        if name.startswith("hf_cards/") and name != CARDS_OF_2020:
            data = cards.get(digest) or real_cards().get(in_archive) or (DATA / name).read_bytes()
        elif name.startswith("awkward_made_here/"):
            data = awkward_cards()[place.name]
        else:
            continue
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)
    return folder


def test_every_public_file_has_a_row():
    assert set(outcomes()) == set(sources())


@pytest.mark.parametrize("folder", ["lm_eval", "inspect", "eee", "eval_results", *FORMATS])
def test_the_files_are_those_of_their_origin(folder, public):
    names = [name for name in sources() if name.startswith(f"{folder}/") and name != WITHOUT_ADDRESS]
    digests = {name: hashlib.sha256((public / name).read_bytes()).hexdigest()[:12] for name in names}
    assert digests == {name: sources()[name] for name in names}


@pytest.mark.parametrize("folder", READERS)
def test_every_file_is_read_or_refused_as_the_table_says(folder, public):
    names = [name for name in sources() if name.startswith(f"{folder}/") and name != CARDS_OF_2020]
    assert names
    assert {name: outcome(READERS[folder], public / name) for name in names} == {
        name: outcomes()[name] for name in names
    }


@pytest.mark.parametrize("folder", READERS)
def test_a_run_is_the_same_after_the_way_between_processes(folder, public):
    names = [name for name in sources() if name.startswith(f"{folder}/") and "samples, " in outcomes()[name]]
    for name in names:
        run = READERS[folder](public / name)
        assert pickle.loads(pickle.dumps(run)) == run, name  # noqa: S301 - its own bytes


def test_every_card_of_2020_is_read_or_refused(tmp_path):
    counts, path = {}, tmp_path / "README.md"
    for name, data in real_cards().items():
        if name.startswith("transformers_2020/"):
            path.write_bytes(data)
            text = outcome(read_hub_card, path)
            counts[text] = counts.get(text, 0) + 1
    assert "; ".join(f"{count} of {text}" for text, count in sorted(counts.items())) == outcomes()[CARDS_OF_2020]


def verdict(path, schemas):
    """Return whether a document is valid by the official schema of its format and version."""
    version = "-1.6" if re.search(r"/1\.6/", path.as_posix()) else ""
    form = "spdx" if path.parent.name == "spdx" else f"cyclonedx{version}"
    try:
        value = json.loads(path.read_text())
    except ValueError:
        return "no document"
    if "schema" in path.parts or "$defs" in value or "definitions" in value:
        return "a schema"
    return "valid" if schemas[form].is_valid(value) else "not valid"


@pytest.mark.parametrize("folder", FORMATS)
def test_every_document_of_another_format_is_valid_or_not_as_the_table_says(folder, public):
    schemas = official_schemas(public)
    names = [name for name in sources() if name.startswith(f"{folder}/")]
    assert names
    assert {name: verdict(public / name, schemas) for name in names} == {name: outcomes()[name] for name in names}
