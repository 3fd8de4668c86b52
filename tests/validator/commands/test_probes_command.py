import json

import pytest

from dls.commands.cli import main
from dls.probes import FILE_PROBES, GENERATED_PROBES


def told(capsys, *words):
    assert main(["probes", *words, "--format", "json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_the_list_holds_every_probe_with_what_it_measures(capsys):
    assert [one["id"] for one in told(capsys)] == [known.id for known in (*GENERATED_PROBES, *FILE_PROBES)]


@pytest.mark.parametrize(
    "known", [known for known in (*GENERATED_PROBES, *FILE_PROBES) if known.from_rows], ids=lambda known: known.id
)
def test_a_probe_that_takes_a_file_says_what_its_rows_are(known, capsys):
    form = told(capsys, known.id)["data_file"]
    assert form == known.file_form
    assert '": ' in form


def test_a_probe_that_has_no_items_of_its_own_is_shown_without_one(capsys):
    assert "item" not in told(capsys, FILE_PROBES[0].id)
    assert "item" in told(capsys, GENERATED_PROBES[0].id)
