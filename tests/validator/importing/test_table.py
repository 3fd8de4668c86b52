"""A table of scores of any script becomes a paired measurement, or a sentence that refuses it."""

import csv

import pytest
from tests.reference_probes.stated import filled

from dls.authoring.draft import draft_of_folder
from dls.checking.validate import check
from dls.document.writer import yaml_text
from dls.importing.mapping_table import load_mapping


def table(path, rows):
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def scores(n, wrong=0, **more):
    return [{"id": f"q{i:03d}", "exact_match": int(i >= wrong), **more} for i in range(n)]


def codes(folder):
    """Return the codes of the findings on a filled draft of the evidence in a folder."""
    value = draft_of_folder(folder / "evidence", folder, {"scenario": {"fixed_on": "2026-11-20"}})
    (folder / "dls.yaml").write_text(yaml_text(filled(value)))
    return {finding.code for finding in check(folder / "dls.yaml").findings}


def only(manifests):
    (manifest,) = manifests.values()
    return manifest


@pytest.fixture
def pair(tmp_path):
    def write(student, teacher=None):
        first = table(tmp_path / "teacher.csv", teacher or scores(120, wrong=3))
        return first, table(tmp_path / "student.csv", student)

    return write


def test_a_column_with_the_name_of_a_registered_metric_is_that_metric(pair, imported):
    code, manifests, _ = imported("table", *pair(scores(120, wrong=9)), "--dataset", "openai/gsm8k", "--of", "120")
    measured = only(manifests).metrics[0]
    assert (code, measured.metric, only(manifests).log.of) == (0, "exact_match", 120)
    assert (measured.teacher.count, measured.student.count) == (117, 111)
    assert (measured.flips.teacher_only, measured.flips.student_only) == (6, 0)


def test_marks_between_right_and_wrong_are_no_proportion(pair, imported):
    rows = scores(120, wrong=9)
    rows[0]["exact_match"] = 0.5
    _, manifests, _ = imported("table", *pair(rows))
    assert only(manifests).metrics[0].metric == "x-table:exact_match"
    assert only(manifests).log.metrics[0].kind == "mean"


def test_a_missing_answer_counts_against_the_student(pair, imported):
    rows = scores(120, wrong=9)
    rows[50]["exact_match"] = ""
    _, manifests, printed = imported("table", *pair(rows))
    assert only(manifests).metrics[0].student.count == 110
    assert "Without an answer: 0 of the teacher and 1 of the student" in printed


@pytest.mark.parametrize(("missing", "is_valid"), [(1, True), (2, False)])
def test_more_than_one_missing_answer_in_a_hundred_makes_no_valid_statement(
    missing, is_valid, pair, imported, tmp_path
):
    rows = scores(120, wrong=9)
    for row in rows[50 : 50 + missing]:
        row["exact_match"] = ""
    _, _, printed = imported("table", *pair(rows))
    assert ("no statement on them is valid (DLS315)" in printed) is not is_valid
    assert ("DLS315" in codes(tmp_path)) is not is_valid


def test_a_manifest_that_counts_more_records_than_items_hides_no_error(pair, imported, tmp_path):
    rows = scores(120, wrong=9)
    for row in rows[50:55]:
        row["exact_match"] = ""
    imported("table", *pair(rows))
    path = next((tmp_path / "evidence").glob("*/manifest.json"))
    path.write_text(path.read_text().replace('"count": 120', '"count": 1200'))
    assert "DLS315" in codes(tmp_path)


def test_an_item_that_one_run_lacks_stays(pair, imported):
    other = scores(120, wrong=9)
    other[119]["id"] = "q999"
    _, manifests, _ = imported("table", *pair(other))
    assert only(manifests).items.n == 121
    assert only(manifests).errors == {"teacher": 1, "student": 1}
    measured = only(manifests).metrics[0]
    assert (measured.teacher.count, measured.student.count) == (118, 111)


def test_a_score_without_a_worst_value_is_not_measured_where_an_answer_is_missing(pair, imported):
    rows = scores(120, wrong=9, latency=3.5)
    rows[50]["latency"] = ""
    teacher = scores(120, wrong=3, latency=2.5)
    _, manifests, _ = imported("table", *pair(rows, teacher), "--lower", "latency")
    assert [entry.metric for entry in only(manifests).unmeasured] == ["x-table:latency"]


def test_the_first_fitting_row_of_your_own_mapping_decides(pair, imported, tmp_path):
    own = tmp_path / "mapping.yaml"
    own.write_text(
        'dls_mapping: "1.0"\nharness: table\nrows: [{task: "*", metric: exact_match, to: context_accuracy}]\n'
    )
    _, manifests, _ = imported("table", *pair(scores(120, wrong=9)), "--mapping", str(own))
    assert only(manifests).metrics[0].metric == "context_accuracy"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('dls_mapping: "1.0"\nharness: table\nrows: [{task: "*", metric: a, to: nonsense}]\n', "maps a to nonsense"),
        ('dls_mapping: "1.0"\nharness: inspect\nrows: []\n', "wanted a mapping of table"),
        ('dls_mapping: "1.0"\nharness: table\nrow: []\n', "is no mapping of metrics"),
    ],
)
def test_a_mapping_that_cannot_be_right_is_refused(text, sentence, tmp_path):
    path = tmp_path / "mapping.yaml"
    path.write_text(text)
    with pytest.raises(Exception, match=sentence):
        load_mapping("table", path)


REFUSALS = {
    "id,exact_match\na,1\na,0\n": "is there twice",
    "id,exact_match\na,nan\nb,1\n": "wanted a finite number",
    "id,exact_match\na,1\nb\n": "more or fewer cells",
    "id,exact_match\na,1,2\n": "more or fewer cells",
    "name,exact_match\na,1\n": "has no `id`",
    "id,text\na,yes\n": "has no column of numbers",
    "id,exact_match\n": "holds no rows",
    'id,exact_match\n"a,1\n': "cannot be read as CSV",
    "id,exact_match\n\xff,1\n": "cannot be read as CSV",
    "id,f1\na,1\n": "the columns is",
}


@pytest.mark.parametrize("text", REFUSALS)
def test_a_table_that_is_none_is_refused_in_a_sentence(text, tmp_path, imported):
    student = tmp_path / "student.csv"
    student.write_bytes(text.encode("latin-1"))
    code, manifests, printed = imported("table", table(tmp_path / "teacher.csv", scores(120)), student)
    assert (code, manifests, printed.count("\n")) == (2, {}, 1)
    assert REFUSALS[text] in printed


def test_a_row_of_your_own_names_the_data_set(pair, imported, tmp_path):
    own = tmp_path / "mapping.yaml"
    row = '{task: "teach*", metric: "*", to: exact_match, on: {dataset: openai/gsm8k, config: main, split: test}}'
    own.write_text(f'dls_mapping: "1.0"\nharness: table\nrows: [{row}]\n')
    _, manifests, _ = imported("table", *pair(scores(120, wrong=9)), "--mapping", str(own))
    on = only(manifests).log.on
    assert (on.dataset, on.config, on.split) == ("openai/gsm8k", "main", "test")
