"""The derived seed, which follows from the profile, both models, the probe and its number of units."""

from functools import lru_cache
from typing import NamedTuple

from dls.canonical import canonical_json, sha256_hex

_MASK_53 = (1 << 53) - 1
_FORMULA = 1  # the version of the formula, in the digest


class PairKeys(NamedTuple):
    """The keys of the teacher and the student (see `dls.identity.key`)."""

    teacher: str
    student: str


@lru_cache(maxsize=256)  # each rule asks for the seeds of a statement's claims
def derived_seed(profile_sha256: str, keys: PairKeys, probe: str, n: int, draw: str | None = None) -> int:
    """Return the seed of a probe's items for one profile, one pair and one number of units, in [0, 2^53).

    It is the first 8 bytes (big-endian) of the SHA-256 of an RFC 8785 JSON object, masked to 53 bits so that every
    JSON reader keeps it exact. The object holds the formula's version, n, ``id@version``, the profile's digest and
    both keys; and for a verifier's draw its nonce, 64 hexadecimal digits, in ``draw``.
    """
    value: dict[str, str | int] = {
        "dls_seed": _FORMULA,
        "n": n,
        "probe": probe,
        "profile": profile_sha256,
        "student": keys.student,
        "teacher": keys.teacher,
    }
    if draw is not None:
        value["draw"] = draw
    return int(sha256_hex(canonical_json(value))[:16], 16) & _MASK_53
