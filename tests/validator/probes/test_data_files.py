import hashlib
import json

import pytest

from dls.errors import DlsError
from dls.probe import items_sha256
from dls.probes.catalogue import find_probe
from dls.probes.collection import PROBES
from dls.probes.shared.data_files import read_assignments, read_data, sampled_rows, with_data_file
from dls.probes.shared.phrasings import PHRASINGS

MCQ = [
    {"question": f"which is {k} ?", "options": [str(k + i) for i in range(4)], "answer": 0, "line": k} for k in range(9)
]


def written(folder, rows):
    path = folder / "rows.jsonl"
    path.write_text("".join(json.dumps({k: v for k, v in row.items() if k != "line"}) + "\n" for row in rows))
    return path


def test_a_file_is_read_row_by_row_and_named_by_its_digest(tmp_path):
    data = read_data(written(tmp_path, MCQ))
    assert data.name == "rows.jsonl"
    assert [row["line"] for row in data.rows] == list(range(1, 10))
    assert data.sha256 == hashlib.sha256((tmp_path / "rows.jsonl").read_bytes()).hexdigest()


@pytest.mark.parametrize("name", ["headline.multiple_choice", "uncertainty.multiple_choice"])
def test_questions_of_the_form_of_mmlu_become_items(tmp_path, name):
    probe = with_data_file(find_probe(name), read_data(written(tmp_path, MCQ)))
    items = probe.items(7, 5, PHRASINGS)
    assert len({item.id for item in items}) == 5
    assert all(item.options[item.answer] == item.question.split()[2] for item in items)


def test_the_seed_chooses_the_rows_and_more_of_them_leave_the_first_alone(tmp_path):
    probe = with_data_file(find_probe("headline.multiple_choice"), read_data(written(tmp_path, MCQ)))
    assert items_sha256(probe.items(7, 5, PHRASINGS)) == items_sha256(probe.items(7, 9, PHRASINGS)[:5])
    assert probe.items(7, 9, PHRASINGS) != probe.items(8, 9, PHRASINGS)
    assert sorted(row["line"] for row in sampled_rows("x", MCQ, 3, 9)) == list(range(9))


@pytest.mark.parametrize(
    ("row", "complaint"),
    [
        ({"options": ["1", "2", "3", "4"], "answer": 0}, "has nothing as `question`"),
        ({"question": "q", "options": ["1", "2", "3", "4"], "answer": "first"}, "has 'first' as `answer`"),
        ({"question": "q", "options": ["1", "2", "3", "3"], "answer": 0}, "3 different options"),
        ({"question": "q", "options": ["1", "2", "3"], "answer": 0}, "3 different options"),
        ({"question": "q", "options": ["1", "2", "3", "4"], "answer": 4}, "the answer 4"),
    ],
)
def test_a_row_of_another_form_is_named_by_its_line(tmp_path, row, complaint):
    probe = with_data_file(find_probe("headline.multiple_choice"), read_data(written(tmp_path, [row])))
    with pytest.raises(DlsError, match="line 1 of the data file.*" + complaint.replace("[", r"\[")):
        probe.items(1, 1, PHRASINGS)


def test_more_units_than_rows_are_refused(tmp_path):
    probe = with_data_file(find_probe("headline.multiple_choice"), read_data(written(tmp_path, MCQ)))
    with pytest.raises(DlsError, match="asked for 10 units, and its file has 9"):
        probe.items(1, 10, PHRASINGS)


@pytest.mark.parametrize(
    "text", [b'{"a": 1}\n[2]\n', b'{"a": 1}\n{"a": NaN}\n', b'{"a": 1}\n\xff\n', b'{"a": 1}\n{"a"\n']
)
def test_a_line_that_is_no_object_is_named(tmp_path, text):
    (tmp_path / "rows.jsonl").write_bytes(text)
    with pytest.raises(DlsError, match=r"rows\.jsonl:2: no JSON object"):
        read_data(tmp_path / "rows.jsonl")


def test_a_folder_is_no_data_file(tmp_path):
    with pytest.raises(DlsError, match="no file of at most 256 MiB"):
        read_data(tmp_path)


@pytest.mark.parametrize("arguments", [["x"], ["x="], ["x={}", "x={}"]])
def test_each_probe_gets_one_file(tmp_path, arguments):
    path = written(tmp_path, MCQ)
    with pytest.raises(DlsError, match="PROBE=FILE"):
        read_assignments([text.format(path) for text in arguments])


def test_a_probe_that_takes_no_file_says_so(tmp_path):
    closed = PROBES[0]._replace(from_rows=None)
    with pytest.raises(DlsError, match=f"{closed.id} takes no data file"):
        with_data_file(closed, read_data(written(tmp_path, MCQ)))
