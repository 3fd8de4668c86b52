"""A manifest that is validated by itself is held to its own checks, as it is beside a statement."""

import pytest

from dls.checking.validate import check
from dls.standard.specification import spec_folder

DOCUMENTS = spec_folder() / "conformance" / "documents"


def findings(folder):
    return check(DOCUMENTS / folder / "diversity.open_answer" / "manifest.json").findings


@pytest.mark.parametrize("folder", ["evidence", "evidence-with-a-failed-check"])
def test_a_check_that_says_what_its_value_decides_gets_no_finding(folder):
    assert findings(folder) == ()


@pytest.mark.parametrize(
    ("folder", "words"),
    [
        ("evidence-with-a-failed-check-called-passed", "passed: true, but its value 0.41 is below the floor 0.5"),
        ("evidence-with-a-passed-check-called-failed", "passed: false, but its value 0.9062 is at or above the floor"),
    ],
)
def test_a_check_that_says_otherwise_gets_one_finding_at_its_word(folder, words):
    (finding,) = findings(folder)
    assert (finding.code, finding.severity, finding.pointer) == ("DLS317", "error", "/checks/1/passed")
    assert words in finding.message
    assert "'answer_validity' of the student" in finding.message
