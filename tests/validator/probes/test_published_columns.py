"""Public sets are read in the columns under which they are published, and no message names a library."""

import json

import pytest

from dls.errors import DlsError
from dls.probes.catalogue import find_probe
from dls.probes.shared.data_files import read_data, with_data_file

OPTIONS = ["6", "7", "8", "9"]
MMLU = {"question": "3 + 4 = ?", "subject": "arithmetic", "choices": OPTIONS, "answer": 1}
ARC = {
    "id": "x",
    "question": "3 + 4 = ?",
    "choices": {"text": OPTIONS, "label": ["A", "B", "C", "D"]},
    "answerKey": "B",
}
HELLASWAG = {"ind": 1, "ctx": "3 + 4 = ?", "endings": OPTIONS, "label": "1", "split": "val"}


def items(folder, rows, n, name="headline.multiple_choice"):
    path = folder / "rows.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return with_data_file(find_probe(name), read_data(path)).items(3, n)


@pytest.mark.parametrize(
    "row",
    [
        MMLU,
        MMLU | {"answer": "B"},
        ARC,
        ARC | {"choices": {"text": OPTIONS, "label": ["1", "2", "3", "4"]}, "answerKey": "2"},
        HELLASWAG,
        {"question": "3 + 4 = ?", "options": OPTIONS, "answer": "b"},
    ],
    ids=["mmlu", "mmlu letter", "arc", "arc numbers", "hellaswag", "letter"],
)
@pytest.mark.parametrize("name", ["headline.multiple_choice", "uncertainty.multiple_choice"])
def test_a_row_is_read_as_published(tmp_path, row, name):
    (item,) = items(tmp_path, [row], 1, name)
    assert (item.question, list(item.options), item.answer) == ("3 + 4 = ?", OPTIONS, 1)


def test_a_row_of_arc_without_four_options_is_left_out(tmp_path):
    three = ARC | {"question": "?", "choices": {"text": OPTIONS[:3], "label": ["A", "B", "C"]}}
    assert len(items(tmp_path, [three, ARC], 1)) == 1
    with pytest.raises(DlsError, match="its file has 1 different ones"):
        items(tmp_path, [three, ARC], 2)


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (ARC | {"answerKey": "E"}, "has 'E' as `answerKey`"),
        (ARC | {"choices": {"text": OPTIONS}}, "has `choices` without a list"),
        (HELLASWAG | {"label": ""}, "has '' as `answer`"),
        (MMLU | {"answer": "E"}, "has 'E' as `answer`"),
    ],
)
def test_a_row_without_a_right_option_is_refused_with_its_line(tmp_path, row, words):
    with pytest.raises(DlsError, match=f"rows.jsonl: line 1 of the data file {words}"):
        items(tmp_path, [row], 1)


@pytest.mark.parametrize(("label", "name"), [(2, "LABEL_2"), ("2", "2"), ("sport", "sport")])
def test_a_whole_number_as_a_label_names_the_label_of_a_model_without_names(tmp_path, label, name):
    (item,) = items(tmp_path, [{"text": "a text", "label": label}], 1, "headline.labels")
    assert item.label == name


@pytest.mark.parametrize(
    "data",
    [b"{", b"[1]", b'{"question": "\xff"}', b"[" * 100_000, b'{"question": 3, "options": 4, "answer": []}', b"nothing"],
    ids=["cut", "list", "bytes", "deep", "types", "text"],
)
def test_a_message_about_a_file_names_no_library(tmp_path, data):
    path = tmp_path / "rows.jsonl"
    path.write_bytes(data + b"\n")
    with pytest.raises(DlsError) as caught:
        with_data_file(find_probe("headline.multiple_choice"), read_data(path)).items(3, 1)
    text = str(caught.value).lower()
    assert "rows.jsonl" in text
    assert not any(name in text for name in ("msgspec", "codec", "recursion", "validationerror", "unicodedecodeerror"))
