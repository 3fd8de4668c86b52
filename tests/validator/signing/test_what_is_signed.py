"""An envelope holds an in-toto statement about the student and the core, signed by the formula of DSSE."""

import base64
import hashlib
import json

import pytest

from dls.document.reader import read


def public_key(signing):
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    return load_pem_public_key(signing.public("lab").read_bytes().partition(b"\n")[2])


def test_the_payload_is_an_in_toto_statement_about_the_student_and_the_core(signing):
    envelope, payload = signing.sealed()
    report = read(signing.folder / "report.yaml").value
    digests = [subject["digest"]["sha256"] for subject in payload["subject"]]
    assert envelope["payloadType"] == "application/vnd.in-toto+json"
    assert payload["_type"] == "https://in-toto.io/Statement/v1"
    assert payload["predicateType"] == "https://w3id.org/distillation-loss-statement/1.0/reproduction"
    student = report["student"]
    assert digests == [student["weights_sha256"], student["tensors_sha256"], report["statement"]["core_sha256"]]
    assert payload["predicate"] == report


def test_the_signature_holds_by_the_formula_of_dsse(signing):
    """An oracle of its own: cryptography over the bytes that DSSE v1.0 writes down, without the library."""
    envelope, _ = signing.sealed()
    payload, kind = base64.b64decode(envelope["payload"]), envelope["payloadType"]
    encoding = f"DSSEv1 {len(kind)} {kind} {len(payload)} ".encode() + payload
    public_key(signing).verify(base64.b64decode(envelope["signatures"][0]["sig"]), encoding)


def test_the_key_id_is_the_one_that_the_specification_fixes(signing):
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    public = public_key(signing).public_bytes(Encoding.Raw, PublicFormat.Raw).hex()
    text = f'{{"keytype":"ed25519","keyval":{{"public":"{public}"}},"scheme":"ed25519"}}'
    assert signing.sealed()[0]["signatures"][0]["keyid"] == hashlib.sha256(text.encode()).hexdigest()


def test_the_same_key_and_report_give_the_same_envelope(signing):
    first = signing.envelope.read_bytes()
    assert signing.sign(signing.key("lab")).read_bytes() == first


INVALID = {
    "a summary that counts otherwise": ({"summary": {"confirmed": 9}}, "no valid reproduction report"),
    "no weights": ({"student": {}}, "names no weights_sha256"),
    "no tensors": ({"student": {"weights_sha256": "0" * 64}}, "names no tensors_sha256"),
}


@pytest.mark.parametrize("case", INVALID)
def test_an_invalid_report_is_not_signed(signing, case):
    change, words = INVALID[case]
    value = read(signing.folder / "report.yaml").value | change
    (signing.folder / "report.yaml").write_text(json.dumps(value))
    signing.envelope.unlink()
    assert words in signing.unusable("sign", signing.folder / "report.yaml", "--key", signing.key("lab"))
    assert not signing.envelope.exists()


def test_an_envelope_is_not_overwritten(signing):
    message = signing.unusable("sign", signing.folder / "report.yaml", "--key", signing.key("lab"))
    assert "is there already" in message


def test_an_envelope_is_not_written_into_a_folder_that_is_missing(signing):
    words = [signing.folder / "report.yaml", "--key", signing.key("lab"), "-o", "no/x"]
    assert "no/x" in signing.unusable("sign", *words)


def test_a_public_key_signs_nothing(signing):
    message = signing.unusable("sign", signing.folder / "report.yaml", "--key", signing.public("lab"))
    assert "is no Ed25519 private key" in message
