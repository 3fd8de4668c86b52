"""A report counts by a party whose key the reader trusts, about this statement, and not by its issuer."""

import shutil

import pytest
from tests.validator.signing.conftest import ISSUER, LAB

from dls.document.reader import read


def test_a_trusted_partys_report_is_verified_and_printed(signing):
    code, output = signing.verify()
    assert code == 0
    report = read(signing.folder / "report.yaml").value
    digests = report["student"]["weights_sha256"], report["statement"]["core_sha256"]
    assert [part for part in (LAB, *digests, "revision 1", "4 confirmed") if part not in output] == []


def test_without_a_statement_the_output_says_so(signing):
    code, output = signing.verify(statement=False)
    assert code == 0
    assert "without --statement, dls did not check" in output


def test_a_genuine_report_that_refutes_fails(signing):
    signing.judge(0, "refuted")
    code, output = signing.verify()
    assert code == 1
    assert "1 refuted" in output


def test_a_key_that_the_reader_does_not_trust_is_refused(signing):
    signing.sign(signing.key("stranger"))
    assert "none of the keys that you trust" in signing.refusal()


def test_a_wrong_key_under_a_trusted_name_is_refused(signing):
    key_id = signing.sealed()[0]["signatures"][0]["keyid"]
    signing.sign(signing.key("stranger"))
    signing.rewrite(lambda value: value["signatures"][0].update(keyid=key_id))
    assert f"does not fit key {key_id}" in signing.refusal()


@pytest.mark.parametrize("name", [" example lab ", "Example\u00a0 Lab", "EXAMPLE\u200b LAB", "\uff25xample Lab"])
def test_a_report_by_the_issuer_is_refused_however_the_name_is_written(signing, name):
    signing.report(by={"name": name})
    signing.sign(signing.key("anonymous"))
    assert "no independent reproduction" in signing.refusal(signing.public("anonymous"))


def test_a_report_under_the_issuers_key_is_refused_with_any_name(signing):
    """The reader keeps one key under two names, one of which is the issuer's."""
    public = signing.public("issuer", ISSUER)
    signing.sign(signing.key("issuer"))
    trust = signing.folder / "both.pub"
    trust.write_text(public.read_text() + public.read_text().replace(ISSUER, LAB))
    assert "the one of the statement's issuer 'Example Lab'" in signing.refusal(trust)


def test_the_issuers_key_is_the_same_key_in_any_encoding(signing):
    """The raw 32 bytes name a key, so that line ends, other names and another file hide nothing."""
    from dls.signing.keys import read_trusted_keys

    public = signing.public("issuer", ISSUER)
    copy = signing.folder / "innocent.pem"
    copy.write_bytes(public.read_bytes().replace(ISSUER.encode(), LAB.encode()).replace(b"\n", b"\r\n"))
    assert read_trusted_keys(copy)[0].id == read_trusted_keys(public)[0].id
    trust = signing.folder / "trust"
    trust.mkdir()
    shutil.copy(public, trust)
    shutil.copy(copy, trust)
    signing.sign(signing.key("issuer"))
    assert "the one of the statement's issuer" in signing.refusal(trust)


def test_a_party_cannot_sign_under_the_name_of_another(signing):
    signing.sign(signing.key("third", "A Third Party"))
    assert "the key is the one of 'A Third Party'" in signing.refusal(signing.public("third"))


def test_a_key_without_a_party_proves_no_name(signing):
    signing.draw("nameless")
    signing.sign(signing.key("nameless"))
    code, output = signing.verify(signing.public("nameless"))
    assert code == 0
    assert "the name is the report's own" in output
    assert "whose issuer may have signed it" in output


@pytest.mark.parametrize("arm", ["student", "teacher"])
def test_a_report_about_another_model_is_refused(signing, arm):
    model = read(signing.folder / "report.yaml").value[arm]
    signing.report(**{arm: model | {"tensors_sha256": "0" * 64}})
    signing.sign(signing.key("lab"))
    assert f"about another {arm}: its tensors_sha256 is {'0' * 64}" in signing.refusal()


def test_a_report_about_the_same_tensors_in_other_files_counts(signing):
    model = read(signing.folder / "report.yaml").value["student"]
    signing.report(student=model | {"weights_sha256": "0" * 64})
    signing.sign(signing.key("lab"))
    assert signing.verify()[0] == 0


DIFFERENCES = {
    "core": ({"limits": "None at all."}, "is about the statement core"),
    "revision": ({"revision": 2}, "is about revision 1; the statement is revision 2"),
    "statement": (
        {"id": "urn:uuid:00000000-0000-4000-8000-000000000000"},
        "is about the statement urn:uuid:4b0f6c1e",
    ),
}


@pytest.mark.parametrize("case", DIFFERENCES)
def test_a_report_about_another_statement_is_refused(signing, case):
    change, words = DIFFERENCES[case]
    signing.statement(**change)
    assert words in signing.refusal()
