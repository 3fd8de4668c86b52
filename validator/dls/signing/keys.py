"""Ed25519 keys in PEM files: a new pair, a key to sign with, and the public keys that a reader trusts."""

import os
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from dls.document.reader import contents
from dls.errors import DlsError
from dls.evidence.files import PRIVATE, create_file
from dls.finding import visible
from dls.signing.key_file import KeyEntry, read_key_file

try:
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
    from cryptography.hazmat.primitives.serialization import (
        Encoding,
        NoEncryption,
        PrivateFormat,
        PublicFormat,
        load_pem_private_key,
        load_pem_public_key,
    )
    from securesystemslib.signer import CryptoSigner, SSlibKey  # type: ignore[attr-defined]  # exported without __all__
except ModuleNotFoundError as error:
    raise DlsError(f"{error.name} is not installed; pip install 'distillation-loss-statement[sign]'") from error

_ENDINGS = (".pem", ".pub")


class TrustedKey(NamedTuple):
    """A public key that the reader trusts, and the names under which the reader keeps it."""

    key: SSlibKey
    parties: tuple[str, ...]  # empty where the reader names no party: the key then establishes no independence

    @property
    def id(self) -> str:
        """The digest by which an envelope names the key: 64 hexadecimal digits."""
        return self.key.keyid


def new_key(path: Path, party: str | None = None) -> Path:
    """Write a private key that only its owner can read, and `<name>.pub` beside it; return the path of the latter.

    Raises:
        DlsError: one of the two files is there or cannot be written, or the name does not fit into one line.
    """
    if party is not None and (visible(party) != party or not party.strip()):
        raise DlsError(f"the party '{visible(party)}' is no name in one line; write it without control characters")
    public = path.with_name(f"{path.name}.pub")
    for target in (path, public):
        if os.path.lexists(target):  # a link that leads nowhere would be written through
            raise DlsError(f"{target} is there already, and a lost key cannot be made again; name another file")
    key = Ed25519PrivateKey.generate()
    header = f"Party: {party}\n" if party else ""
    pem = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    create_file(public, header.encode() + pem)
    try:
        create_file(path, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()), PRIVATE)
    except DlsError:  # half a pair would stand in the way of the next try
        with suppress(OSError):
            public.unlink()
        raise
    return public


def holder(path: Path) -> str | None:
    """Return the party in the public key beside a private one; None where there is no such file, or no name in it.

    Raises:
        DlsError: the file cannot be read, or is no file of public keys.
    """
    public = path.with_name(f"{path.name}.pub")
    if not public.is_file():
        return None
    return next((entry.party for entry in read_key_file(public) if entry.party), None)


def open_signer(path: Path) -> CryptoSigner:
    """Read a private key.

    Raises:
        DlsError: the file cannot be read, or is no Ed25519 private key in PEM without a password.
    """
    try:
        key = load_pem_private_key(contents(path), None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, Ed25519PrivateKey):
        raise DlsError(
            f"{path} is no Ed25519 private key in PEM without a password; make one with `dls sign --new-key FILE`"
        )
    return CryptoSigner(key)


def read_trusted_keys(path: Path) -> tuple[TrustedKey, ...]:
    """Read the public keys in a file, or in the *.pem and *.pub files of a folder.

    Raises:
        DlsError: there is none, one is no Ed25519 public key in PEM, a private key lies among them, or a line between
            the keys is neither empty nor `Party: NAME` nor a comment.
    """
    files = sorted(file for file in path.iterdir() if file.suffix.lower() in _ENDINGS) if path.is_dir() else [path]
    parties: dict[str, list[str]] = {}
    keys: dict[str, SSlibKey] = {}
    for file in files:
        for entry in read_key_file(file):
            key = _public_key(entry, file)
            keys[key.keyid] = key
            parties.setdefault(key.keyid, []).extend([entry.party] if entry.party else [])
    if not keys:
        raise DlsError(f"{path} holds no public key in PEM; ask the party that you trust for its key")
    return tuple(TrustedKey(key, tuple(parties[identifier])) for identifier, key in keys.items())


def _public_key(entry: KeyEntry, path: Path) -> SSlibKey:
    try:
        key = load_pem_public_key(entry.pem)
    except (ValueError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, Ed25519PublicKey):
        raise DlsError(f"{path}:{entry.line}: is no Ed25519 public key in PEM; leave it out")
    return SSlibKey.from_crypto(key)
