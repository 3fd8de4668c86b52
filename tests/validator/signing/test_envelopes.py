"""A file is refused that is no envelope, was changed after its signature, or signs no report."""

import base64
import json

import pytest
from tests.validator.signing.conftest import LAB

from dls.canonical import canonical_json

TAMPERING = {
    "a verdict": lambda payload: payload["predicate"]["claims"][0].update(verdict="borderline"),
    "a name": lambda payload: payload["predicate"]["by"].update(name="Somebody Else"),
    "a subject": lambda payload: payload["subject"][0]["digest"].update(sha256="0" * 64),
}


@pytest.mark.parametrize("case", TAMPERING)
def test_a_tampered_envelope_is_refused(signing, case):
    signing.tamper(TAMPERING[case])
    assert "does not fit key" in signing.refusal()


NO_ENVELOPES = ["[]", "{}", '{"payload": 1, "payloadType": "x", "signatures": []}', '"x"']


@pytest.mark.parametrize("text", NO_ENVELOPES)
def test_what_is_no_envelope_is_refused(signing, text):
    signing.envelope.write_text(text)
    assert "is no DSSE envelope" in signing.refusal()


def first(value):
    return value["signatures"][0]


REWRITTEN = {
    "a type that is a number": (lambda value: value.update(payloadType=5), "is no DSSE envelope"),
    "no payload": (lambda value: value.update(payload=None), "is no DSSE envelope"),
    "signatures that are no list": (lambda value: value.update(signatures={}), "is no DSSE envelope"),
    "a key id that is a number": (lambda value: first(value).update(keyid=5), "is no DSSE envelope"),
    "a key id that is a list": (lambda value: first(value).update(keyid=[]), "is no DSSE envelope"),
    "a signature that is no text": (lambda value: first(value).update(sig=True), "is no DSSE envelope"),
    "a nameless signature": (lambda value: first(value).pop("keyid"), "is no DSSE envelope"),
    "a text among the signatures": (lambda value: value["signatures"].append("x"), "is no DSSE envelope"),
    "another payload type": (lambda value: value.update(payloadType="application/json"), "does not fit key"),
    "no signature": (lambda value: value.update(signatures=[]), "signed with nothing"),
    "the same signature twice": (lambda value: value["signatures"].append(first(value)), "Multiple signatures"),
}


@pytest.mark.parametrize("case", REWRITTEN)
def test_an_envelope_with_members_of_another_form_is_refused(signing, case):
    change, words = REWRITTEN[case]
    signing.rewrite(change)
    assert words in signing.refusal()


@pytest.mark.parametrize("text", ["[" * 500 + "]" * 500, " " * (9 << 20)], ids=["deep", "huge"])
def test_an_envelope_that_is_deep_or_huge_is_unreadable(signing, text):
    signing.envelope.write_text(text)
    code, output = signing.verify()
    assert (code, output.count("\n")) == (2, 1)


SPOILT_BASE64 = {
    "line end": lambda text: f"{text[:9]}\n{text[9:]}",
    "letter": lambda text: f"é{text}",
    "padding": lambda text: f"{text}=",
}


@pytest.mark.parametrize("member", ["payload", "sig"])
@pytest.mark.parametrize("case", SPOILT_BASE64)
def test_base64_that_is_not_plain_is_refused(signing, member, case):
    def change(value):
        place = value if member == "payload" else first(value)
        place[member] = SPOILT_BASE64[case](place[member])

    signing.rewrite(change)
    assert "is not plain base64" in signing.refusal()


def test_base64_with_unused_bits_is_refused(signing):
    """The 64 bytes of a signature leave four bits of its last character unused."""

    def change(value):
        text = first(value)["sig"]
        variant = f"{text[:-3]}{chr(ord(text[-3]) + 1)}=="
        assert base64.b64decode(variant) == base64.b64decode(text)
        first(value)["sig"] = variant

    signing.rewrite(change)
    assert "is not plain base64" in signing.refusal()


def test_either_alphabet_of_base64_is_read(signing):
    signing.rewrite(lambda value: first(value).update(sig=first(value)["sig"].translate(str.maketrans("+/", "-_"))))
    assert signing.verify()[0] == 0


def test_a_broken_signature_beside_a_valid_one_names_no_signer(signing):
    """The reader trusts both keys; the one whose signature does not hold has signed nothing."""
    lab = first(signing.sealed()[0])
    envelope = first(json.loads(signing.sign(signing.key("other", LAB)).read_text()))
    signing.sign(signing.key("lab"))
    signing.rewrite(lambda value: value["signatures"].insert(0, {**envelope, "sig": lab["sig"]}))
    trust = signing.folder / "both.pub"
    trust.write_text(signing.public("lab").read_text() + signing.public("other").read_text())
    code, output = signing.verify(trust)
    assert code == 0
    assert lab["keyid"] in output
    assert envelope["keyid"] not in output


INVALID_PAYLOADS = {
    "type": (lambda payload: payload.update(_type="x"), "no in-toto Statement v1"),
    "predicate type": (
        lambda payload: payload.update(predicateType="urn:x"),
        "wanted 'https://w3id.org/distillation-loss-statement/1.0/reproduction'",
    ),
    "subjects": (lambda payload: payload["subject"].pop(), "subjects are not the student and the statement"),
    "digest": (TAMPERING["a subject"], "subjects are not the student"),
    "schema": (lambda payload: payload["predicate"].pop("platform"), "the report in it is invalid"),
    "summary": (lambda payload: payload["predicate"]["summary"].update(confirmed=9), "the summary says 9 confirmed"),
}


@pytest.mark.parametrize("case", INVALID_PAYLOADS)
def test_a_signature_makes_nothing_valid(signing, case):
    change, words = INVALID_PAYLOADS[case]
    _, payload = signing.sealed()
    change(payload)
    signing.seal(canonical_json(payload))
    assert words in signing.refusal()


def test_another_payload_type_is_refused_though_it_was_signed(signing):
    signing.seal(canonical_json(signing.sealed()[1]), kind="application/json")
    assert "wanted 'application/vnd.in-toto+json'" in signing.refusal()


def test_a_member_that_is_given_twice_is_refused_though_it_was_signed(signing):
    payload = base64.b64decode(signing.sealed()[0]["payload"])
    signing.seal(payload.replace(b'"predicateType":', b'"predicateType":"urn:x","predicateType":', 1))
    assert "its payload cannot be read" in signing.refusal()
