"""Ed25519 keys in PEM files: a new pair, a key to sign with, and the public keys that a reader trusts."""

import os
import re
from pathlib import Path
from typing import NamedTuple

from dls.document.reader import MAX_BYTES, contents
from dls.errors import DlsError
from dls.finding import visible

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
_BLOCK = re.compile(rb"-----BEGIN ([A-Z0-9 ]+)-----.*?-----END \1-----", re.DOTALL)
_PARTY = re.compile(r"^Party:[ \t]*(\S.*?)[ \t\r]*$", re.MULTILINE)


class TrustedKey(NamedTuple):
    """A public key that the reader trusts, and the names under which the reader keeps it."""

    key: SSlibKey
    parties: tuple[str, ...]  # empty where the reader names no party: the report's own name then stands

    @property
    def id(self) -> str:
        """The digest by which an envelope names the key: 64 hexadecimal digits."""
        return self.key.keyid


def new_key(path: Path, party: str | None = None) -> Path:
    """Write a private key that only its owner can read, and `<name>.pub` beside it; return the path of the latter.

    Raises:
        DlsError: one of the two files is there, or the name does not fit into one line.
    """
    if party is not None and visible(party) != party:
        raise DlsError(f"the party '{visible(party)}' holds control characters; write its name in one line")
    public = path.with_name(f"{path.name}.pub")
    for target in (path, public):
        if os.path.lexists(target):  # a link that leads nowhere would be written through
            raise DlsError(f"{target} is there already, and a lost key cannot be made again; name another file")
    key = Ed25519PrivateKey.generate()
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    header = f"Party: {party}\n" if party else ""
    pem = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    with public.open("xb") as file:
        file.write(header.encode() + pem)
    return public


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
        DlsError: there is none, one is no Ed25519 public key in PEM, or a private key lies among them.
    """
    files = sorted(file for file in path.iterdir() if file.suffix in _ENDINGS) if path.is_dir() else [path]
    parties: dict[str, list[str]] = {}
    keys: dict[str, SSlibKey] = {}
    for file in files:
        for key, names in _public_keys(file):
            keys[key.keyid] = key
            parties.setdefault(key.keyid, []).extend(names)
    if not keys:
        raise DlsError(f"{path} holds no public key in PEM; ask the party that you trust for its key")
    return tuple(TrustedKey(key, tuple(parties[identifier])) for identifier, key in keys.items())


def _public_keys(path: Path) -> list[tuple[SSlibKey, list[str]]]:
    """Return the keys of a file, each with the name in the last line `Party: …` before it, if there is one."""
    data = contents(path)
    if len(data) > MAX_BYTES:
        raise DlsError(f"{path} is larger than {MAX_BYTES >> 20} MiB; name a file of public keys")
    keys, start = [], 0
    for block in _BLOCK.finditer(data):
        if b"PRIVATE" in block[1]:
            raise DlsError(f"{path} holds a private key; name a file or folder of public keys alone")
        header = data[start : block.start()].decode(errors="replace")
        keys.append((_public_key(block[0], path), _PARTY.findall(header)[-1:]))
        start = block.end()
    return keys


def _public_key(block: bytes, path: Path) -> SSlibKey:
    try:
        key = load_pem_public_key(block)
    except (ValueError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, Ed25519PublicKey):
        raise DlsError(f"{path} holds something that is no Ed25519 public key in PEM; leave it out")
    return SSlibKey.from_crypto(key)
