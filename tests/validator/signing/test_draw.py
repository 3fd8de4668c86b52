"""A verifier's key has one draw for a pair and a profile, which its public key checks."""

import shutil

import pytest
from tests.validator.signing.conftest import LAB
from tests.validator.standard.vector_files import vectors

from dls.document.reader import read
from dls.judging.replication import pair_and_profile
from dls.judging.seed import PairKeys
from dls.signing.earlier_reports import count_earlier_reports
from dls.signing.keys import open_signer, read_trusted_keys
from dls.signing.verifiers_draw import draw_message, draw_problem, signed_draw
from dls.verifying.recompute import open_context

KEYS, PROFILE = PairKeys("e" * 64, "f" * 64), "0" * 64


@pytest.fixture
def vector_key(tmp_path):
    """Return the private and the public key of the test vectors."""
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
    from tests.validator.standard.signature_oracle import private_key

    pem = private_key().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (tmp_path / "test.pem").write_bytes(pem)
    (tmp_path / "test.pub").write_text(vectors("signatures")["key"]["public_pem"])
    return open_signer(tmp_path / "test.pem"), read_trusted_keys(tmp_path / "test.pub")[0]


@pytest.mark.parametrize("case", vectors("seeds")["draws"], ids=lambda case: case["nonce"][:8])
def test_a_draw_has_its_expected_signature_and_nonce(case, vector_key):
    keys = PairKeys(case["teacher"], case["student"])
    assert draw_message(keys, case["profile"]).decode() == case["message"]
    draw = signed_draw(vector_key[0], keys, case["profile"], 2)
    assert (draw.signature.sig, draw.nonce) == (case["signature"], case["nonce"])
    assert draw_problem(draw, keys, case["profile"], vector_key[1]) is None


def test_a_key_draws_once_for_a_pair_and_a_profile(vector_key):
    draws = [signed_draw(vector_key[0], KEYS, PROFILE, factor) for factor in (1, 2, 4)]
    assert len({draw.nonce for draw in draws}) == 1


def test_another_text_of_the_profile_or_the_statement_gives_the_same_draw(signing, vector_key):
    first = pair_and_profile(open_context(signing.folder / "dls.yaml"))
    profile = read(signing.folder / "profile.yaml").value
    edit = (signing.folder / "profile.yaml").read_text().replace(profile["rationale"], "Another text.")
    (signing.folder / "profile.yaml").write_text(edit)
    signing.statement(limits="Another text.")
    second = pair_and_profile(open_context(signing.folder / "dls.yaml"))
    assert read(signing.folder / "profile.yaml").value["rationale"] == "Another text."
    assert signed_draw(vector_key[0], *first, 2) == signed_draw(vector_key[0], *second, 2)


@pytest.mark.parametrize(
    ("keys", "profile"),
    [(KEYS._replace(student="1" * 64), PROFILE), (KEYS._replace(teacher="1" * 64), PROFILE), (KEYS, "1" * 64)],
    ids=["student", "teacher", "profile"],
)
def test_a_draw_for_one_pair_and_profile_is_none_for_another(keys, profile, vector_key):
    draw = signed_draw(vector_key[0], KEYS, PROFILE, 2)
    assert "for this pair and profile" in draw_problem(draw, keys, profile, vector_key[1])


def test_earlier_reports_are_counted_once_each_by_key_and_statement(signing):
    key = read_trusted_keys(signing.public("lab", LAB))[0]
    folder, name = signing.folder, read(signing.folder / "dls.yaml").value["id"]
    assert count_earlier_reports(folder, name, key) == 1  # the report, and the envelope around it
    signing.report(note="Another report.")
    assert count_earlier_reports(folder, name, key) == 2
    (folder / "report.yaml").unlink()
    assert count_earlier_reports(folder, name, key) == 1  # the envelope alone
    assert count_earlier_reports(folder, "urn:uuid:another", key) == 0
    stranger = read_trusted_keys(signing.public("stranger"))[0]
    shutil.move(signing.public("stranger"), folder / "no_report.json")
    assert count_earlier_reports(folder, name, stranger) == 0
