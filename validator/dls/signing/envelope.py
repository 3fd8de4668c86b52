"""A signed reproduction report: a DSSE envelope of an in-toto Statement v1.

Its subjects are the student's weights and tensors, and the statement's core.

Sources: DSSE v1.0 (https://github.com/secure-systems-lab/dsse),
in-toto Attestation Framework v1 (https://github.com/in-toto/attestation).
"""

import base64
import binascii
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
from securesystemslib.dsse import Envelope
from securesystemslib.exceptions import FormatError, UnverifiedSignatureError
from securesystemslib.signer import Signer  # type: ignore[attr-defined]  # exported without __all__

from dls.canonical import canonical_json
from dls.document.reader import Document, UnreadableDocument, parse, read
from dls.finding import visible
from dls.judging.report_summary import summary_violations
from dls.model import ReproductionReport, frozen
from dls.model.parties import same_party
from dls.signing.keys import TrustedKey
from dls.standard.form import violations
from dls.version import BASE_URI

PAYLOAD_TYPE = "application/vnd.in-toto+json"
STATEMENT_TYPE = "https://in-toto.io/Statement/v1"
PREDICATE_TYPE = f"{BASE_URI}1.0/reproduction"
_MEMBERS = {"_type", "subject", "predicateType", "predicate"}


class SignedReport(NamedTuple):
    """A report whose signature holds under a key that the reader trusts."""

    report: ReproductionReport
    value: dict[str, Any]  # the report as it was signed
    signers: tuple[TrustedKey, ...]


class Refusal(NamedTuple):
    """Why an envelope is not believed: the end of a sentence that starts with its name."""

    reason: str


def sign_report(value: dict[str, Any], signer: Signer) -> bytes:
    """Return the envelope around a valid report, as JSON; the same key and report give the same bytes.

    Raises:
        KeyError: the report does not name the digests of the student's weights and tensors.
    """
    payload = {
        "_type": STATEMENT_TYPE,
        "subject": subjects(value),
        "predicateType": PREDICATE_TYPE,
        "predicate": value,
    }
    envelope = Envelope(canonical_json(payload), PAYLOAD_TYPE, {})
    envelope.sign(signer)
    return json.dumps(envelope.to_dict(), indent=1).encode() + b"\n"


def open_envelope(path: Path, trust: Sequence[TrustedKey]) -> SignedReport | Refusal:
    """Return the report in an envelope if a trusted key signed it, or why it is not believed.

    Raises:
        UnreadableDocument: the file cannot be opened or read as JSON.
    """
    envelope = _envelope(read(path).value)
    if isinstance(envelope, Refusal):
        return envelope
    candidates = [key for key in trust if key.id in envelope.signatures]
    if not candidates:
        names = ", ".join(visible(str(name)) for name in envelope.signatures) or "nothing"
        return Refusal(f"it is signed with {names}, which is none of the keys that you trust")
    signers = tuple(key for key in candidates if _verifies(envelope, key))
    if not signers:
        return Refusal(f"its signature does not fit key {candidates[0].id}: it was changed, or another key signed it")
    if envelope.payload_type != PAYLOAD_TYPE:
        return Refusal(f"it carries '{visible(str(envelope.payload_type))}', wanted '{PAYLOAD_TYPE}'")
    try:
        return _signed_report(parse(envelope.payload, str(path)), signers)
    except UnreadableDocument as error:
        return Refusal(f"its payload cannot be read: {visible(error.problem)}")


def _envelope(value: Any) -> Envelope | Refusal:
    """Return a document as an envelope. Its members have to be texts: the library accepts any types."""
    refusal = Refusal("it is no DSSE envelope whose signatures name their keys")
    match value:
        case {"payload": str(payload), "payloadType": str(kind), "signatures": [*signatures]}:
            pass
        case _:
            return refusal
    texts = []
    try:
        for signature in signatures:
            match signature:
                case {"keyid": str(key), "sig": str(sig)}:
                    texts.append({"keyid": key, "sig": _standard_base64(sig)})
                case _:
                    return refusal
        return Envelope.from_dict({"payload": _standard_base64(payload), "payloadType": kind, "signatures": texts})
    except binascii.Error:
        return Refusal("its payload or a signature is not plain base64; nothing may stand between its characters")
    except (ValueError, FormatError) as error:
        return Refusal(f"it cannot be read: {visible(str(error))}")


def _standard_base64(text: str) -> str:
    """Return base64 in the standard alphabet, from either of the alphabets that DSSE allows.

    Raises:
        binascii.Error: other characters stand in it, or another text would decode to the same bytes.
    """
    standard = text.replace("-", "+").replace("_", "/")
    try:
        shortest = base64.b64encode(base64.b64decode(standard, validate=True)).decode()
    except ValueError as error:  # not ASCII
        raise binascii.Error(str(error)) from error
    if shortest != standard:
        raise binascii.Error("not the shortest form")
    return standard


def _verifies(envelope: Envelope, key: TrustedKey) -> bool:
    try:
        return key.id in envelope.verify([key.key], 1)
    except UnverifiedSignatureError:
        return False


def _signed_report(payload: Document, signers: tuple[TrustedKey, ...]) -> SignedReport | Refusal:
    value = payload.value
    if not isinstance(value, dict) or set(value) != _MEMBERS or value["_type"] != STATEMENT_TYPE:
        return Refusal("its payload is no in-toto Statement v1 of subjects and a predicate")
    if value["predicateType"] != PREDICATE_TYPE:
        return Refusal(f"its payload is '{visible(str(value['predicateType']))}', wanted '{PREDICATE_TYPE}'")
    report = _report(Document(payload.path, value["predicate"], payload.node("/predicate")[0]))
    if isinstance(report, Refusal):
        return report
    digests = report.student.weights_sha256, report.student.tensors_sha256
    if None in digests or value["subject"] != subjects(value["predicate"]):
        return Refusal("its subjects are not the student and the statement of the report in it")
    by_name = tuple(key for key in signers if not key.parties or _is_one_of(report.by.name, key.parties))
    if not by_name:
        party = visible(" and ".join(signers[0].parties))
        return Refusal(f"it says that '{visible(report.by.name)}' ran it, and the key is the one of '{party}'")
    return SignedReport(report, value["predicate"], by_name)


def _report(document: Document) -> ReproductionReport | Refusal:
    if violation := next(violations(document, "reproduction"), None):
        return Refusal(f"the report in it is invalid at '{visible(violation.pointer)}': {visible(violation.message)}")
    try:
        report = frozen(document.value, ReproductionReport)
    except msgspec.ValidationError as error:
        return Refusal(f"the report in it is invalid: {visible(str(error))}")
    if violation := next(summary_violations(report), None):
        return Refusal(f"the report in it is invalid: {visible(violation.message)}")
    return report


def subjects(report: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the subjects of a signature over a report: the student's weights and tensors, and the statement's core.

    Raises:
        KeyError: the report does not name the digests of the student's weights and tensors.
    """
    return [
        {"name": "student weights", "digest": {"sha256": report["student"]["weights_sha256"]}},
        {"name": "student tensors", "digest": {"sha256": report["student"]["tensors_sha256"]}},
        {"name": "statement core", "digest": {"sha256": report["statement"]["core_sha256"]}},
    ]


def _is_one_of(name: str, parties: Sequence[str]) -> bool:
    return any(same_party(name, party) for party in parties)
