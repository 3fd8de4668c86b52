import csv
import hashlib

import pytest

from dls.errors import DlsError
from dls.probes.shared.data_files import read_data

TEXTS = [
    "plain",
    'a "quoted" word',
    "two\nlines",
    "two\r\nlines",
    "comma, inside",
    " spaces ",
    "日本語 🙂",
    "",
    "a\u2028b",
]


def written(folder, data):
    (folder / "rows.CSV").write_bytes(data)
    return folder / "rows.CSV"


def test_what_a_writer_of_csv_writes_is_read_back(tmp_path):
    with (tmp_path / "rows.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("text", "label"), *((text, str(i)) for i, text in enumerate(TEXTS))])
    data = read_data(tmp_path / "rows.csv")
    assert [row["text"] for row in data.rows] == TEXTS
    assert data.sha256 == hashlib.sha256((tmp_path / "rows.csv").read_bytes()).hexdigest()


@pytest.mark.parametrize("ends", [b"\n", b"\r\n"], ids=["LF", "CRLF"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"], ids=["bare", "with a mark"])
def test_a_row_is_named_by_the_first_of_its_lines(tmp_path, ends, mark):
    data = mark + ends.join([b"text,label", b'"one', b'two",a', b"", b"three,b", b'"four"', b""]).replace(
        b'"four"', b"four,c"
    )
    rows = read_data(written(tmp_path, data)).rows
    assert [(row["line"], row["label"]) for row in rows] == [(2, "a"), (5, "b"), (6, "c")]
    assert set(rows[0]) == {"text", "label", "line"}


@pytest.mark.parametrize(
    ("data", "complaint"),
    [
        (b"text,label\na,b\nc\n", r":3: 1 cells for the 2 columns text, label"),
        (b'text,label\na,b\n"c,d\n', r":3: no row of a CSV file \(unexpected end of data\)"),
        (b'text,label\n"a" b,c\n', r":2: no row of a CSV file"),
        (b"text,label\na,b\n\xff,c\n", r":3: no UTF-8"),
        (b"text,text\na,b\n", r":1: 'text', 'text' are no names of columns"),
        (b"text,\na,b\n", r":1: 'text', '' are no names of columns"),
        (b"text,line\na,b\n", r":1: 'text', 'line' are no names of columns"),
    ],
    ids=[
        "a cell too few",
        "an open quote",
        "a text after a quote",
        "no UTF-8",
        "twins",
        "no name",
        "the name that is taken",
    ],
)
def test_what_is_no_row_is_named_by_its_line(tmp_path, data, complaint):
    with pytest.raises(DlsError, match=complaint):
        read_data(written(tmp_path, data))


def test_a_text_beyond_what_the_reader_takes_is_named_by_its_line(tmp_path):
    long = "word " * 50_000
    with pytest.raises(DlsError, match=r":3: no row of a CSV file \(field larger than"):
        read_data(written(tmp_path, f"text,label\na,b\n{long},a\n".encode()))
