"""Every forgery that needs no model to be seen, with the command that sees it; `tests/probes/test_forgeries.py` has the others."""

import json
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

from dls.canonical import file_sha256
from dls.cli import main
from dls.probe import probe
from dls.profile import load
from dls.yaml_text import yaml_text

ACCURACY, BRIER, ENTROPY = "headline-accuracy", "uncertainty-brier-top-label", "diversity-valid-answer-entropy"
HEADLINE = "headline.multiple_choice"


class Forgery(NamedTuple):
    """What a forger does to an honest statement, the words of the command that sees it, and what that prints."""

    forge: Callable[..., None]
    command: tuple[str, ...]
    said: str


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
    make_evidence(told.folder / "evidence", probe(HEADLINE), load(told.folder / "small.yaml"), seed=5)
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
    make_evidence(told.folder / "evidence", probe(HEADLINE), load(told.folder / "small.yaml"), seed=5)
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


VALIDATE, RECOMPUTE = ("validate",), ("recompute",)
FORGERIES = {
    "a better student value": Forgery(better_value, RECOMPUTE, "student 0"),
    "a flipped direction": Forgery(flipped_direction, VALIDATE, "DLS203"),
    "a narrowed interval": Forgery(narrowed_interval, RECOMPUTE, "the high end of loss's interval"),
    "an interval from another n": Forgery(interval_of_another_n, RECOMPUTE, "has n_units 1500"),
    "outcome by wishful thinking": Forgery(wished_outcome, VALIDATE, "DLS209"),
    "a margin loosened in the claim": Forgery(looser_margin, VALIDATE, "DLS503"),
    "a margin loosened in the profile": Forgery(looser_profile, VALIDATE, "DLS502"),
    "records of another seed": Forgery(records_of_another_seed, RECOMPUTE, "makes items with digest"),
    "items dropped where the student failed": Forgery(dropped_items, RECOMPUTE, "100 records for 120 items"),
    "the best of five seeds": Forgery(best_of_five_seeds, VALIDATE, "DLS505"),
    "claim, acceptance and evidence deleted together": Forgery(everything_about_a_loss, VALIDATE, "DLS507"),
    "a loss of a manifest left out": Forgery(one_loss_of_a_manifest, VALIDATE, "DLS308"),
    "an own profile that requires little": Forgery(
        nothing, ("validate", "--strict", "--scenario", "general_chat"), "DLS509"
    ),
    "a waiver brought along": Forgery(waiver_brought_along, VALIDATE, "DLS209"),
    "independence claimed by oneself": Forgery(own_independence, VALIDATE, "independently_reproduced"),
    "evidence from an older probe version": Forgery(older_probe, RECOMPUTE, "install an earlier release"),
    "a report of an earlier revision": Forgery(report_of_an_earlier_revision, VALIDATE, "DLS703"),
    "a required dimension that does not apply": Forgery(not_applicable, VALIDATE, "DLS603"),
    "a loss deleted and the file dated again": Forgery(dated_again, VALIDATE, "DLS107"),
}


def called(forgery: Forgery, told: Any, makers: dict[str, Any]) -> None:
    wanted = forgery.forge.__code__.co_varnames[1 : forgery.forge.__code__.co_argcount]
    forgery.forge(told, *(makers[name] for name in wanted))


def quick(told: Any) -> None:
    """Keep the claims without a bootstrap of a rank statistic, where the statement need not be complete."""
    kept = (ACCURACY, BRIER, ENTROPY)
    told.statement["claims"] = [claim for claim in told.statement["claims"] if claim["id"] in kept]


@pytest.mark.parametrize("name", FORGERIES)
def test_a_forgery_is_seen_by_its_command(told, make_evidence, make_statement, capsys, name):
    forgery = FORGERIES[name]
    called(forgery, told, {"make_evidence": make_evidence, "make_statement": make_statement})
    if forgery.command == RECOMPUTE:
        quick(told)
    more = ("--format", "json") if forgery.command == RECOMPUTE else ()
    assert main([forgery.command[0], str(told.write()), *forgery.command[1:], *more]) == 1
    assert forgery.said in capsys.readouterr().out


def test_the_honest_statement_passes_both_commands(told, capsys):
    assert main(["validate", str(told.write())]) == 0
    quick(told)
    assert main(["recompute", str(told.write())]) == 0
    assert "0 refuted" in capsys.readouterr().out
