"""Evidence about another model than the statement's is named before any number is computed."""

import hashlib
import json

import pytest

from dls.canonical import file_sha256
from dls.verifying.comparison import Verdict
from dls.verifying.recompute import exit_code

ACCURACY = "headline-accuracy"
FLIPS = "headline-flips-lost"  # it has no target, so its verdict does not depend on the seed
HEADLINE = "headline.multiple_choice"
LINE = b'["a","F32",[1],"' + b"0" * 64 + b'"]\n'
DIGEST = hashlib.sha256(b"dls-tensors-1\n" + LINE).hexdigest()


def other_tensors(student):
    student["tensors_sha256"] = "1" * 64


def other_configuration(student):
    student["files"] = [
        entry | {"sha256": "1" * 64} if entry["name"] == "config.json" else entry for entry in student["files"]
    ]
    student["reading_sha256"] = "2" * 64


def other_tokenizer(student):
    student["files"] = [
        entry | {"sha256": "1" * 64} if entry["name"] == "tokenizer.json" else entry for entry in student["files"]
    ]


def an_adapter(student):
    digests = ("weights_sha256", "reading_sha256", "tensors_sha256")
    student["adapter"] = dict.fromkeys(digests, "1" * 64)


def other_shards(student):
    """The same tensors, and every file beside them, with the weights in two files."""
    weights = [entry | {"name": f"model-{part}.safetensors", "sha256": part * 64} for part in "12"
               for entry in student["files"] if entry["name"] == "model.safetensors"]  # fmt: skip
    student["files"] = [*weights, *(entry for entry in student["files"] if entry["name"] != "model.safetensors")]
    student["weights_sha256"] = "3" * 64


DIFFERENCES = {
    "other tensors": (other_tensors, "of the student, the tensors differ"),
    "another configuration": (other_configuration, "of the student, config.json differs"),
    "another tokenizer": (other_tokenizer, "of the student, tokenizer.json differs"),
    "an adapter": (an_adapter, "of the student, the copy has no adapter"),
}


@pytest.mark.parametrize("case", DIFFERENCES)
def test_evidence_about_another_model_says_nothing_about_the_claim(publication, case):
    change, words = DIFFERENCES[case]
    change(publication.statement["student"])
    (result,) = publication.recompute(ACCURACY)
    assert (result.verdict, result.new_numbers) == (Verdict.NOT_VERIFIABLE, {})
    assert f"evidence 'ev-{HEADLINE}' is about other models: {words}" in result.reason


def test_a_false_number_does_not_hide_that_the_evidence_is_about_another_model(publication):
    other_tensors(publication.statement["student"])
    publication.claim(ACCURACY)["student"]["value"] = 0.99
    (result,) = publication.recompute(ACCURACY)
    assert result.verdict is Verdict.NOT_VERIFIABLE


@pytest.mark.parametrize("change", [other_shards, lambda student: student.pop("files")])
def test_the_same_model_in_other_files_or_without_a_list_of_them_is_confirmed(publication, change):
    change(publication.statement["student"])
    (result,) = publication.recompute(ACCURACY)
    assert result.verdict is Verdict.CONFIRMED


def test_a_required_claim_on_evidence_about_another_model_fails(publication):
    other_tensors(publication.statement["student"])
    results = publication.recompute("uncertainty-brier-top-label")
    assert exit_code(results, allow_unverified=False) == 1


@pytest.mark.parametrize(
    ("lines", "verdict", "words"),
    [
        (LINE, Verdict.CONFIRMED, "every number follows"),
        (LINE.replace(b"F32", b"F16"), Verdict.NOT_VERIFIABLE, f"is not the list of tensors with the digest {DIGEST}"),
        (b"", Verdict.NOT_VERIFIABLE, "tensors.student.jsonl is not the list"),
    ],
)
def test_a_list_of_tensors_at_hand_has_the_digest_that_the_manifest_names(publication, lines, verdict, words):
    publication.statement["student"]["tensors_sha256"] = DIGEST
    path = publication.folder / "evidence" / HEADLINE / "manifest.json"
    manifest = json.loads(path.read_text())
    manifest["arms"]["student"]["tensors_sha256"] = DIGEST
    path.write_text(json.dumps(manifest))
    entry = next(entry for entry in publication.statement["evidence"] if HEADLINE in entry["path"])
    entry |= {"sha256": file_sha256(path), "bytes": path.stat().st_size}
    (publication.folder / "evidence" / "tensors.student.jsonl").write_bytes(lines)
    (result,) = publication.recompute(FLIPS)
    assert result.verdict is verdict
    assert words in result.reason
