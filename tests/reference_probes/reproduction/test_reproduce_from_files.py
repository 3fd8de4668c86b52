"""Claims about a data file are run again by whoever has the file; who has not can still judge every other claim."""

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

HEADLINE = "headline.multiple_choice"
N = 100
PRIVATE = str(Path("examples/private_phrasings.txt").resolve())


@dataclass(frozen=True)
class Published(Stated):
    """The pair, and the file that the headline's items were drawn from."""

    rows: Path

    def with_file(self, *more: str) -> int:
        return self.reproduce("--data", f"{HEADLINE}={self.rows}", *more)

    def verdicts(self, of: str = "headline") -> set[tuple[str, str]]:
        """Return verdict and reason of every claim of a dimension."""
        assert check(self.folder / "report.yaml").findings == ()
        claims = read(self.folder / "report.yaml").value["claims"]
        return {(one["verdict"], one["reason"]) for one in claims if one["id"].startswith(of)}


def written(folder: Path, name: str, seed: int, many: int = 2 * N) -> Path:
    """Write questions such as a publisher has in a file of theirs."""
    rows = [
        {"question": item.question, "options": item.options, "answer": item.answer}
        for item in find_probe(HEADLINE).items(seed, many)
    ]
    (folder / name).write_text("".join(json.dumps(row) + "\n" for row in rows))
    return folder / name


@pytest.fixture(scope="module")
def _made(tmp_path_factory: pytest.TempPathFactory) -> Published:
    from dls_probes.pair.tokenizer import build_tokenizer

    place, tokenizer = tmp_path_factory.mktemp("made"), build_tokenizer()
    models = [str(tiny_model(place, tokenizer, name, 32, seed)) for name, seed in (("teacher", 1), ("student", 2))]
    made = Published(place / "out", ["--teacher", models[0], "--student", models[1]], written(place, "rows.jsonl", 3))
    run = ["probe", "run", *made.models, "--scenario", "demo", "--n", str(N), "--out", str(made.folder / "evidence")]
    asked = ["--dimension", "headline", "--dimension", "diversity", "--data", f"{HEADLINE}={made.rows}"]
    assert main([*run, *asked]) == 0
    assert main(["draft", str(made.folder / "evidence"), "-o", str(made.statement)]) == 0
    made.tell(lambda told: told.update(filled(told)))
    return made


@pytest.fixture
def published(_made: Published, tmp_path: Path) -> Published:
    shutil.copytree(_made.folder, tmp_path / "published")
    return replace(_made, folder=tmp_path / "published")


def test_whoever_has_the_file_writes_the_same_evidence_again(published):
    assert published.with_file() == 0
    again = digests(published.folder / "report-evidence")
    assert again == digests(published.folder / "evidence")
    assert {verdict for verdict, _ in published.verdicts()} == {"confirmed"}


def test_a_forged_number_about_a_file_is_refuted(published):
    def better(told: Any) -> None:
        reading = next(one for one in told["claims"] if one["id"] == "headline-accuracy")["student"]
        reading["value"] += 0.05

    published.tell(better)
    assert published.with_file() == 1
    assert any(verdict == "refuted" and "when made again" in why for verdict, why in published.verdicts())


def test_without_the_file_its_claims_stay_open_and_all_others_are_judged(published):
    assert published.reproduce() == 0  # nobody requires the headline
    ((verdict, reason),) = published.verdicts()
    assert verdict == "not_verifiable"
    assert "drawn from the file rows.jsonl" in reason
    assert f"which is not at hand; give it with --data {HEADLINE}=FILE" in reason
    assert {verdict for verdict, _ in published.verdicts("diversity")} == {"confirmed"}


def test_another_file_is_named_by_its_digest_for_each_claim(published, tmp_path):
    other = written(tmp_path, "other.jsonl", 4)
    assert published.reproduce("--data", f"{HEADLINE}={other}") == 0
    ((verdict, reason),) = published.verdicts()
    assert verdict == "not_verifiable"
    assert "and other.jsonl has digest" in reason


def test_a_fresh_seed_draws_other_rows_of_the_file(published):
    published.with_file("--fresh-seed", "5")
    manifests = [
        json.loads((published.folder / place / HEADLINE / "manifest.json").read_text())["items"]
        for place in ("evidence", "report-evidence")
    ]
    assert manifests[0]["file"] == manifests[1]["file"]
    assert manifests[0]["sha256"] != manifests[1]["sha256"]


def test_a_fresh_seed_asks_for_no_more_rows_than_there_are(published):
    """The file was cut after it was measured on, and its digest written into the manifest again."""
    from tests.reference_probes.reproduction.test_settings import repin

    from dls.canonical import file_sha256

    short = published.folder / "short.jsonl"
    short.write_bytes(b"".join(published.rows.read_bytes().splitlines(keepends=True)[: N - 1]))
    path = published.folder / "evidence" / HEADLINE / "manifest.json"
    told = json.loads(path.read_text())
    told["items"]["file"]["sha256"] = file_sha256(short)
    path.write_text(json.dumps(told))
    repin(published.statement, path)
    assert published.reproduce("--data", f"{HEADLINE}={short}") == 0
    ((verdict, reason),) = published.verdicts()
    assert verdict == "not_verifiable"
    assert f"asked for {N} units, and its file has {N - 1}" in reason


def test_questions_of_a_file_take_no_other_phrasing(published):
    published.with_file("--private-phrasings", PRIVATE)
    assert any("no phrasing of the verifier's changes them" in why for _, why in published.verdicts())
    assert {verdict for verdict, _ in published.verdicts()} == {"not_verifiable"}


def test_where_the_manifest_is_missing_the_file_that_is_given_counts(published):
    (published.folder / "evidence" / HEADLINE / "manifest.json").unlink()
    assert published.with_file() == 0
    assert {verdict for verdict, _ in published.verdicts()} == {"confirmed"}


def test_where_both_are_missing_nobody_is_accused(published):
    (published.folder / "evidence" / HEADLINE / "manifest.json").unlink()
    assert published.reproduce() == 0
    ((verdict, reason),) = published.verdicts()
    assert verdict == "not_verifiable"
    assert f"where it was a data file, give it with --data {HEADLINE}=FILE" in reason
