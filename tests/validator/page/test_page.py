"""A page says no more than the check: findings first, the worse outcome, and silence as loud as a loss."""

import json
import shutil
from contextlib import suppress
from datetime import date
from pathlib import Path

import msgspec
import pytest
from tests.some import every

from dls.canonical import sha256_hex
from dls.commands.cli import main
from dls.document.reader import read
from dls.document.writer import yaml_text
from dls.errors import DlsError
from dls.page.composition import page_of
from dls.report.html import page_html
from dls.report.markdown import page_markdown
from dls.report.markdown_forms import plain
from dls.standard.registry import DIMENSIONS, READINGS
from dls.standard.specification import spec_folder
from dls.verifying.recompute import open_context, recompute_claims

DOCUMENTS = spec_folder() / "conformance" / "documents"
TODAY = date(2026, 12, 1)
EXPECTED = sorted(path.name for path in DOCUMENTS.glob("*.yaml"))


@pytest.fixture
def folder(tmp_path):
    """A folder with the conformance documents, where a statement may be changed."""
    shutil.copytree(DOCUMENTS, tmp_path / "documents")
    return tmp_path / "documents"


def changed(folder, change, name="publisher.yaml"):
    value = read(folder / name).value
    change(value)
    path = folder / "changed.yaml"
    path.write_text(yaml_text(value))
    return page_of(path, today=TODAY)


def rows(page):
    return [row for group in page.groups for row in group.rows]


def test_the_dimensions_stand_in_the_order_of_the_specification():
    names = [group.dimension for group in page_of(DOCUMENTS / "publisher.yaml", today=TODAY).groups]
    assert names == [name for name in (*DIMENSIONS, *READINGS) if name in names]


def test_the_verdict_of_a_statement_is_one_line():
    text = page_of(DOCUMENTS / "publisher.yaml", today=TODAY).verdict.text
    assert text == (
        "4 of 5 targets of the issuer's own profile met, 1 lost and accepted; "
        "6 dimensions without any number; assurance claimed: recomputed, established here: consistent"
    )


@pytest.mark.parametrize("name", every(4, EXPECTED))
def test_a_document_with_findings_has_a_page_that_starts_with_them(name, capsys):
    """A file that no reader takes for a statement has none."""
    with suppress(DlsError):
        page = page_of(DOCUMENTS / name, today=TODAY)
        assert_follows_the_check(page, DOCUMENTS / name, capsys)


def assert_follows_the_check(page, path, capsys):
    assert main(["validate", "--format", "json", str(path)]) in (0, 1)
    findings = msgspec.json.decode(capsys.readouterr().out)["findings"]
    assert [finding.code for finding in page.findings] == [finding["code"] for finding in findings]
    if page.checks.errors:
        assert page.checks.established == "declared"
        assert page.verdict.text.startswith(("not valid", f"{page.checks.errors} error"))


def test_a_wishful_outcome_is_shown_as_it_follows(folder):
    def wish(value):
        claim = next(claim for claim in value["claims"] if claim["outcome"] == "lost")
        claim["outcome"] = "preserved"
        for target in claim["targets"]:
            target["outcome"] = "preserved"
        value["acceptances"] = [entry for entry in value["acceptances"] if entry.get("claim") != claim["id"]]

    page = changed(folder, wish)
    assert [row.outcome for row in rows(page) if row.declared != row.outcome] == ["lost"]
    assert [claim.acceptedness for claim in page.open_claims] == ["not accepted"]


def test_a_removed_absence_is_shown_as_silence(folder):
    absences = page_of(DOCUMENTS / "publisher.yaml", today=TODAY).absences
    page = changed(folder, lambda value: value["absences"].clear())
    assert {absence.dimension for absence in absences} <= {absence.dimension for absence in page.absences}
    assert {absence.status for absence in page.absences} == {"not_stated"}


def test_an_expired_review_stands_out():
    page = page_of(DOCUMENTS / "publisher.yaml", today=date(2040, 1, 1))
    assert all(claim.acceptance.is_overdue for claim in page.open_claims)
    assert not any(
        claim.acceptance.is_overdue for claim in page_of(DOCUMENTS / "publisher.yaml", today=TODAY).open_claims
    )


def test_a_gap_accepts_nothing(folder):
    page = changed(folder, lambda value: value["acceptances"][0].update(accepted_by="TODO(dls): the person"))
    assert [claim.acceptedness for claim in page.open_claims] == ["not accepted"]


@pytest.mark.parametrize(("word", "sentence"), [("yes", "was trained on items like"), ("unknown", "does not know")])
def test_training_on_the_probes_items_stands_in_page_and_markdown(folder, word, sentence):
    page = changed(folder, lambda value: value["distillation"].update(trained_on_probe_items=word))
    assert sentence in page_html(page)
    assert sentence in page_markdown(page)


def test_a_page_beside_errors_does_not_say_that_nothing_is_lost(folder):
    def hide(value):
        for claim in value["claims"]:
            claim["outcome"] = "preserved" if claim["outcome"] == "lost" else claim["outcome"]

    assert "No measured target is lost" not in page_html(changed(folder, hide))


def test_a_third_party_meets_no_target():
    page = page_of(DOCUMENTS / "third-party.yaml", today=TODAY)
    assert page.verdict.met == 0
    assert "a third party's statement meets no target" in page.verdict.text


def test_recomputed_numbers_establish_more_and_refuted_ones_nothing(publication):
    path = publication.write()
    results = list(recompute_claims(open_context(path)))
    assert page_of(path, today=TODAY).checks.established == "consistent"
    page = page_of(path, today=TODAY, recomputed_claims=results)
    assert page.checks.recomputed.endswith("follow from the records, number for number")
    assert page.checks.established == "recomputed"
    forged = [results[0]._replace(verdict="refuted"), *results[1:]]
    assert page_of(path, today=TODAY, recomputed_claims=forged).checks.established == "declared"


@pytest.mark.parametrize(("name", "text"), [
    ("empty.yaml", ""), ("list.yaml", "- 1\n"), ("broken.yaml", "a: [\n"), ("scalar.json", "3"),
])  # fmt: skip
def test_a_file_without_a_statement_is_refused_in_a_sentence(tmp_path, capsys, name, text):
    path = tmp_path / name
    path.write_text(text)
    assert main(["report", str(path), "-o", str(tmp_path / "page.md")]) == 2
    assert capsys.readouterr().err.count("\n") == 1
    assert not Path(tmp_path / "page.md").exists()


def test_the_items_of_a_lost_claim_are_on_its_page(publication):
    page = page_of(publication.write(), today=TODAY)
    lost = {claim.claim for claim in page.open_claims if claim.outcome == "lost"}
    assert page.records.problems == ()
    assert {entry.claim for entry in page.records.lost_items} == lost
    assert all(1 <= len(entry.examples) <= 3 for entry in page.records.lost_items)


def test_records_with_another_digest_show_nothing(publication):
    path = publication.write()
    for records in publication.folder.rglob("student.jsonl"):
        records.write_bytes(records.read_bytes().replace(b"0", b"1", 1))
    page = page_of(path, today=TODAY)
    assert page.records.confidence == ()
    assert page.records.lost_items == ()
    assert len(page.records.problems) == 3
    assert str(publication.folder) not in "".join(page.records.problems)


def page_with_check(publication, value, arm="student"):
    """The page of a statement after the value of a model's first check in its first manifest has become another."""
    entry = publication.statement["evidence"][0]
    manifest = publication.folder / entry["path"]
    content = json.loads(manifest.read_bytes())
    check = next(check for check in content["checks"] if check["arm"] == arm)
    check |= {"value": value, "passed": value >= check["floor"]}
    manifest.write_text(json.dumps(content))
    entry |= {"sha256": sha256_hex(manifest.read_bytes()), "bytes": manifest.stat().st_size}
    return page_of(publication.write(), today=TODAY), check, content["probe"]["id"]


def test_a_check_that_the_student_alone_fails_counts_with_the_losses(publication):
    page, check, probe = page_with_check(publication, 0.125)
    entry = page.failed_checks[0]
    assert (entry.check, entry.probe, entry.student) == (check["check"], probe, "0.125")
    assert "the student fails 1 validity check" in page.verdict.text
    losses = page_markdown(page).partition("## What is lost")[2].partition("\n## ")[0]
    assert all(text in losses for text in ("the student fails this check", probe.replace("_", "\\_"), "0.125"))


def test_a_check_that_no_one_or_the_teacher_fails_is_no_loss(publication):
    assert page_of(publication.write(), today=TODAY).failed_checks == ()
    assert page_with_check(publication, 0.125, "teacher")[0].failed_checks == ()


def test_the_json_holds_curves_and_lost_items(publication, tmp_path):
    path, target = publication.write(), tmp_path / "page.json"
    assert main(["report", str(path), "-o", str(target)]) == 0
    records = msgspec.to_builtins(page_of(path).records)
    assert records["confidence"]
    assert records["lost_items"]
    assert json.loads(target.read_text())["records"] == json.loads(msgspec.json.encode(records))


def test_markdown_holds_the_lost_items_and_the_curves(publication):
    page = page_of(publication.write(), today=TODAY)
    part = page_markdown(page).partition("## From the records")[2].partition("\n## ")[0]
    items = [item for entry in page.records.lost_items for item in entry.examples]
    texts = [plain(text) for item in items for text in (item.id, item.teacher, item.student)]
    assert items
    assert [text for text in texts if text not in part] == []
    surest = page.records.confidence[0].models[0].bins[-1]
    assert f"| {surest.n:,} | {surest.confidence:.2f} | {surest.accuracy:.2f} |" in part


def test_a_metric_of_the_pair_shows_its_one_value(folder):
    def lose(value):
        claim = next(claim for claim in value["claims"] if "pair" in claim)
        claim |= {"targets": [{"kind": "absolute", "cap": 0.0001, "outcome": "lost"}], "outcome": "lost"}
        values.append(claim["pair"]["value"])

    values = []
    page = changed(folder, lose, "fidelity-of-the-pair.yaml")
    assert [claim.numbers.partition(" ")[0] for claim in page.open_claims if "→" not in claim.numbers] == [
        f"{value:g}" for value in values
    ]
