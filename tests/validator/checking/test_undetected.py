"""Attacks that no check of a file catches: each of them passes here, and the page of the threats says so."""

from tests.validator.conftest import ABSENCE, PROBE_IDS, PROFILE, write_evidence, write_statement

from dls.commands.cli import main
from dls.document.writer import yaml_text
from dls.probes.catalogue import find_probe
from dls.scenarios.profile import load_profile
from dls.standard.specification import spec_folder

DOCUMENTS = spec_folder() / "conformance" / "documents"
DIVERSITY = {"dimension": "diversity", **ABSENCE}


def test_a_probe_that_no_profile_asks_for_can_be_left_out_without_a_trace(tmp_path, capsys):
    profile = PROFILE | {
        "required": ["uncertainty"],
        "not_required": [*PROFILE["not_required"], {"dimension": "diversity", "reason": "Not looked at here."}],
        "targets": [target for target in PROFILE["targets"] if target["dimension"] != "diversity"],
    }
    (tmp_path / "small.yaml").write_text(yaml_text(profile))
    for name in PROBE_IDS:
        write_evidence(tmp_path / "evidence", find_probe(name), load_profile(tmp_path / "small.yaml"))
    statement = write_statement(tmp_path)
    statement["claims"] = [claim for claim in statement["claims"] if claim["probe"]["id"] != PROBE_IDS[2]]
    statement["evidence"] = [entry for entry in statement["evidence"] if PROBE_IDS[2] not in entry["path"]]
    statement |= {"acceptances": [], "absences": [*statement["absences"], DIVERSITY]}
    (tmp_path / "dls.yaml").write_text(yaml_text(statement))
    assert main(["validate", "--strict", str(tmp_path / "dls.yaml")]) == 0
    assert "0 errors, 0 warnings" in capsys.readouterr().out


def test_a_plausible_day_is_believed(publication):
    publication.statement["scenario"]["fixed_on"] = "2026-11-05"
    assert main(["validate", "--strict", str(publication.write())]) == 0


def test_an_old_copy_does_not_know_of_its_withdrawal(capsys):
    assert main(["validate", "--strict", str(DOCUMENTS / "DLS112-withdrawn.yaml")]) == 1
    assert main(["validate", "--strict", str(DOCUMENTS / "second-revision.yaml")]) == 0
    assert "withdrawn" not in capsys.readouterr().out.splitlines()[-1]


def test_a_report_without_a_count_of_earlier_ones_is_valid():
    report = DOCUMENTS / "report.yaml"
    assert "earlier_reports" not in report.read_text()
    assert main(["validate", "--strict", str(report)]) == 0
