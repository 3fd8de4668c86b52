"""The test vectors of signed reports: the id of a key, the signed bytes, and the envelope."""

import json

import pytest
from tests.validator.standard.vector_files import vectors

from dls.signing.envelope import Refusal, SignedReport, open_envelope, sign_report
from dls.signing.keys import open_signer, read_trusted_keys

VECTORS = vectors("signatures")
KEY = VECTORS["key"]


@pytest.fixture
def trust(tmp_path):
    (tmp_path / "test.pub").write_text(KEY["public_pem"])
    return read_trusted_keys(tmp_path / "test.pub")


@pytest.fixture
def signer(tmp_path):
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    key = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(KEY["private"]))
    (tmp_path / "test.pem").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return open_signer(tmp_path / "test.pem")


def test_a_key_has_its_expected_id(trust, signer):
    assert [key.id for key in trust] == [KEY["keyid"]]
    assert signer.public_key.keyid == KEY["keyid"]


@pytest.mark.parametrize("case", VECTORS["encodings"], ids=lambda case: case["payload_type"])
def test_a_payload_has_its_expected_encoding(case):
    from securesystemslib.dsse import Envelope

    assert Envelope(case["payload"].encode(), case["payload_type"], {}).pae() == case["pae"].encode()


@pytest.mark.parametrize("case", VECTORS["envelopes"], ids=lambda case: case["signature"][:8])
def test_a_report_has_its_expected_envelope(case, signer):
    assert json.loads(sign_report(case["report"], signer)) == case["envelope"]


@pytest.mark.parametrize("case", VECTORS["envelopes"], ids=lambda case: case["signature"][:8])
def test_a_reader_of_the_key_believes_the_envelope(case, trust, tmp_path):
    (tmp_path / "envelope.json").write_text(json.dumps(case["envelope"]))
    result = open_envelope(tmp_path / "envelope.json", trust)
    assert isinstance(result, SignedReport), result
    assert result.value == case["report"]


@pytest.mark.parametrize("case", VECTORS["refused"], ids=lambda case: case["reason"])
def test_a_reader_of_the_key_refuses_the_envelope(case, trust, tmp_path):
    (tmp_path / "envelope.json").write_text(json.dumps(case["envelope"]))
    assert isinstance(open_envelope(tmp_path / "envelope.json", trust), Refusal)
