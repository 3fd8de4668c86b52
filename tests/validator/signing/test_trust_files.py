"""A file of keys that a reader trusts is understood whole, or refused: no spelling takes a name from its key."""

import json
import time

import pytest
from tests.validator.signing.conftest import ISSUER, LAB

from dls.errors import DlsError
from dls.signing.key_file import read_key_file
from dls.signing.keys import read_trusted_keys

SPELLINGS = {
    "as it is written": (b"", b"Party: ", b"\n"),
    "after a mark of byte order": (b"\xef\xbb\xbf", b"Party: ", b"\n"),
    "in lower case": (b"", b"party: ", b"\n"),
    "in upper case": (b"", b"PARTY:", b"\n"),
    "behind spaces": (b"", b"  Party: ", b"\n"),
    "behind a tab": (b"", b"\tParty:\t", b"\n"),
    "behind a space that does not break": (b"", "\u00a0Party: ".encode(), b"\n"),
    "with a space before the colon": (b"", b"Party : ", b"\n"),
    "with lines of Windows": (b"", b"Party: ", b"\r\n"),
    "with lines of an old Macintosh": (b"", b"Party: ", b"\r"),
    "below a comment": (b"# from their site\n\n", b"Party: ", b"\n"),
}


def spelled(public, case):
    """Return the bytes of a public key file with its party's line in another spelling."""
    start, word, end = SPELLINGS[case]
    return start + public.read_bytes().replace(b"Party: ", word).replace(b"\n", end)


@pytest.mark.parametrize("case", SPELLINGS)
def test_the_issuers_key_never_counts_as_another_partys(signing, case):
    """The issuer signs a report by another lab with its own key; the reader keeps that key under the issuer's name."""
    public = signing.public("issuer", ISSUER)
    signing.sign(signing.key("issuer"))
    public.write_bytes(spelled(public, case))
    code, level, output = signing.established(public)
    assert (code, level == "independently_reproduced") == (1, False)
    assert f"the key is the one of '{ISSUER}'" in output
    assert f"the key is the one of '{ISSUER}'" in signing.refusal(public)


@pytest.mark.parametrize("case", SPELLINGS)
def test_every_spelling_names_the_party(signing, case):
    public = signing.public("lab", LAB)
    public.write_bytes(spelled(public, case))
    assert [key.parties for key in read_trusted_keys(public)] == [(LAB,)]


MISTAKES = {
    "another word": ("Partie: Another Lab", 1),
    "another alphabet": ("\u0420arty: Another Lab", 1),
    "no name": ("Party:", 1),
    "a name that cannot be seen": ("Party: \u202e", 1),
    "a wide colon": ("Party\uff1a Another Lab", 1),
    "a sentence": ("\nThis is the key of Another Lab.", 2),
    "two names": ("Party: Another Lab\nParty: A Third Party", 2),
}


@pytest.mark.parametrize("case", MISTAKES)
def test_a_line_that_is_not_understood_refuses_the_file_and_says_where(signing, case):
    text, number = MISTAKES[case]
    trust = signing.folder / "trust.pub"
    trust.write_bytes(text.encode() + b"\n" + signing.public("nameless").read_bytes())
    message = signing.unusable("validate", "--trust", trust, signing.folder / "dls.yaml")
    assert f"trust.pub:{number}: found '" in message
    assert "correct the line or remove it" in message


def test_a_name_without_a_key_refuses_the_file(signing):
    trust = signing.folder / "trust.pub"
    trust.write_bytes(signing.public("lab").read_bytes() + b"Party: A Third Party\n")
    with pytest.raises(DlsError, match=r"trust\.pub:5: found 'A Third Party'"):
        read_key_file(trust)


def test_a_key_that_does_not_end_refuses_the_file(signing):
    trust = signing.folder / "trust.pub"
    trust.write_bytes(signing.public("lab").read_bytes().replace(b"-----END", b"----END"))
    with pytest.raises(DlsError, match=r"trust\.pub:2: the key that begins here has no line"):
        read_key_file(trust)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "latin-1"])
def test_another_encoding_refuses_the_file(signing, encoding):
    trust = signing.folder / "trust.pub"
    trust.write_bytes(f"Party: Größtes Labor\n{signing.public('nameless').read_text()}".encode(encoding))
    with pytest.raises(DlsError, match=r"trust\.pub"):
        read_key_file(trust)


def test_names_belong_to_the_keys_below_them(signing):
    trust = signing.folder / "trust.pub"
    files = signing.public("lab", LAB), signing.public("nameless"), signing.public("issuer", ISSUER)
    trust.write_bytes(b"# keys\n".join(file.read_bytes() for file in files))
    assert [entry.party for entry in read_key_file(trust)] == [LAB, None, ISSUER]


def test_a_nameless_key_establishes_no_independence_and_says_so(signing):
    public = signing.public("nameless")
    signing.draw("nameless")
    signing.sign(signing.key("nameless"))
    code, level, output = signing.established(public)
    assert (code, level) == (1, "consistent")
    assert "to no party; write 'Party: NAME' above the key" in output


def test_a_nameless_key_beside_a_named_one_hides_nothing(signing):
    """Two keys sign, the issuer's and one that the reader names nowhere: the report is still the issuer's own."""
    trust = signing.folder / "trust"
    trust.mkdir()
    for name, party in (("issuer", ISSUER), ("nameless", None)):
        (trust / f"{name}.pub").write_bytes(signing.public(name, party).read_bytes())
    first = signing.sign(signing.key("issuer")).read_bytes()
    signatures = json.loads(first)["signatures"]
    signing.sign(signing.key("nameless"))
    signing.rewrite(lambda value: value["signatures"].extend(signatures))
    assert signing.established(trust)[:2] == (1, "consistent")


def test_reading_a_trust_file_takes_linear_time(signing):
    trust = signing.folder / "trust.pub"
    trust.write_bytes(b"-----BEGIN PUBLIC KEY-----\n" * (1 << 18))
    start = time.process_time()
    with pytest.raises(DlsError):
        read_key_file(trust)
    assert time.process_time() - start < 5
