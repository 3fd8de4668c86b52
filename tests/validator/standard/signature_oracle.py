"""The expected keys, encodings and envelopes of the test vectors, by `cryptography` alone: no code of this project."""

import base64
import hashlib

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from tests.validator.standard.vector_oracle import Case, canonical, sha256

KEY_TEXT = "Distillation Loss Statement 1.0: the key of the test vectors. Trust it never."
PAYLOAD_TYPE = "application/vnd.in-toto+json"


def private_key(text: str = KEY_TEXT) -> Ed25519PrivateKey:
    """Return the key whose 32 secret bytes are the digest of a text, so that everybody can make it again."""
    return Ed25519PrivateKey.from_private_bytes(hashlib.sha256(text.encode()).digest())


def key_members() -> Case:
    key = private_key()
    public = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()
    pem = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    text = f'{{"keytype":"ed25519","keyval":{{"public":"{public}"}},"scheme":"ed25519"}}'
    members = {"public": public, "public_pem": pem, "canonical": text, "keyid": sha256(text)}
    return {"text": KEY_TEXT, "private": key.private_bytes_raw().hex()} | members


def pre_authentication_encoding(payload: str, kind: str) -> str:
    """Return PAE of DSSE v1.0; its lengths are in bytes."""
    return f"DSSEv1 {len(kind.encode())} {kind} {len(payload.encode())} {payload}"


def encoding_members(case: Case) -> Case:
    return {"pae": pre_authentication_encoding(case["payload"], case["payload_type"])}


def signature(text: str, key: Ed25519PrivateKey | None = None) -> str:
    return base64.b64encode((key or private_key()).sign(text.encode())).decode()


def draw_members(case: Case) -> Case:
    message = f"dls-draw-1\n{case['teacher']}\n{case['student']}\n{case['profile']}\n"
    text = signature(message)
    return {"message": message, "signature": text, "nonce": sha256(base64.b64decode(text))}


def payload_of(report: Case, *names: str) -> str:
    """Return the in-toto statement around a report, about the subjects of some names."""
    digests = {
        "student weights": report["student"]["weights_sha256"],
        "student tensors": report["student"]["tensors_sha256"],
        "statement core": report["statement"]["core_sha256"],
    }
    subject = [{"name": name, "digest": {"sha256": digests[name]}} for name in names or digests]
    members = {
        "_type": "https://in-toto.io/Statement/v1",
        "predicateType": "https://w3id.org/distillation-loss-statement/1.0/reproduction",
    }
    return canonical(members | {"subject": subject, "predicate": report})


def envelope(payload: str, text: str | None = None, keyid: str | None = None) -> Case:
    """Return the envelope around a payload, with the test key's signature of its encoding where no other is named."""
    sig = text or signature(pre_authentication_encoding(payload, PAYLOAD_TYPE))
    sealed = base64.b64encode(payload.encode()).decode()
    return {
        "payload": sealed,
        "payloadType": PAYLOAD_TYPE,
        "signatures": [{"sig": sig, "keyid": keyid or key_members()["keyid"]}],
    }


def envelope_members(case: Case) -> Case:
    payload = payload_of(case["report"])
    encoding = pre_authentication_encoding(payload, PAYLOAD_TYPE)
    members = {"payload": payload, "pae": encoding, "signature": signature(encoding)}
    return members | {"envelope": envelope(payload)}


def signature_holds(value: Case) -> bool:
    """Whether the test key signed the encoding of an envelope's payload."""
    encoding = pre_authentication_encoding(base64.b64decode(value["payload"]).decode(), value["payloadType"])
    try:
        private_key().public_key().verify(base64.b64decode(value["signatures"][0]["sig"]), encoding.encode())
    except InvalidSignature:
        return False
    return True


def refused_envelopes(report: Case) -> list[Case]:
    """Return envelopes around a report that a reader of the test key does not believe."""
    payload = payload_of(report)
    encoding = pre_authentication_encoding(payload, PAYLOAD_TYPE)
    change = payload.replace('"verdict":"confirmed"', '"verdict":"borderline"')
    two, reverse = ("student weights", "statement core"), ("statement core", "student tensors", "student weights")
    envelopes = {
        "the signature is of the payload without its encoding": envelope(payload, signature(payload)),
        "another key signed it": envelope(payload, signature(encoding, private_key("another key"))),
        "the key id is another's": envelope(payload, keyid="0" * 64),
        "the payload was changed after its signature": envelope(change, signature(encoding)),
        "a subject is missing": envelope(payload_of(report, *two)),
        "the subjects stand in another order": envelope(payload_of(report, *reverse)),
    }
    return [
        {"reason": reason, "signature_holds": signature_holds(value), "envelope": value}
        for reason, value in envelopes.items()
    ]
