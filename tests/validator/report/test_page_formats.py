"""`dls report` in the formats that need nothing more, and what each makes of hostile texts."""

import json
import re
import subprocess
import sys
import time
from datetime import date
from html.parser import HTMLParser

import msgspec
import pytest
from lxml import etree
from tests.validator.report.hostile_page import hostile_path

from dls.commands.cli import main
from dls.errors import DlsError
from dls.page.composition import page_of
from dls.report import html
from dls.report.badge import AMBER, GREEN, GREY, RED, badge_colour, badge_endpoint, badge_message, badge_svg
from dls.report.markdown import bar, page_markdown
from dls.report.markdown_forms import plain
from dls.standard.specification import spec_folder

DOCUMENTS = spec_folder() / "conformance" / "documents"
TODAY = date(2026, 12, 1)
PUBLISHER = page_of(DOCUMENTS / "publisher.yaml", today=TODAY)
CONTROLS = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


@pytest.fixture(params=[True, False], ids=["with control characters", "of a valid schema"])
def hostile(request, tmp_path):
    return page_of(hostile_path(tmp_path, with_controls=request.param), today=TODAY)


def report(tmp_path, name, *words):
    target = tmp_path / name
    assert main(["report", str(DOCUMENTS / "publisher.yaml"), "-o", str(target), *words]) == 0
    return target.read_text(encoding="utf-8")


def test_markdown_answers_the_questions_of_a_minute():
    text = page_markdown(PUBLISHER)
    lost = next(claim for claim in PUBLISHER.open_claims if claim.outcome == "lost")
    parts = [PUBLISHER.verdict.text.replace("(", "\\("), plain(lost.title), plain(lost.acceptance.accepted_by)]
    parts += [absence.label for absence in PUBLISHER.absences]
    assert [part for part in parts if part not in text] == []


def test_each_row_of_a_table_has_as_many_cells_as_its_head(hostile):
    for page in (PUBLISHER, hostile):
        lines = [line for line in page_markdown(page).splitlines() if line.startswith("|")]
        cells = [len(re.split(r"(?<!\\)\|", line)) for line in lines]
        assert set(cells) <= {8, 11}


def test_no_text_marks_markdown_up(hostile):
    text = page_markdown(hostile)
    outside = text.replace("<details>", "").replace("</details>", "").replace("<summary>", "").replace("</summary>", "")
    assert "<" not in outside
    assert not re.search(r"(?<!\\)\]\(|@everyone|https://|(?<!\\)`c(?<!\\)`", outside)
    assert not CONTROLS.search(text)
    assert "\n# head" not in text


@pytest.mark.parametrize("row", [row for group in PUBLISHER.groups for row in group.rows], ids=lambda row: row.claim)
def test_a_bar_of_characters_shows_the_side_of_the_limit(row):
    cells = bar(row).split("`")[1].strip("◀▶")
    assert len(cells) == 17
    sign = next(place for place, cell in enumerate(cells) if cell in "●▲◆■")
    assert (sign <= 8) == (row.place.value <= 1)


def test_json_holds_the_same_content(tmp_path):
    value = json.loads(report(tmp_path, "page.json"))
    assert value["verdict"]["text"] == PUBLISHER.verdict.text
    assert [group["dimension"] for group in value["groups"]] == [group.dimension for group in PUBLISHER.groups]


def badge_of(established, *, met=4, errors=0, is_accepted=True):
    replace = msgspec.structs.replace
    checks = replace(PUBLISHER.checks, established=established, errors=errors)
    verdict = replace(PUBLISHER.verdict, met=met, targets=5, is_accepted=is_accepted)
    claims = PUBLISHER.open_claims if met < 5 else ()
    return replace(PUBLISHER, checks=checks, verdict=verdict, open_claims=claims)


@pytest.mark.parametrize(
    ("page", "colour"),
    [
        (badge_of("recomputed", met=5), GREEN),
        (badge_of("recomputed"), AMBER),
        (badge_of("recomputed", is_accepted=False), RED),
        (badge_of("declared", met=5), GREY),
        (badge_of("declared", met=5, errors=1), GREY),
    ],
    ids=["all preserved", "a loss accepted", "a loss not accepted", "nothing established", "an error"],
)
def test_the_colour_of_a_badge_says_how_far_it_holds(page, colour):
    assert badge_colour(page) == colour


def test_a_badge_without_an_established_level_says_claimed():
    assert badge_message(badge_of("declared")).endswith("· claimed")
    assert badge_message(badge_of("recomputed")) == "4 of 5 own targets preserved, 1 lost · recomputed"


@pytest.mark.parametrize("path", sorted(DOCUMENTS.glob("DLS[2-6]*.yaml")), ids=lambda path: path.stem)
def test_no_statement_with_an_error_has_a_green_badge(path):
    try:
        page = page_of(path, today=TODAY, with_records=False)
    except DlsError:
        return
    assert not page.checks.errors or badge_colour(page) == GREY


def test_a_badge_is_an_image_and_an_endpoint(tmp_path, hostile):
    svg = etree.fromstring(report(tmp_path, "badge.svg", "--format", "badge").encode())
    message = json.loads(report(tmp_path, "badge.json", "--format", "badge"))["message"]
    assert svg.find("{http://www.w3.org/2000/svg}title").text == f"distillation loss: {message}"
    assert badge_endpoint(hostile)["schemaVersion"] == 1
    assert etree.fromstring(badge_svg(hostile).encode()).get("role") == "img"


@pytest.mark.parametrize("name", ["page.md", "page.json", "badge.svg"])
def test_a_light_format_loads_no_library_of_the_extra(tmp_path, name):
    words = ["report", str(DOCUMENTS / "publisher.yaml"), "-o", str(tmp_path / name)]
    words += ["--format", "badge"] if name == "badge.svg" else []
    code = f"""
import sys
for name in ("altair", "vl_convert", "jinja2", "numpy"):
    sys.modules[name] = None
from dls.commands.cli import main
sys.exit(main({words!r}))
"""
    start = time.monotonic()
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert time.monotonic() - start < 30  # a hang; the benchmark holds the second


@pytest.mark.parametrize(("name", "missing"), [("page.html", "jinja2"), ("page.svg", "altair"), ("page.png", "altair")])
def test_a_missing_extra_is_named_in_a_sentence(tmp_path, monkeypatch, capsys, name, missing):
    html._environment.cache_clear()  # noqa: SLF001 - an earlier page has loaded the library
    monkeypatch.setitem(sys.modules, missing, None)
    assert main(["report", str(DOCUMENTS / "publisher.yaml"), "-o", str(tmp_path / name)]) == 2
    err = capsys.readouterr().err
    assert "distillation-loss-statement[report]" in err
    assert err.count("\n") == 1


def test_an_unknown_ending_is_refused_in_a_sentence(tmp_path, capsys):
    assert main(["report", str(DOCUMENTS / "publisher.yaml"), "-o", str(tmp_path / "page.pdf")]) == 2
    assert "--format" in capsys.readouterr().err


class Tags(HTMLParser):
    """The tags of a page with their attributes, and the language of its texts."""

    def __init__(self, text):
        super().__init__()
        self.tags = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))


def test_the_html_page_is_one_file_without_script_or_address(hostile):
    pytest.importorskip("altair")
    from dls.report.html import page_html

    text = page_html(hostile)
    tags = Tags(text).tags
    assert {"script", "img", "iframe", "object", "embed", "form", "base"}.isdisjoint({tag for tag, _ in tags})
    addresses = [
        value for _, attributes in tags for name, value in attributes.items() if name in ("src", "href", "xlink:href")
    ]
    assert [address for address in addresses if not address.startswith(("data:", "#"))] == []
    assert not [name for _, attributes in tags for name in attributes if name.startswith("on")]
    policy = next(a["content"] for t, a in tags if t == "meta" and a.get("http-equiv") == "Content-Security-Policy")
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy
    assert not CONTROLS.search(text)


def test_the_texts_of_a_statement_have_its_language(tmp_path):
    pytest.importorskip("altair")
    from dls.document.reader import read
    from dls.document.writer import yaml_text
    from dls.report.html import page_html

    path = tmp_path / "dls.yaml"
    path.write_text(yaml_text(read(DOCUMENTS / "publisher.yaml").value | {"language": "pt-BR"}))
    tags = Tags(page_html(page_of(path, today=TODAY))).tags
    assert ("html", {"lang": "en"}) in tags
    assert [a for t, a in tags if t == "span" and a.get("lang") == "pt-BR"]
