"""Each failed check says for which model, by how much, and what to do."""

from pathlib import Path

import msgspec
import pytest

from dls.judging.check_remedies import REMEDIES, failed_check_sentences
from dls.model import Manifest, ProbeName, ValidityCheck
from dls.model.manifest import THINKING_OFF
from dls.probes.catalogue import reference_probes
from dls.probes.collection import EASIER_PROBES

CHECKS = sorted({check.check for probe in reference_probes() for check in probe.checks} | {THINKING_OFF})
HARDER = EASIER_PROBES[0].stands_for
EVIDENCE = Path("spec/1.0/conformance/documents/evidence/diversity.open_answer/manifest.json")


@pytest.fixture(scope="module")
def manifest():
    return msgspec.json.decode(EVIDENCE.read_bytes(), type=Manifest)


def sentences(manifest, probe, *checks):
    name = ProbeName(id=probe, version="1.0")
    return list(failed_check_sentences([msgspec.structs.replace(manifest, probe=name, checks=checks)]))


@pytest.mark.parametrize("name", CHECKS)
def test_a_failed_check_names_the_model_the_distance_and_the_remedy(name, manifest):
    failed = ValidityCheck(arm="student", check=name, value=0.4, floor=0.5, passed=False)
    (sentence,) = sentences(manifest, "uncertainty.lottery", failed)
    assert f"{name} of the student is 0.4, 0.1 below 0.5; {REMEDIES[name]}" in sentence


def test_the_easier_probe_is_named_where_there_is_one(manifest):
    failed = ValidityCheck(arm="teacher", check="option_mass", value=0.25, floor=0.5, passed=False)
    (sentence,) = sentences(manifest, HARDER, failed)
    assert sentence.endswith(f"let a target name the easier {EASIER_PROBES[0].id}")
    thinks = msgspec.structs.replace(failed, check=THINKING_OFF)
    assert "easier" not in sentences(manifest, HARDER, thinks)[0]


def test_a_check_that_passes_says_nothing(manifest):
    passed = ValidityCheck(arm="teacher", check="option_mass", value=0.5, floor=0.5, passed=True)
    assert sentences(manifest, HARDER, passed) == []


def test_no_remedy_is_left_over():
    assert set(REMEDIES) == set(CHECKS)
