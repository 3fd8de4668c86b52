"""Every forgery that needs no model to be seen; `tests/forgeries.py` says which command sees it, and has the others."""

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


def better_value(told):
    claim = told.claim(BRIER)
    claim["student"]["value"] -= 0.01
    claim["loss"]["value"] -= 0.01
    for ends in (claim["student"]["interval"], claim["loss"]["interval"]):
        ends["low"], ends["high"] = ends["low"] - 0.01, ends["high"] - 0.01


def flipped_direction(told):
    told.claim(ENTROPY)["loss"]["value"] *= -1


def narrowed_interval(told):
    told.claim(BRIER)["loss"]["interval"]["high"] -= 0.001


def interval_of_another_n(told):
    told.claim(ACCURACY)["loss"]["interval"]["n_units"] = 1500


def wished_outcome(told):
    told.claim(ENTROPY)["outcome"] = "preserved"
    told.claim(ENTROPY)["targets"][0]["outcome"] = "preserved"


def looser_margin(told):
    told.claim(ENTROPY)["targets"][0].update(margin=0.9, outcome="preserved")
    told.claim(ENTROPY)["outcome"] = "preserved"


def looser_profile(told):
    path = told.folder / "small.yaml"
    path.write_text(path.read_text().replace("margin: 0.05", "margin: 0.9"))


def repin(told, name=HEADLINE):
    for entry in told.statement["evidence"]:
        if name in entry["path"]:
            path = told.folder / entry["path"]
            entry |= {"sha256": file_sha256(path), "bytes": path.stat().st_size}


def rewrite(told, change, name=HEADLINE):
    path = told.folder / "evidence" / name / "manifest.json"
    manifest = json.loads(path.read_text())
    change(manifest)
    path.write_text(json.dumps(manifest))
    repin(told, name)


def records_of_another_seed(told, make_evidence):
    derived = told.claim(ACCURACY)["items"]["seed"]
    make_evidence(told.folder / "evidence", find_probe(HEADLINE), load_profile(told.folder / "small.yaml"), seed=5)
    rewrite(told, lambda manifest: manifest["items"].update(seed=derived, seed_reason=None))


def dropped_items(told):
    place = told.folder / "evidence" / HEADLINE

    def shorten(manifest):
        for entry in manifest["records"]:
            path = place / entry["path"]
            path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:-20]))
            entry |= {"sha256": file_sha256(path), "bytes": path.stat().st_size, "count": 100}

    rewrite(told, shorten)


def best_of_five_seeds(told, make_evidence, make_statement):
    make_evidence(told.folder / "evidence", find_probe(HEADLINE), load_profile(told.folder / "small.yaml"), seed=5)
    again = {claim["id"]: claim for claim in make_statement(told.folder)["claims"]}
    claim = told.claim(ACCURACY)
    claim.update(again[ACCURACY])
    repin(told)
    claim["outcome"] = "preserved"
    claim["targets"] = [target | {"outcome": "preserved"} for target in claim["targets"]]
    del claim["reason"]


def everything_about_a_loss(told):
    told.statement["claims"] = [claim for claim in told.statement["claims"] if claim["dimension"] != "diversity"]
    told.statement["evidence"] = [e for e in told.statement["evidence"] if "diversity" not in e["path"]]
    told.statement["acceptances"] = []


def one_loss_of_a_manifest(told):
    told.statement["claims"] = [claim for claim in told.statement["claims"] if claim["id"] != ENTROPY]
    told.statement["acceptances"] = []


def not_applicable(told):
    everything_about_a_loss(told)
    absence = {"dimension": "diversity", "status": "not_applicable", "justification": "no_such_function", "note": "-"}
    told.statement["absences"].append(absence)


def waiver_brought_along(told):
    wished_outcome(told)
    waiver = {"code": "DLS209", "pointer": "/claims", "reason": "Trust us.", "until": "2036-01-01"}
    for name in ("waivers.yaml", ".dls-waivers.yaml", "dls-waivers.yaml"):
        (told.folder / name).write_text(yaml_text({"dls_waivers": "1.0", "waivers": [waiver]}))


def own_independence(told):
    told.statement["assurance"] = "independently_reproduced"


def older_probe(told):
    rewrite(told, lambda manifest: manifest["probe"].update(version="0.7"), "uncertainty.multiple_choice")


def report_of_an_earlier_revision(told):
    numbers = {"confirmed": 0, "borderline": 0, "refuted": 0, "not_verifiable": 0}
    statement = {"id": told.statement["id"], "revision": 1, "core_sha256": "0" * 64}
    report = {
        "dls_reproduction": "1.0", "statement": statement, "by": {"name": "Another Lab"}, "performed_on": "2026-11-19",
        "platform": {}, "teacher": {}, "student": {}, "mode": "same_items", "claims": [], "summary": numbers,
    }  # fmt: skip
    (told.folder / "report.yaml").write_text(yaml_text(report))
    digest = file_sha256(told.folder / "report.yaml")
    listed = {"by": "Another Lab", "performed_on": "2026-11-19", "path": "report.yaml", "sha256": digest}
    told.statement["reproductions"] = [listed]


def dated_again(told):
    one_loss_of_a_manifest(told)
    told.statement.update(issued="2026-11-24", revision=2)


def nothing(_told):
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
}


def forge(one: Forgery, told: Any, makers: dict[str, Any]) -> None:
    forger = FORGE[one.name]
    wanted = forger.__code__.co_varnames[1 : forger.__code__.co_argcount]
    forger(told, *(makers[name] for name in wanted))


def quick(told: Any) -> None:
    """Keep the claims without a bootstrap of a rank statistic, where the statement need not be complete."""
    kept = (ACCURACY, BRIER, ENTROPY)
    told.statement["claims"] = [claim for claim in told.statement["claims"] if claim["id"] in kept]


@pytest.mark.parametrize("one", [one for one in TABLE if one.test == BY_RECORDS], ids=lambda one: one.name)
def test_a_forgery_is_seen_by_its_command(told, make_evidence, make_statement, capsys, one):
    forge(one, told, {"make_evidence": make_evidence, "make_statement": make_statement})
    name, *more = one.command.split()
    if name == RECOMPUTE:
        quick(told)
        more += ["--format", "json"]
    assert main([name, str(told.write()), *more]) == EXIT_CODE
    assert one.message in capsys.readouterr().out


def test_the_honest_statement_passes_both_commands(told, capsys):
    assert main(["validate", str(told.write())]) == 0
    quick(told)
    assert main(["recompute", str(told.write())]) == 0
    assert "0 refuted" in capsys.readouterr().out


@pytest.mark.parametrize("one", TABLE, ids=lambda one: one.name)
def test_the_test_that_the_table_names_is_there(one):
    path, name = one.test.split("::")
    assert f"def {name}(" in Path(path).read_text()


def test_the_verifiers_page_shows_the_table():
    """Printed by `python -m tests.forgeries`."""
    assert as_markdown() in Path("docs/verify.md").read_text()
