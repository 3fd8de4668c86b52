"""An assessment follows from the numbers and the evidence of a statement; the law has a file of its own."""

from dls.document.reader import read
from dls.judging.assess import LEVELS, assess_statement
from dls.model import Statement, frozen
from dls.scenarios.profile import load_profile
from dls.standard.specification import spec_folder

DOCUMENTS = spec_folder() / "conformance" / "documents"
PROFILE = load_profile(DOCUMENTS / "profile.yaml")


def assess(value):
    assessment = assess_statement(frozen(value, Statement), PROFILE)
    return {(t.metric, t.kind) for t in assessment.met_targets}, LEVELS.index(assessment.assurance)


def test_a_preserved_target_is_met():
    met, level = assess(read(DOCUMENTS / "publisher.yaml").value)
    assert met == {
        ("accuracy", "non_inferiority"),
        ("accuracy", "absolute"),
        ("brier_top_label", "non_inferiority"),
        ("valid_answer_mass", "retention"),
    }
    assert LEVELS[level] == "recomputed"


def test_a_third_party_meets_no_target():
    assert assess(read(DOCUMENTS / "third-party.yaml").value)[0] == set()


def test_a_declared_outcome_that_its_interval_denies_meets_nothing():
    assert ("valid_answer_entropy", "non_inferiority") not in assess(read(DOCUMENTS / "DLS209-wishful.yaml").value)[0]


def test_a_reproduction_by_another_party_counts_for_more_than_the_issuers_own():
    value = read(DOCUMENTS / "publisher-reproduced.yaml").value
    assert LEVELS[assess(value)[1]] == "independently_reproduced"
    value["reproductions"][0]["by"] = value["issuer"]["name"]
    assert LEVELS[assess(value)[1]] == "reproduced"
