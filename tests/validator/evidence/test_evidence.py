"""Evidence on disk: records come back as they were written, and a changed file is refused by name."""

import hashlib
import json
import os

import msgspec
import pytest

from dls.canonical import sha256_hex
from dls.errors import DlsError
from dls.evidence.records import RecordError, make_items, parse_records, read_evidence, write_records
from dls.model import Manifest
from dls.probe import items_sha256
from dls.probes.catalogue import find_probe

HEADLINE = "headline.multiple_choice"


@pytest.fixture
def place(publication):
    return publication.folder / "evidence" / HEADLINE


def manifest_of(place):
    return msgspec.json.decode((place / "manifest.json").read_bytes(), type=Manifest)


def with_entry(place, arm="student", **members):
    """Return the manifest with other members in one arm's entry."""
    manifest = manifest_of(place)
    records = tuple(
        msgspec.structs.replace(entry, **members) if entry.arm == arm else entry for entry in manifest.records
    )
    return msgspec.structs.replace(manifest, records=records)


def write_forgery(place, lines, arm="student"):
    """Write other records and return a manifest with their digest: only their content can betray them."""
    data = b"".join(line + b"\n" for line in lines)
    (place / f"{arm}.jsonl").write_bytes(data)
    return with_entry(place, arm, sha256=sha256_hex(data), bytes=len(data), count=len(lines))


def test_records_come_back_as_they_were_written(place):
    evidence = read_evidence(manifest_of(place), place)
    assert items_sha256(evidence.items) == evidence.manifest.items.sha256
    for arm, records in evidence.records.items():
        lines = [json.loads(line) for line in (place / f"{arm}.jsonl").read_text().splitlines()]
        assert [json.loads(msgspec.json.encode(record)) for record in records] == lines


def test_records_are_canonical_lines_and_the_manifest_describes_them(tmp_path):
    entry = write_records(tmp_path, "teacher", [{"b": 1.0, "a": "é"}, {"id": "2", "error": "ValueError: x"}])
    data = (tmp_path / "teacher.jsonl").read_bytes()
    assert data == '{"a":"é","b":1}\n{"error":"ValueError: x","id":"2"}\n'.encode()
    assert (entry.path, entry.count, entry.bytes, entry.sha256) == (
        "teacher.jsonl", 2, len(data), hashlib.sha256(data).hexdigest()
    )  # fmt: skip


def test_an_altered_byte_is_refused_by_its_digest(place):
    path = place / "student.jsonl"
    data = bytearray(path.read_bytes())
    data[100] ^= 1
    path.write_bytes(data)
    with pytest.raises(RecordError, match=r"student\.jsonl: the records have digest"):
        read_evidence(manifest_of(place), place)


def test_an_appended_line_is_refused_by_its_size(place):
    with (place / "student.jsonl").open("ab") as file:
        file.write(b"\n")
    with pytest.raises(RecordError, match="bytes, the manifest says"):
        read_evidence(manifest_of(place), place)


def lines_of(place, arm="student"):
    return (place / f"{arm}.jsonl").read_bytes().splitlines()


FORGED_LINES = {
    "two lines swapped": (
        lambda lines: [lines[1], lines[0], *lines[2:]], ":1: the record is not that of item '000000'"
    ),
    "an item dropped": (lambda lines: lines[:-1], "119 records for 120 items"),
    "an item twice": (lambda lines: [*lines, lines[-1]], "121 records for 120 items"),
    "one renamed": (lambda lines: [lines[0].replace(b"000000", b"000001"), *lines[1:]], ":1: the record is not that"),
    "no JSON": (lambda lines: [*lines[:4], b"{", *lines[5:]], ":5: no record of headline.multiple_choice"),
    "a member too many": (lambda lines: [b'{"extra":1,' + lines[0][1:], *lines[1:]], ":1: no record of"),
    "an option fewer": (
        lambda lines: [b'{"id":"000000","logprobs":[[-1,-2,-3]]}', *lines[1:]],
        ":1: the record holds more or fewer answers",
    ),
    "no rotation at all": (
        lambda lines: [b'{"id":"000000","logprobs":[]}', *lines[1:]], ":1: the record holds more or fewer"
    ),
    "a probability of e^800": (
        lambda lines: [b'{"id":"000000","logprobs":[[800,-2,-3,-4]]}', *lines[1:]], ":1: no record of"
    ),
    "NaN": (lambda lines: [b'{"id":"000000","logprobs":[[NaN,-2,-3,-4]]}', *lines[1:]], ":1: no record of"),
    "another's error": (lambda lines: [b'{"error":"x","id":"000001"}', *lines[1:]], ":1: the record is not that"),
    "a list with an error": (lambda lines: [b'[{"error":1}]', *lines[1:]], ":1: no record of"),
    "nested without end": (lambda lines: [b'{"error":' + b"[" * 10**5, *lines[1:]], ":1: no record of"),
    "not UTF-8": (lambda lines: [b'{"id":"\xff"}', *lines[1:]], ":1: no record of"),
}  # fmt: skip


@pytest.mark.parametrize("forgery", FORGED_LINES)
def test_a_forged_line_is_named_even_under_its_own_digest(place, forgery):
    forge, words = FORGED_LINES[forgery]
    with pytest.raises(RecordError) as failure:
        read_evidence(write_forgery(place, forge(lines_of(place))), place)
    assert words in str(failure.value)


@pytest.mark.parametrize("seed", [0, 1, 2**53 - 1])
def test_items_of_another_seed_are_refused(place, seed):
    manifest = manifest_of(place)
    items = msgspec.structs.replace(manifest.items, seed=seed)
    with pytest.raises(RecordError, match=f"seed {seed} makes items with digest"):
        read_evidence(msgspec.structs.replace(manifest, items=items), place)


def test_a_manifest_of_more_items_than_its_records_can_hold_makes_no_item(place):
    manifest = manifest_of(place)
    items = msgspec.structs.replace(manifest.items, n=10**12)
    with pytest.raises(RecordError, match="too small for the 1000000000000 items"):
        read_evidence(msgspec.structs.replace(manifest, items=items), place)


def test_missing_records_are_named(place):
    (place / "student.jsonl").unlink()
    with pytest.raises(DlsError, match=r"student\.jsonl: the records are missing") as failure:
        read_evidence(manifest_of(place), place)
    assert not isinstance(failure.value, RecordError)  # a RecordError would refute the claims


def test_records_that_are_a_pipe_do_not_hang(place):
    (place / "student.jsonl").unlink()
    os.mkfifo(place / "student.jsonl")
    with pytest.raises(RecordError, match="the records are irregular"):
        read_evidence(manifest_of(place), place)


def test_records_behind_a_link_are_read_where_they_are_the_ones_of_the_manifest(place, tmp_path):
    (place / "student.jsonl").rename(tmp_path / "elsewhere")
    (place / "student.jsonl").symlink_to(tmp_path / "elsewhere")
    assert len(read_evidence(manifest_of(place), place).records["student"]) == manifest_of(place).items.n
    with (tmp_path / "elsewhere").open("ab") as file:
        file.write(b"\n")
    with pytest.raises(DlsError, match="the records are outside") as failure:
        read_evidence(manifest_of(place), place)
    assert not isinstance(failure.value, RecordError)  # the link is the reader's own: it accuses nobody


def test_a_probe_of_another_release_is_no_forgery(place):
    manifest = manifest_of(place)
    older = msgspec.structs.replace(manifest, probe=msgspec.structs.replace(manifest.probe, version="0.9"))
    with pytest.raises(DlsError, match="install an earlier release") as failure:
        read_evidence(older, place)
    assert not isinstance(failure.value, RecordError)


def test_items_from_a_data_file_are_no_forgery(place):
    manifest = manifest_of(place)
    file_items = msgspec.structs.replace(manifest, items=msgspec.structs.replace(manifest.items, seed=None))
    with pytest.raises(DlsError, match="cannot regenerate") as failure:
        read_evidence(file_items, place)
    assert not isinstance(failure.value, RecordError)


@pytest.mark.parametrize("name", [HEADLINE, "uncertainty.multiple_choice", "diversity.open_answer"])
def test_an_error_counts_as_the_worst_that_a_model_can_do(name):
    probe = find_probe(name)
    items = probe.items(1, 3)
    lines = [json.dumps({"id": item.id, "error": "ValueError: no answer"}).encode() for item in items]
    assert parse_records(lines, probe, items, "x") == [probe.failed(item) for item in items]


def test_no_items_is_no_measurement():
    with pytest.raises(DlsError, match="ask for at least 1"):
        make_items(find_probe(HEADLINE), 1, 0)
