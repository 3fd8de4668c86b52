"""A verifier's own phrasings change how questions read, and nothing else."""

import pytest

from dls.errors import DlsError
from dls.probe import items_sha256
from dls.probes.collection import GENERATED_PROBES
from dls.probes.shared.phrasings import FEWEST, LARGEST, PHRASINGS, phrase, phrasings_sha256, read_phrasings

PRIVATE = tuple(f"way {number}: {{question}}?" for number in range(FEWEST))


@pytest.mark.parametrize("probe", GENERATED_PROBES, ids=lambda probe: probe.id)
def test_private_phrasings_are_in_the_items_of_every_probe(probe):
    assert items_sha256(probe.items(3, 60, PRIVATE)) != items_sha256(probe.items(3, 60))
    assert items_sha256(probe.items(3, 60, PHRASINGS)) == items_sha256(probe.items(3, 60))


@pytest.mark.parametrize("probe", GENERATED_PROBES, ids=lambda probe: probe.id)
def test_phrasings_decide_nothing_that_is_drawn(probe):
    """Whatever reads alike but for the phrasing comes from the same draws: the bare questions are the same."""
    first = [f"{{question}} {number} ping" for number in range(FEWEST)]
    second = [f"{{question}} {number} pong" for number in range(FEWEST)]
    ping, pong = probe.items(3, 60, tuple(first)), probe.items(3, 60, tuple(second))
    assert [repr(item).replace(" ping", "") for item in ping] == [repr(item).replace(" pong", "") for item in pong]


def test_questions_with_braces_are_put_as_they_are():
    assert phrase(0, "what is {x}") == "what is {x}?"


def test_the_probes_own_phrasings_have_no_digest_and_every_other_has_its_own():
    assert phrasings_sha256(PHRASINGS) is None
    assert phrasings_sha256(PRIVATE) != phrasings_sha256(tuple(reversed(PRIVATE))) is not None


def test_a_file_holds_one_phrasing_a_line(tmp_path):
    path = tmp_path / "mine.txt"
    path.write_text("# mine\n\n" + "\r\n".join(PRIVATE) + "\n")
    assert read_phrasings(path) == PRIVATE


BAD_FILES = {
    "too few": ("\n".join(PRIVATE[1:]), "19 phrasings; wanted at least 20"),
    "no place": ("\n".join([*PRIVATE, "hello"]), ":21: {question} stands 0 times"),
    "two places": ("\n".join([*PRIVATE, "{question}? {question}?"]), ":21: {question} stands 2 times"),
    "twice the same": ("\n".join([*PRIVATE, PRIVATE[4]]), ":21: the phrasing repeats line 5"),
    "a control character": ("\n".join([*PRIVATE, "\x1b[2J{question}"]), ":21: the phrasing holds a character"),
    "a long one": ("\n".join([*PRIVATE, "x" * 300 + "{question}"]), ":21: the phrasing has 310 characters"),
    "too much": ("\n" * (LARGEST + 1), "more than 64 KiB"),
}


@pytest.mark.parametrize("case", BAD_FILES)
def test_a_file_that_holds_something_else_is_refused_with_its_line(tmp_path, case):
    text, complaint = BAD_FILES[case]
    path = tmp_path / "mine.txt"
    path.write_text(text)
    with pytest.raises(DlsError) as error:
        read_phrasings(path)
    assert complaint in str(error.value)


def test_a_file_that_is_no_text_or_is_not_there_is_refused(tmp_path):
    (tmp_path / "mine.txt").write_bytes(b"\x1f\x8b\x08")
    with pytest.raises(DlsError, match="is no UTF-8"):
        read_phrasings(tmp_path / "mine.txt")
    with pytest.raises(DlsError, match="cannot be read"):
        read_phrasings(tmp_path / "nowhere.txt")
