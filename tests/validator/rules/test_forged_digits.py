"""No printed digit grants its own tolerance, whether the manifest is at hand or not."""

import json
import re

import pytest

from dls.checking.validate import check
from dls.verifying.comparison import Verdict
from dls.verifying.recompute import open_context, recompute_claims

BRIER, ENTROPY = "uncertainty-brier-top-label", "diversity-valid-answer-entropy"


def printed(publication, claim, text):
    """Write a publication with the loss of one claim printed as a text, and return the path."""
    publication.claim(claim)["loss"]["value"] = 123456.5
    path = publication.write()
    path.write_text(path.read_text().replace("123456.5", text))
    return path


def without_manifest(publication):
    """Leave the manifests where no reader has them."""
    for entry in publication.statement["evidence"]:
        del entry["path"]
        entry |= {"availability": "public", "uri": "https://example.org/gone.tar"}


def codes(path):
    return {finding.code for finding in check(path).findings if finding.severity == "error"}


@pytest.mark.parametrize("text", ["0e1", "0e0", "0E+2", "1e0"])
def test_a_digit_that_fits_any_loss_is_a_finding_and_refuted(publication, text):
    path = printed(publication, ENTROPY, text)
    assert {"DLS218", "DLS309"} <= codes(path)
    verdicts = {result.id: result.verdict for result in recompute_claims(open_context(path))}
    assert {name for name, verdict in verdicts.items() if verdict is Verdict.REFUTED} == {ENTROPY}


@pytest.mark.parametrize("text", ["0e1", "1e1", "0.0", "0.1", "0.2"])
def test_a_coarse_loss_is_an_error_where_no_manifest_is_at_hand(publication, text):
    without_manifest(publication)
    assert codes(publication.write()) & {"DLS203", "DLS206", "DLS218", "DLS309"} == set()
    assert codes(printed(publication, ENTROPY, text)) & {"DLS203", "DLS218"}


def test_zeros_that_json_drops_are_no_finding(publication):
    without_manifest(publication)
    claim = publication.claim(BRIER)
    claim["teacher"]["value"], claim["student"]["value"], claim["loss"]["value"] = 0.05, 0.06, 0.01
    for part, ends in (("teacher", (0.04, 0.06)), ("student", (0.05, 0.07)), ("loss", (0.0, 0.02))):
        claim[part]["interval"]["low"], claim[part]["interval"]["high"] = ends
    assert "DLS218" not in codes(publication.write())


def test_a_number_of_the_manifest_with_an_exponent_is_the_manifests(publication):
    value = publication.claim(BRIER)["loss"]["value"]
    mantissa, exponent = f"{value:.4e}".split("e")
    text = re.sub(r"0+$", "", mantissa) + f"e{int(exponent)}"
    assert float(text) == value
    assert codes(printed(publication, BRIER, text)) == set()
    assert json.loads(text) == value
