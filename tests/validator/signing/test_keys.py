"""A private key is readable by its owner alone, is never overwritten, and is no key to trust."""

import shutil
import stat

import pytest


def test_a_private_key_is_its_owners_alone(signing):
    assert stat.S_IMODE(signing.key("lab").stat().st_mode) == 0o600


def test_a_key_is_never_overwritten(signing):
    before = signing.key("lab").read_bytes()
    assert "is there already" in signing.unusable("sign", "--new-key", signing.key("lab"))
    assert signing.key("lab").read_bytes() == before


def test_a_key_is_not_written_through_a_link(signing):
    link = signing.folder / "new.pem.pub"
    link.symlink_to(signing.folder / "elsewhere")
    signing.unusable("sign", "--new-key", signing.folder / "new.pem")
    assert not (signing.folder / "elsewhere").exists()


def test_a_key_is_not_written_into_a_folder_that_is_missing(signing):
    assert "no/x.pem" in signing.unusable("sign", "--new-key", "no/x.pem")


def of_another_algorithm():
    from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    public = generate_private_key(65537, 2048).public_key()
    return public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


NO_KEYS = {
    "empty": (lambda: b"", "holds no public key"),
    "broken": (
        lambda: b"-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n",
        "is no Ed25519 public key",
    ),
    "of another algorithm": (of_another_algorithm, "is no Ed25519 public key"),
}


@pytest.mark.parametrize("case", NO_KEYS)
def test_a_file_without_a_public_key_is_unusable(signing, case):
    make, words = NO_KEYS[case]
    (signing.folder / "keys.pem").write_bytes(make())
    assert words in signing.unusable("verify", signing.envelope, "--trust", signing.folder / "keys.pem")


def test_a_private_key_is_no_key_to_trust(signing):
    assert "holds a private key" in signing.unusable("verify", signing.envelope, "--trust", signing.key("lab"))


def test_a_folder_without_a_public_key_is_unusable(signing):
    assert "holds no public key" in signing.unusable("verify", signing.envelope, "--trust", signing.folder)


def test_a_folder_with_a_private_key_in_it_is_not_trusted(signing):
    shutil.copy(signing.key("lab"), signing.folder / "left_here.pem")
    message = signing.unusable("verify", signing.envelope, "--trust", signing.folder)
    assert "left_here.pem holds a private key" in message
