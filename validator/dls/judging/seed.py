"""The derived seed, which leaves no choice of items."""

from dls.canonical import sha256_hex

_MASK_53 = (1 << 53) - 1


def derived_seed(profile_sha256: str, student_weights_sha256: str, probe: str) -> int:
    """Return the seed of a probe's items for one profile and one student, in [0, 2^53).

    It is the first 8 bytes (big-endian) of SHA-256 over the UTF-8 text of the two hexadecimal digests and
    ``id@version``, written one after the other, masked to 53 bits so that every JSON reader keeps it exact.
    """
    digest = sha256_hex(f"{profile_sha256}{student_weights_sha256}{probe}".encode())
    return int(digest[:16], 16) & _MASK_53
