"""The inputs that fuzzing starts from."""

import json
from collections.abc import Callable

import msgspec

from dls.canonical import canonical_json
from dls.document.reader import read
from dls.probes.collection import PROBES
from dls.signing import envelope
from dls.standard.numbers import ARMS
from fuzz.place import DOCUMENTS

SEED, UNITS = 7, 4


def files(*patterns: str) -> Callable[[], list[bytes]]:
    """Return a reader of the documents of the conformance suite that match a pattern."""
    return lambda: [path.read_bytes() for pattern in patterns for path in sorted(DOCUMENTS.glob(pattern))]


def records() -> list[bytes]:
    """Return invented records of each probe: those of items that failed."""
    inputs = []
    for probe in PROBES:
        arms = []
        for arm in ARMS:
            lines = [msgspec.json.encode(probe.shape(arm).failed(item)) for item in probe.items(SEED, UNITS)]
            arms.append(b"\n".join(lines))
        inputs.append(probe.id.encode() + b"\n" + b"\n---\n".join(arms))
    return inputs


def attestations() -> list[bytes]:
    """Return attested statements with a report, without one, and of the wrong type."""
    report = read(DOCUMENTS / "report.yaml").value
    subjects = envelope.subjects(report)
    statement = {"_type": envelope.STATEMENT_TYPE, "subject": subjects, "predicateType": envelope.PREDICATE_TYPE}
    return [canonical_json(statement | {"predicate": report}), canonical_json(statement), b"[]"]


def envelopes() -> list[bytes]:
    """Return an envelope with a false signature, and an empty one."""
    signature = {"keyid": "a" * 64, "sig": "QUJD"}
    document = {"payload": "e30=", "payloadType": envelope.PAYLOAD_TYPE, "signatures": [signature]}
    return [json.dumps(document).encode(), b"{}"]


def public_keys() -> list[bytes]:
    """Return a public key, one with its party, and a broken private key."""
    key = b"MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE="
    public = b"-----BEGIN PUBLIC KEY-----\n" + key + b"\n-----END PUBLIC KEY-----\n"
    return [public, b"Party: A lab\n" + public, b"-----BEGIN PRIVATE KEY-----\nMC4=\n-----END PRIVATE KEY-----\n"]
