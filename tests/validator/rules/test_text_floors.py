"""Human texts have floors: what says nothing, looks like another name or denies a loss gets a warning, and no more."""

import shutil
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dls.checking.validate import check
from dls.rules._skeleton import library_prototype, skeleton
from dls.rules.texts_agree_with_the_outcomes import _DENIALS, _WORDS
from dls.standard.specification import spec_folder

DOCUMENTS = spec_folder() / "conformance" / "documents"
LIMITS = '"English only. Nothing is said about long conversations."'
REASON = '"Employees want one answer, not several."'
NOTE = '"The results would name the gaps."'


@pytest.fixture
def warnings(tmp_path):
    """Return the codes of the warnings on an honest statement with a lost claim, after one of its texts is replaced."""
    shutil.copy(DOCUMENTS / "profile.yaml", tmp_path)
    text = (DOCUMENTS / "publisher.yaml").read_text()

    def codes(old, new):
        assert text.count(old) == 1
        (tmp_path / "dls.yaml").write_text(text.replace(old, f'"{new}"'))
        findings = check(tmp_path / "dls.yaml").findings
        assert {finding.severity for finding in findings} <= {"warning"}
        return [finding.code for finding in findings]

    return codes


@pytest.mark.parametrize("character", string.printable.strip())
def test_an_ascii_character_has_the_prototype_of_the_library(character):
    assert skeleton(character) == library_prototype(character)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Example Lab", "Ex\u0430mple Lab"),  # Cyrillic
        ("student-1b", "student-lb"),
        ("O0", "0O"),
        ("modern", "modem"),
        ("Lab", "\uff2c\uff41\uff42"),  # full width
        ("Lab", "La\u200bb"),  # an invisible space
        ("Lab", "L\u0430\u0184"),  # Cyrillic, and a letter of another alphabet
    ],
)
def test_names_that_look_alike_have_one_skeleton(first, second):
    assert first != second
    assert skeleton(first) == skeleton(second)


@pytest.mark.parametrize(("first", "second"), [("a-7b", "a-8b"), ("Lab", "lab"), ("é", "e"), ("Köln", "Koln")])
def test_names_that_look_different_have_two(first, second):
    assert skeleton(first) != skeleton(second)


@pytest.mark.parametrize("text", ["x", "xxx", "...", "12", "n/a", "N/A.", "TBD", "lorem ipsum", "Accepted.", "-"])
def test_a_reason_without_words_is_a_warning(warnings, text):
    assert set(warnings(REASON, text)) == {"DLS807"}


@pytest.mark.parametrize(
    "text", ["It is cheap.", "Wir brauchen nur eine Antwort.", "一つの答えで十分です。", "没有风险。"]
)
def test_a_reason_in_words_is_none(warnings, text):
    assert warnings(REASON, text) == []


@pytest.mark.parametrize("text", ["Security", "security.", "SECURITY"])
def test_a_note_that_repeats_its_label_is_a_warning(warnings, text):
    assert set(warnings(NOTE, text)) == {"DLS807"}


@pytest.mark.parametrize(
    "text",
    [
        "The student is better in every respect.",
        "Superior to nothing, stronger in all dimensions.",
        "It matches the teacher in every task.",
        "There is no loss.",
        "No losses were seen anywhere.",
        "No measurable loss.",
        "Nothing was lost.",
        "It loses nothing.",
        "No capability was lost.",
        "It fully preserves the teacher.",
        "The student keeps all of its teacher's capabilities.",
        "All capabilities are preserved.",
        "It shows no degradation.",
    ],
)
def test_a_text_that_denies_a_loss_is_a_warning_beside_one(warnings, text):
    assert warnings(LIMITS, text) == ["DLS809"]


@pytest.mark.parametrize(
    "text",
    [
        "The student is not better in every respect.",
        "We do not say that there is no loss.",
        "There is no loss of accuracy beyond the margin; variety is lost.",
        "The student is better at short questions.",
        "Nothing is said about long conversations.",
        "It never matches the teacher in every task.",
        "No loss was measured above the margin in accuracy.",
        "Variety is lost, and accuracy is preserved.",
    ],
)
def test_an_honest_text_is_none(warnings, text):
    assert warnings(LIMITS, text) == []


@pytest.mark.slow
@pytest.mark.parametrize("phrase", _DENIALS)
@given(data=st.data())
def test_every_match_of_a_phrase_holds_one_of_the_words_that_are_looked_for_first(phrase, data):
    match = data.draw(st.from_regex(phrase))
    assert any(word in match for word in _WORDS)
