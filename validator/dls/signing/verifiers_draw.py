"""The verifier's draw: a nonce from the verifier's key, and the seeds of fresh items that follow from it.

An Ed25519 signature is deterministic. So a key has one draw for a pair and a profile: another run, or another text of
the statement, changes nothing. A publisher cannot compute it, and any holder of the public key can check it.
"""

import base64
import binascii

from securesystemslib.exceptions import UnverifiedSignatureError
from securesystemslib.signer import Signature, Signer  # type: ignore[attr-defined]  # exported without __all__

from dls.canonical import sha256_hex
from dls.judging.seed import PairKeys
from dls.model import VerifiersDraw
from dls.model.reproduction_report import DrawFactor, DrawSignature
from dls.signing.keys import TrustedKey

_TITLE = "dls-draw-1"


def draw_message(keys: PairKeys, profile_sha256: str) -> bytes:
    """Return the signed text of a draw: four lines, each ended by a line feed."""
    return "".join(f"{line}\n" for line in (_TITLE, keys.teacher, keys.student, profile_sha256)).encode("ascii")


def signed_draw(signer: Signer, keys: PairKeys, profile_sha256: str, factor: DrawFactor) -> VerifiersDraw:
    """Return the one draw of a key for a pair and a profile.

    Args:
        signer: the verifier's key.
        keys: of both models, 64 hexadecimal digits each.
        profile_sha256: the digest of the profile, 64 hexadecimal digits.
        factor: how many fresh units to ask for each planned unit.
    """
    signature = signer.sign(draw_message(keys, profile_sha256))
    data = bytes.fromhex(signature.signature)
    entry = DrawSignature(keyid=signature.keyid, sig=base64.b64encode(data).decode())
    return VerifiersDraw(nonce=sha256_hex(data), factor=factor, signature=entry)


def draw_problem(draw: VerifiersDraw, keys: PairKeys, profile_sha256: str, key: TrustedKey) -> str | None:
    """Return why a draw is not that of a key for a pair and a profile, or None.

    The reason is the end of a sentence about the draw.
    """
    if draw.signature is None:
        return "has no signature, so its nonce may be one of many"
    if draw.signature.keyid != key.id:
        return f"is signed with {draw.signature.keyid}, and the report with {key.id}"
    try:
        data = base64.b64decode(draw.signature.sig, validate=True)
        signature = Signature(key.id, data.hex())
        key.key.verify_signature(signature, draw_message(keys, profile_sha256))
    except (binascii.Error, UnverifiedSignatureError):
        return f"is not signed by key {key.id} for this pair and profile"
    nonce = sha256_hex(data)
    return None if nonce == draw.nonce else f"has the nonce {draw.nonce}; its signature gives {nonce}"
