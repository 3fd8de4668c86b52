import json

import pytest

from dls.commands.cli import main
from dls.probes.collection import FILE_PROBES, GENERATED_PROBES


def printed_json(capsys, *words):
    assert main(["probes", *words, "--format", "json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_the_list_holds_each_probe(capsys):
    assert [entry["id"] for entry in printed_json(capsys)] == [probe.id for probe in (*GENERATED_PROBES, *FILE_PROBES)]


@pytest.mark.parametrize(
    "probe", [probe for probe in (*GENERATED_PROBES, *FILE_PROBES) if probe.from_rows], ids=lambda probe: probe.id
)
def test_a_probe_that_takes_a_file_describes_its_rows(probe, capsys):
    form = printed_json(capsys, probe.id)["data_file"]
    assert form == probe.file_form
    assert '": ' in form


def test_a_probe_that_has_no_items_of_its_own_is_shown_without_one(capsys):
    assert "item" not in printed_json(capsys, FILE_PROBES[0].id)
    assert "item" in printed_json(capsys, GENERATED_PROBES[0].id)
