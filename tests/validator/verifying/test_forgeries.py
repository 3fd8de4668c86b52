"""Each forgery that a command detects without a model; `tests/forgeries.py` lists all with their commands."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.forgeries import BY_RECORDS, EXIT_CODE, RECOMPUTE, TABLE, Forgery, as_markdown

from dls.canonical import file_sha256
from dls.commands.cli import main
from dls.document.writer import yaml_text
from dls.probes.catalogue import find_probe
from dls.scenarios.profile import load_profile

ACCURACY, BRIER, ENTROPY = "headline-accuracy", "uncertainty-brier-top-label", "diversity-valid-answer-entropy"
HEADLINE = "headline.multiple_choice"


def better_value(publication):
    claim = publication.claim(BRIER)
    claim["student"]["value"] -= 0.01
    claim["loss"]["value"] -= 0.01
    for ends in (claim["student"]["interval"], claim["loss"]["interval"]):
        ends["low"], ends["high"] = ends["low"] - 0.01, ends["high"] - 0.01


def flipped_direction(publication):
    publication.claim(ENTROPY)["loss"]["value"] *= -1


def narrowed_interval(publication):
    publication.claim(BRIER)["loss"]["interval"]["high"] -= 0.001


def interval_of_another_n(publication):
    publication.claim(ACCURACY)["loss"]["interval"]["n_units"] = 1500


def wished_outcome(publication):
    publication.claim(ENTROPY)["outcome"] = "preserved"
    publication.claim(ENTROPY)["targets"][0]["outcome"] = "preserved"


def looser_margin(publication):
    publication.claim(ENTROPY)["targets"][0].update(margin=0.9, outcome="preserved")
    publication.claim(ENTROPY)["outcome"] = "preserved"


def looser_profile(publication):
    path = publication.folder / "small.yaml"
    path.write_text(path.read_text().replace("margin: 0.05", "margin: 0.9"))


def repin(publication, name=HEADLINE):
    for entry in publication.statement["evidence"]:
        if name in entry["path"]:
            path = publication.folder / entry["path"]
            entry |= {"sha256": file_sha256(path), "bytes": path.stat().st_size}


def rewrite(publication, change, name=HEADLINE):
    path = publication.folder / "evidence" / name / "manifest.json"
    manifest = json.loads(path.read_text())
    change(manifest)
    path.write_text(json.dumps(manifest))
    repin(publication, name)


def _evidence_of_seed_5(publication, make_evidence):
    profile = load_profile(publication.folder / "small.yaml")
    make_evidence(publication.folder / "evidence", find_probe(HEADLINE), profile, seed=5)


def records_of_another_seed(publication, make_evidence):
    seed = publication.claim(ACCURACY)["items"]["seed"]
    _evidence_of_seed_5(publication, make_evidence)
    rewrite(publication, lambda manifest: manifest["items"].update(seed=seed, seed_reason=None))


def dropped_items(publication):
    place = publication.folder / "evidence" / HEADLINE

    def shorten(manifest):
        for entry in manifest["records"]:
            path = place / entry["path"]
            path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:-20]))
            entry |= {"sha256": file_sha256(path), "bytes": path.stat().st_size, "count": 100}

    rewrite(publication, shorten)


def best_of_five_seeds(publication, make_evidence, make_statement):
    _evidence_of_seed_5(publication, make_evidence)
    claims = {claim["id"]: claim for claim in make_statement(publication.folder)["claims"]}
    claim = publication.claim(ACCURACY)
    claim.update(claims[ACCURACY])
    repin(publication)
    claim["outcome"] = "preserved"
    claim["targets"] = [target | {"outcome": "preserved"} for target in claim["targets"]]
    del claim["reason"]


def everything_about_a_loss(publication):
    statement = publication.statement
    statement["claims"] = [claim for claim in statement["claims"] if claim["dimension"] != "diversity"]
    statement["evidence"] = [entry for entry in statement["evidence"] if "diversity" not in entry["path"]]
    statement["acceptances"] = []


def one_loss_of_a_manifest(publication):
    publication.statement["claims"] = [claim for claim in publication.statement["claims"] if claim["id"] != ENTROPY]
    publication.statement["acceptances"] = []


def not_applicable(publication):
    everything_about_a_loss(publication)
    absence = {"dimension": "diversity", "status": "not_applicable", "justification": "no_such_function", "note": "-"}
    publication.statement["absences"].append(absence)


def waiver_brought_along(publication):
    wished_outcome(publication)
    waiver = {"code": "DLS209", "pointer": "/claims", "reason": "Trust us.", "until": "2036-01-01"}
    for name in ("waivers.yaml", ".dls-waivers.yaml", "dls-waivers.yaml"):
        (publication.folder / name).write_text(yaml_text({"dls_waivers": "1.0", "waivers": [waiver]}))


def own_independence(publication):
    publication.statement["assurance"] = "independently_reproduced"


def older_probe(publication):
    rewrite(publication, lambda manifest: manifest["probe"].update(version="0.7"), "uncertainty.multiple_choice")


def report_of_an_earlier_revision(publication):
    numbers = {"confirmed": 0, "borderline": 0, "refuted": 0, "not_verifiable": 0}
    statement = {"id": publication.statement["id"], "revision": 1, "core_sha256": "0" * 64}
    report = {
        "dls_reproduction": "1.0", "statement": statement, "by": {"name": "Another Lab"}, "performed_on": "2026-11-19",
        "platform": {}, "teacher": {}, "student": {}, "claims": [], "summary": numbers,
    }  # fmt: skip
    (publication.folder / "report.yaml").write_text(yaml_text(report))
    digest = file_sha256(publication.folder / "report.yaml")
    entry = {"by": "Another Lab", "performed_on": "2026-11-19", "path": "report.yaml", "sha256": digest}
    publication.statement["reproductions"] = [entry]


def dated_again(publication):
    one_loss_of_a_manifest(publication)
    publication.statement.update(issued="2026-11-24", revision=2)


def fewer_digits(publication):
    claim = publication.claim(BRIER)
    claim["student"]["value"] = round(claim["student"]["value"], 2)


def interval_left_out(publication):
    del publication.claim(BRIER)["student"]["interval"]


def _add_failed_check(publication, arm, name):
    entry = {"arm": arm, "check": name, "value": 0.1, "floor": 0.5, "passed": False}

    def add(manifest):
        others = [check for check in manifest["checks"] if (check["arm"], check["check"]) != (arm, name)]
        manifest["checks"] = [*others, entry]

    rewrite(publication, add, "diversity.open_answer")


def _excuse(publication):
    claim = publication.claim(ENTROPY)
    claim |= {"outcome": "inconclusive", "reason": "validity_check_failed"}
    claim["targets"] = [target | {"outcome": "inconclusive"} for target in claim["targets"]]


def excuse_of_no_probe(publication):
    _add_failed_check(publication, "teacher", "patience")
    _excuse(publication)


def excuse_of_the_student(publication):
    _add_failed_check(publication, "student", "answer_validity")
    _excuse(publication)


def invented_device(publication):
    rewrite(publication, lambda manifest: [arm.update(device="quantum") for arm in manifest["circumstances"].values()])


def two_runs(publication):
    publication.claim(BRIER)["evidence"] += publication.claim(ENTROPY)["evidence"]


def own_metric_as_cover(publication):
    statement, metric = publication.statement, "x-example:poise"
    statement["absences"] = [entry for entry in statement["absences"] if entry["dimension"] != "safety"]
    statement["metrics"] = [
        {"id": metric, "dimension": "safety", "definition": "Poise under pressure.", "unit": "share", "low": 0,
         "high": 1, "direction": "higher", "kind": "bounded_index"}
    ]  # fmt: skip
    statement["evidence"].append({"id": "hearsay", "kind": "claimed", "availability": "withheld"})
    statement["claims"].append(
        {"id": "poise", "dimension": "safety", "metric": metric, "comparator": "teacher", "teacher": {"value": 0.5},
         "student": {"value": 0.9}, "loss": {"value": -0.4}, "targets": [], "outcome": "reported",
         "evidence": ["hearsay"]}
    )  # fmt: skip


def dead_address(publication):
    (entry,) = (entry for entry in publication.statement["evidence"] if HEADLINE in entry["path"])
    del entry["path"]
    entry |= {"availability": "public", "uri": "https://example.org/gone.tar"}


def third_party_by_name(publication):
    publication.statement["issuer"]["role"] = "third_party"
    publication.statement["acceptances"] = []


def look_alike(publication):
    publication.statement["acceptances"][0]["accepted_by"] = "\u0410 test"  # the Cyrillic capital A


def denial(publication):
    publication.statement["limits"] = "None: the student is better in every respect."


def one_letter(publication):
    publication.statement["acceptances"][0]["reason"] = "x"


def late_review(publication):
    publication.statement["acceptances"][0]["review_by"] = "9999-12-31"


def early_profile(publication):
    publication.statement["scenario"]["fixed_on"] = "2019-05-01"


def nothing(_publication):
    """Leave an honest statement with a profile of its own, that requires two dimensions."""


FORGE: dict[str, Callable[..., None]] = {
    "a better student value": better_value,
    "a flipped direction": flipped_direction,
    "a narrowed interval": narrowed_interval,
    "an interval from another n": interval_of_another_n,
    "an outcome that its interval does not support": wished_outcome,
    "a margin loosened in the claim": looser_margin,
    "a margin loosened in the profile": looser_profile,
    "records of another seed": records_of_another_seed,
    "items dropped where the student failed": dropped_items,
    "the best of five seeds": best_of_five_seeds,
    "claim, acceptance and evidence deleted together": everything_about_a_loss,
    "a loss of a manifest left out": one_loss_of_a_manifest,
    "an own profile that requires little": nothing,
    "a waiver beside the statement": waiver_brought_along,
    "independence claimed without a signed report": own_independence,
    "evidence from an older probe version": older_probe,
    "an old report of an earlier revision": report_of_an_earlier_revision,
    "a required dimension labelled not applicable": not_applicable,
    "a loss deleted and the file dated again": dated_again,
    "fewer digits than the evidence has": fewer_digits,
    "a member left out that the evidence has": interval_left_out,
    "a loss excused by a check that no probe makes": excuse_of_no_probe,
    "a loss excused by a check that the student alone fails": excuse_of_the_student,
    "a device that does not exist, to excuse a number": invented_device,
    "two runs behind one claim": two_runs,
    "an own metric in the place of a dimension": own_metric_as_cover,
    "a made-up number at a dead address": dead_address,
    "a publisher that calls itself a third party": third_party_by_name,
    "a party's name in letters that look the same": look_alike,
    "a text that denies the loss": denial,
    "a loss accepted with one letter": one_letter,
    "a review in the year 9999": late_review,
    "a profile fixed before the standard": early_profile,
}


def forge(forgery: Forgery, publication: Any, makers: dict[str, Any]) -> None:
    forger = FORGE[forgery.name]
    arguments = forger.__code__.co_varnames[1 : forger.__code__.co_argcount]
    forger(publication, *(makers[name] for name in arguments))


def quick(publication: Any) -> None:
    """Keep the claims without a bootstrap of a rank statistic, where the statement need not be complete."""
    statement = publication.statement
    statement["claims"] = [claim for claim in statement["claims"] if claim["id"] in (ACCURACY, BRIER, ENTROPY)]


@pytest.mark.parametrize("forgery", [row for row in TABLE if row.test == BY_RECORDS], ids=lambda row: row.name)
def test_a_forgery_is_detected_by_its_command(publication, make_evidence, make_statement, capsys, forgery):
    forge(forgery, publication, {"make_evidence": make_evidence, "make_statement": make_statement})
    name, *options = forgery.command.split()
    if name == RECOMPUTE:
        quick(publication)
        options += ["--format", "json"]
    assert main([name, str(publication.write()), *options]) == EXIT_CODE
    assert forgery.message in capsys.readouterr().out


def test_the_honest_statement_passes_both_commands(publication, capsys):
    assert main(["validate", str(publication.write())]) == 0
    quick(publication)
    assert main(["recompute", str(publication.write())]) == 0
    assert "0 refuted" in capsys.readouterr().out


@pytest.mark.parametrize("forgery", TABLE, ids=lambda row: row.name)
def test_the_test_that_the_table_names_is_there(forgery):
    path, name = forgery.test.split("::")
    assert f"def {name}(" in Path(path).read_text()


def test_the_verifiers_page_shows_the_table():
    """Printed by `python -m tests.forgeries`."""
    assert as_markdown() in Path("docs/forgeries.md").read_text()
