"""A verifier with a data file runs its claims again; a verifier without it can still judge all other claims."""

import json
import shutil
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from tests.reference_probes.stated import Stated, digests, filled, tiny_model

from dls.checking.validate import check
from dls.commands.cli import main
from dls.document.reader import read
from dls.probes.catalogue import find_probe

pytestmark = pytest.mark.slow

HEADLINE = "headline.multiple_choice"
N = 100
PRIVATE = str(Path("examples/private_phrasings.txt").resolve())


@dataclass(frozen=True)
class Publication(Stated):
    """The pair, and the file that the headline's items were drawn from."""

    rows: Path

    def with_file(self, *options: str) -> int:
        return self.reproduce("--data", f"{HEADLINE}={self.rows}", *options)

    def verdicts(self, dimension: str = "headline") -> set[tuple[str, str]]:
        """Return verdict and reason of every claim of a dimension."""
        assert check(self.folder / "report.yaml").findings == ()
        claims = read(self.folder / "report.yaml").value["claims"]
        return {(claim["verdict"], claim["reason"]) for claim in claims if claim["id"].startswith(dimension)}


def write_questions(folder: Path, name: str, seed: int, count: int = 2 * N) -> Path:
    """Write questions to a file, as a publisher has them."""
    rows = [
        {"question": item.question, "options": item.options, "answer": item.answer}
        for item in find_probe(HEADLINE).items(seed, count)
    ]
    (folder / name).write_text("".join(json.dumps(row) + "\n" for row in rows))
    return folder / name


@pytest.fixture(scope="module")
def _original(tmp_path_factory: pytest.TempPathFactory) -> Publication:
    from dls_probes.pair.tokenizer import build_tokenizer

    place, tokenizer = tmp_path_factory.mktemp("made"), build_tokenizer()
    models = [str(tiny_model(place, tokenizer, name, 32, seed)) for name, seed in (("teacher", 1), ("student", 2))]
    publication = Publication(
        place / "out", ["--teacher", models[0], "--student", models[1]], write_questions(place, "rows.jsonl", 3)
    )
    run = [
        "probe",
        "run",
        *publication.models,
        "--scenario",
        "demo",
        "--n",
        str(N),
        "--out",
        str(publication.folder / "evidence"),
    ]
    options = ["--dimension", "headline", "--dimension", "diversity", "--data", f"{HEADLINE}={publication.rows}"]
    assert main([*run, *options]) == 0
    assert main(["draft", str(publication.folder / "evidence"), "-o", str(publication.statement)]) == 0
    publication.tell(lambda document: document.update(filled(document)))
    return publication


@pytest.fixture
def publication(_original: Publication, tmp_path: Path) -> Publication:
    shutil.copytree(_original.folder, tmp_path / "published")
    return replace(_original, folder=tmp_path / "published")


def test_a_verifier_with_the_file_writes_the_same_evidence_again(publication):
    assert publication.with_file() == 0
    again = digests(publication.folder / "report-evidence")
    assert again == digests(publication.folder / "evidence")
    assert {verdict for verdict, _ in publication.verdicts()} == {"confirmed"}


def test_a_forged_number_about_a_file_is_refuted(publication):
    def forge(document: Any) -> None:
        reading = next(claim for claim in document["claims"] if claim["id"] == "headline-accuracy")["student"]
        reading["value"] += 0.05

    publication.tell(forge)
    assert publication.with_file() == 1
    assert any(verdict == "refuted" and "when made again" in why for verdict, why in publication.verdicts())


def test_without_the_file_its_claims_stay_open_and_all_others_are_judged(publication):
    assert publication.reproduce("--allow-unverified") == 0
    ((verdict, reason),) = publication.verdicts()
    assert verdict == "not_verifiable"
    assert "drawn from the file rows.jsonl" in reason
    assert f"which is not at hand; give it with --data {HEADLINE}=FILE" in reason
    assert {verdict for verdict, _ in publication.verdicts("diversity")} == {"confirmed"}


def test_another_file_is_named_by_its_digest_for_each_claim(publication, tmp_path):
    path = write_questions(tmp_path, "other.jsonl", 4)
    assert publication.reproduce("--allow-unverified", "--data", f"{HEADLINE}={path}") == 0
    ((verdict, reason),) = publication.verdicts()
    assert verdict == "not_verifiable"
    assert "and other.jsonl has digest" in reason


def test_the_items_of_a_file_have_no_fresh_draw_and_the_report_says_why(publication):
    publication.with_file("--draw-factor", "1")
    report = read(publication.folder / "report.yaml").value
    words = {claim["id"].split("-")[0]: claim["replication"] for claim in report["claims"]}
    assert words["headline"]["verdict"] == "not_drawn"
    assert "stand in a file that its publisher chose" in words["headline"]["reason"]
    assert words["diversity"]["verdict"] != "not_drawn"


def test_a_file_that_was_cut_is_asked_for_no_more_rows_than_there_are(publication):
    """The file was cut after it was measured on, and its digest written into the manifest again."""
    from tests.reference_probes.reproduction.test_settings import repin

    from dls.canonical import file_sha256

    short = publication.folder / "short.jsonl"
    short.write_bytes(b"".join(publication.rows.read_bytes().splitlines(keepends=True)[: N - 1]))
    path = publication.folder / "evidence" / HEADLINE / "manifest.json"
    manifest = json.loads(path.read_text())
    manifest["items"]["file"]["sha256"] = file_sha256(short)
    path.write_text(json.dumps(manifest))
    repin(publication.statement, path)
    assert publication.reproduce("--allow-unverified", "--data", f"{HEADLINE}={short}") == 0
    ((verdict, reason),) = publication.verdicts()
    assert verdict == "not_verifiable"
    assert f"asked for {N} units, and its file has {N - 1}" in reason


def test_questions_of_a_file_take_no_other_phrasing(publication):
    publication.with_file("--private-phrasings", PRIVATE)
    assert any("no phrasing of the verifier's changes them" in why for _, why in publication.verdicts())
    assert {verdict for verdict, _ in publication.verdicts()} == {"not_verifiable"}


def test_where_the_manifest_is_missing_the_file_that_is_given_counts(publication):
    (publication.folder / "evidence" / HEADLINE / "manifest.json").unlink()
    assert publication.with_file() == 0
    assert {verdict for verdict, _ in publication.verdicts()} == {"confirmed"}


def test_where_both_are_missing_no_claim_is_refuted(publication):
    (publication.folder / "evidence" / HEADLINE / "manifest.json").unlink()
    assert publication.reproduce("--allow-unverified") == 0
    ((verdict, reason),) = publication.verdicts()
    assert verdict == "not_verifiable"
    assert f"where it was a data file, give it with --data {HEADLINE}=FILE" in reason
