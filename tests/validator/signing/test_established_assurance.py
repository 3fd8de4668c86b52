"""`dls validate --trust` establishes independence under trusted keys, for every required claim, and never more."""

import base64
import json
import shutil

import pytest
from tests.validator.evidence.hub_layout import hub_cache
from tests.validator.signing.conftest import DOCUMENTS, LAB

from dls.canonical import file_sha256
from dls.document.reader import parse, read
from dls.judging.assess import ReportedClaims, is_independently_reproduced
from dls.model import Statement, frozen
from dls.scenarios.profile import load_profile


def test_independence_is_established_under_trust(signing):
    assert signing.established(signing.public("lab")) == (0, "independently_reproduced", "")


def test_independence_is_never_established_without_trust(signing):
    assert signing.established() == (0, "consistent", "")


def test_independence_is_printed(signing):
    code, output = signing.run("validate", "--trust", signing.public("lab"), signing.folder / "dls.yaml")
    assert code == 0
    assert "established here: independently_reproduced" in output


def test_a_statement_that_claims_less_gets_the_assurance_that_it_has(signing):
    signing.statement(assurance="recomputed")
    assert signing.established(signing.public("lab"))[:2] == (0, "independently_reproduced")


def test_an_untrusted_signature_establishes_nothing_and_fails_the_claim(signing):
    code, level, output = signing.established(signing.public("stranger"))
    assert (code, level) == (1, "consistent")
    assert "none of the keys that you trust" in output


def test_a_refused_envelope_fails_no_statement_that_claims_less(signing):
    signing.statement(assurance="recomputed")
    code, level, output = signing.established(signing.public("stranger"))
    assert (code, level) == (0, "consistent")
    assert "is not believed" in output


def test_a_believed_report_that_does_not_suffice_says_why_though_the_level_is_not_claimed(signing):
    signing.replicate(1, verdict="not_drawn")
    signing.statement(assurance="recomputed")
    code, level, output = signing.established(signing.public("lab"))
    assert (code, level) == (0, "consistent")
    assert "replicates it on the fresh items" in output


def test_the_entry_that_sign_prints_is_the_one_that_the_statement_lists(signing):
    signing.envelope.unlink()
    _, output = signing.run("sign", signing.folder / "report.yaml", "--key", signing.key("lab"))
    (entry,) = parse(output.partition("\n")[2].encode(), "printed").value["reproductions"]
    assert entry == signing.listed()


def test_a_report_of_another_day_than_the_listed_one_is_an_error(signing):
    signing.statement(reproductions=[signing.listed() | {"performed_on": "2020-01-01"}])
    code, output = signing.run("validate", signing.folder / "dls.yaml")
    assert (code, "DLS703" in output, "/reproductions/0/performed_on" in output) == (1, True, True)


def test_verify_counts_the_fresh_items(signing):
    signing.replicate(1, verdict="not_drawn")
    assert "1 not drawn" in signing.verify()[1]


def listed_as(**changes):
    """Return a change of the statement's entry for the report; None leaves a member out."""

    def change(signing):
        entry = signing.listed() | changes
        signing.statement(reproductions=[{name: value for name, value in entry.items() if value is not None}])

    return change


def redraw(signing, **changes):
    signing.report(draw=changes)
    signing.sign(signing.key("lab"))


def without_signature(signing):
    draw = read(signing.folder / "report.yaml").value["draw"]
    value = read(signing.folder / "report.yaml").value | {"draw": {"nonce": draw["nonce"], "factor": 2}}
    (signing.folder / "report.yaml").write_text(json.dumps(value))
    signing.report()
    signing.sign(signing.key("lab"))


def flip(signing):
    signature = read(signing.folder / "report.yaml").value["draw"]["signature"]
    data = bytearray(base64.b64decode(signature["sig"]))
    data[0] ^= 1
    redraw(signing, signature=signature | {"sig": base64.b64encode(data).decode()})


INSUFFICIENT = {
    "tampered": (
        lambda signing: signing.tamper(lambda payload: payload["predicate"]["by"].update(name="Somebody Else")),
        "consistent",
        "does not fit key",
    ),
    "no envelope": (listed_as(envelope=None), "consistent", "no report that you can believe"),
    "an envelope elsewhere": (listed_as(envelope="../report.dsse.json"), "declared", "it is outside"),
    "around another report": (
        lambda signing: signing.report(note="Written after the signature."),
        "consistent",
        "signs another report",
    ),
    "another digest": (listed_as(sha256="0" * 64), "declared", "not beside the statement with its digest"),
    "another name": (
        listed_as(by="A Third Party"),
        "declared",
        "it is by 'Another Lab', listed as by 'A Third Party'",
    ),
    "a claim that is not confirmed": (lambda signing: signing.judge(0, "not_verifiable"), "declared", ""),
    "a claim that is refuted": (lambda signing: signing.judge(3, "refuted"), "declared", ""),
    "a random draw": (
        without_signature,
        "declared",
        "replicates it on the fresh items of a signed draw",
    ),
    "a claim without fresh items": (
        lambda signing: signing.replicate(1, verdict="not_drawn"),
        "declared",
        "replicates it on the fresh items",
    ),
    "a draw by another key": (lambda signing: signing.draw("other"), "consistent", "its draw is signed with"),
    "a draw for another profile": (
        lambda signing: signing.draw(profile="1" * 64),
        "consistent",
        "for this pair and profile",
    ),
    "a seed of another draw": (
        lambda signing: signing.replicate(0, seed=1),
        "consistent",
        "was asked fresh items with seed 1",
    ),
    "fewer units than the factor plans": (
        lambda signing: signing.replicate(0, n=1500),
        "consistent",
        "its draw gives seed",
    ),
    "a larger factor than was drawn": (lambda signing: redraw(signing, factor=4), "consistent", "its draw gives seed"),
    "a nonce of no signature": (lambda signing: redraw(signing, nonce="1" * 64), "consistent", "its signature gives"),
    "a signature with one other bit": (flip, "consistent", "is not signed by key"),
}


@pytest.mark.parametrize("case", INSUFFICIENT)
def test_less_than_a_confirmation_of_each_required_claim_establishes_nothing(signing, case):
    change, level, words = INSUFFICIENT[case]
    change(signing)
    code, assurance, output = signing.established(signing.public("lab"))
    assert (code, assurance) == (1, level)
    assert words in output


@pytest.mark.parametrize("member", ["path", "envelope"])
def test_a_link_that_leaves_the_folder_is_followed_to_the_expected_content_alone(signing, member, tmp_path_factory):
    away = tmp_path_factory.mktemp("away")
    file = signing.folder / {"path": "report.yaml", "envelope": "report.dsse.json"}[member]
    before = signing.established(signing.public("lab"))
    shutil.move(file, away)
    file.symlink_to(away / file.name)
    assert signing.established(signing.public("lab")) == before
    (away / file.name).write_bytes((away / file.name).read_bytes().replace(b"a", b"b", 1))
    code, level, output = signing.established(signing.public("lab"))
    assert (code, level == "independently_reproduced") == (1, False)
    assert {"path": "not beside the statement", "envelope": "it is outside"}[member] in output


def test_a_report_and_its_envelope_in_a_hubs_cache_count_as_they_do_beside_the_statement(signing, tmp_path_factory):
    trust = signing.public("lab")
    before = signing.established(trust)
    snapshot = hub_cache(signing.folder, tmp_path_factory.mktemp("home"))
    assert signing._replace(folder=snapshot).established(trust) == before


def every_claim_confirmed(name, profile):
    statement = frozen(read(DOCUMENTS / name).value, Statement)
    claims = frozenset(claim.id for claim in statement.claims)
    return is_independently_reproduced(statement, profile, ReportedClaims(claims, claims))


def test_withheld_records_are_not_independently_reproduced():
    profile = load_profile(DOCUMENTS / "profile.yaml")
    assert every_claim_confirmed("publisher-reproduced.yaml", profile)
    assert not every_claim_confirmed("withheld-records.yaml", profile)


def test_a_profile_without_targets_establishes_nothing():
    profile = load_profile(DOCUMENTS / "profile.yaml")._replace(targets=())
    assert not every_claim_confirmed("publisher-reproduced.yaml", profile)


def confirmed_by(signing, party, key, claims):
    """Write and sign a party's report that confirms some claims by a draw of its own, and return its entry."""
    path = signing.folder / f"{key}.yaml"
    shutil.copy(signing.folder / "report.yaml", signing.folder / "whole.yaml")
    signing.key(key, party)
    signing.draw(key)
    value = read(signing.folder / "report.yaml").value
    shutil.move(signing.folder / "whole.yaml", signing.folder / "report.yaml")
    counts = {"confirmed": len(claims), "borderline": 0, "refuted": 0, "not_verifiable": 0}
    entries = [entry for entry in value["claims"] if entry["id"] in claims]
    path.write_text(json.dumps(value | {"by": {"name": party}, "claims": entries, "summary": counts}))
    assert signing.run("sign", path, "--key", signing.key(key, party))[0] == 0
    entry = {"by": party, "performed_on": "2026-11-23", "path": path.name, "envelope": f"{key}.dsse.json"}
    return {**entry, "sha256": file_sha256(path)}


def test_two_parties_may_confirm_a_part_each(signing):
    claims = [entry["id"] for entry in read(signing.folder / "report.yaml").value["claims"]]
    third = confirmed_by(signing, "A Third Party", "third", claims[2:])
    lab = confirmed_by(signing, LAB, "lab", claims[:2])
    signing.statement(reproductions=[lab, third])
    trust = signing.folder / "trust"
    trust.mkdir()
    for name in ("lab", "third"):
        shutil.copy(signing.public(name), trust)
    assert signing.established(trust)[:2] == (0, "independently_reproduced")
    assert signing.established(signing.public("lab"))[:2] == (1, "consistent")


def test_an_accepted_loss_that_agrees_does_not_stand_in_the_way(signing):
    """One claim of the statement is lost, and accepted: its numbers agree on fresh items too."""
    claims = {claim["id"]: claim for claim in read(signing.folder / "dls.yaml").value["claims"]}
    entries = {entry["id"]: entry for entry in read(signing.folder / "report.yaml").value["claims"]}
    lost = {name for name, claim in claims.items() if claim["outcome"] == "lost"}
    assert {entries[name]["replication"]["verdict"] for name in lost} == {"agrees"}
    assert signing.established(signing.public("lab"))[1] == "independently_reproduced"
