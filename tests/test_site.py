"""The documentation is made from what it is about, builds without a warning, and shows commands that exist."""

import importlib.util
import json
import re
import shlex
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
import yaml

import dls
from dls.commands import cli
from dls.commands.import_logs import FORMS as IMPORT_FORMS
from dls.exporting.formats import FORMATS
from dls.importing.mapping_table import load_mapping
from dls.importing.pairing import pairing_settings
from dls.probes.catalogue import dimensions_of
from dls.probes.collection import FILE_PROBES, GENERATED_PROBES
from dls.rules.all_rules import ALL
from dls.standard.registry import metrics

ROOT = Path(__file__).parents[1]
GUIDES = sorted((ROOT / "docs").glob("*.md"))


@cache
def script(name):
    """A script of the docs, which is in no package."""
    sys.path.insert(0, str(ROOT / "docs"))
    try:
        spec = importlib.util.spec_from_file_location(name, ROOT / "docs" / f"{name}.py")
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
    finally:
        sys.path.pop(0)
    return module


def site():
    """The generator of the pages."""
    return script("generate")


@cache
def made():
    return dict(site().pages())


def commands(path):
    """The commands in a guide's code blocks that call `dls`; a backslash continues one on the next line."""
    lines = re.findall(r"^    (dls .*)$", re.sub(r" *\\\n *", " ", path.read_text()), re.MULTILINE)
    return [line.partition("#")[0].strip() for line in lines]


def test_the_field_tables_of_the_specification_are_those_of_the_schemas():
    assert site().stale() == []


def test_every_rule_has_a_page():
    assert {f"rules/{rule.code}.md" for rule in ALL} <= set(made())


@pytest.mark.parametrize("form", FORMATS, ids=lambda form: form.name)
def test_the_page_of_a_form_says_where_each_carried_member_stands(form):
    page = made()[f"formats/{form.name}.md"]
    for member in form.carried.statement:
        assert re.search(rf"^\| `{member}` \| `/", page, re.MULTILINE), member


@pytest.mark.parametrize("name", IMPORT_FORMS)
def test_the_page_of_a_source_has_its_settings_and_its_mapping(name):
    page, settings = made()[f"formats/from-{name}.md"], pairing_settings(name)
    assert all(text in page for text in (*settings.equal.values(), *settings.may_differ.values()))
    assert all(f"| `{row.task}` | `{row.metric}` |" in page for row in load_mapping(name).rows)


@pytest.mark.parametrize("metric", metrics(), ids=lambda metric: metric.id)
def test_a_metrics_page_says_how_it_is_defined(metric):
    assert metric.definition in made()[f"metrics/{metric.id}.md"]


@pytest.mark.parametrize("name", [probe.id for probe in (*GENERATED_PROBES, *FILE_PROBES)])
def test_a_probe_says_why_a_model_fails_its_limits_and_costs_and_what_it_does_not_read(name):
    note = (ROOT / "docs" / "probes" / f"{name}.md").read_text()
    sections = ["Why a model fails", "Limits", "What it does not read", "Cost"]
    assert re.findall(r"^## (.*)$", note, re.MULTILINE) == sections
    assert note in made()[f"probes/{name}.md"]
    assert "second" not in note.partition("## Cost")[2]  # times are measured, see below


@pytest.mark.parametrize("known", [*GENERATED_PROBES, *FILE_PROBES], ids=lambda known: known.id)
def test_a_probes_page_shows_an_item_in_full(known):
    shown = made()[f"probes/{known.id}.md"].partition("## An item\n")[2].partition("\n## ")[0]
    item, _ = json.JSONDecoder().raw_decode(shown, shown.index('{\n "id"'))
    assert item["id"].partition("/")[0].isdecimal()
    assert len(item) > 1


@pytest.mark.parametrize("metric", metrics(), ids=lambda metric: metric.id)
def test_a_metrics_page_and_the_list_say_which_probes_measure_it(metric):
    measuring = [one.id for one in (*GENERATED_PROBES, *FILE_PROBES) if metric.id in {m.metric for m in one.measures}]
    told = ", ".join(f"[{name}](../probes/{name}.md)" for name in measuring) or "no reference probe"
    assert f"| measured by | {told} |" in made()[f"metrics/{metric.id}.md"]
    rows = re.findall(rf"^\| \[{metric.id}\].*$", made()["metrics/index.md"], re.MULTILINE)
    assert len(rows) == len(dimensions_of(metric))
    assert all(row.endswith(f"| {told} |") for row in rows)


@pytest.mark.parametrize("name", [probe.id for probe in (*GENERATED_PROBES, *FILE_PROBES)])
def test_the_time_that_a_probe_takes_is_measured_and_not_typed(name):
    cost = json.loads((ROOT / "docs" / "probes" / "costs.json").read_text())[name]
    assert f"{cost['units']} units take {cost['seconds']:.2g} seconds" in made()[f"probes/{name}.md"]


@pytest.mark.parametrize(
    "path",
    [*GUIDES, *sorted((ROOT / "docs" / "probes").glob("*.md")), ROOT / "README.md", ROOT / "mkdocs.yml"],
    ids=lambda path: path.name,
)
def test_no_line_of_a_page_is_wider_than_120(path):
    """But for the output of a program, which is as it is."""
    text = re.sub(r"(?ms)^```text\n.*?^```", "", path.read_text())
    assert [line for line in text.splitlines() if len(line) > 120] == []


def test_the_guides_show_commands():
    assert sum(len(commands(path)) for path in GUIDES) > 10


def parses(line):
    """Whether this release has the command and its words; nothing runs."""
    name, *words = shlex.split(line)[1:]
    try:
        return [cli.parser_of(command).parse_args(words) for command in cli.COMMANDS if command.name == name] != []
    except SystemExit:
        return False


@pytest.mark.parametrize("line", ["dls nosuch", "dls validate --nosuch a.yaml", "dls recompute"])
def test_a_command_that_this_release_does_not_have_is_seen(line):
    assert not parses(line)


@pytest.mark.parametrize("path", [*GUIDES, ROOT / "README.md"], ids=lambda path: path.name)
def test_the_commands_of_a_guide_are_those_of_this_release(path):
    assert [line for line in commands(path) if not parses(line)] == []


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """The folder of the whole site, built in strict mode."""
    for name in ("mkdocs", "material", "mkdocstrings"):
        pytest.importorskip(name)
    tmp_path = tmp_path_factory.mktemp("site")
    assert site().write(tmp_path / "docs") > len(ALL)
    settings = (ROOT / "mkdocs.yml").read_text().replace("docs_dir: build/docs", f"docs_dir: {tmp_path / 'docs'}")
    (tmp_path / "mkdocs.yml").write_text(settings.replace("site_dir: site", f"site_dir: {tmp_path / 'site'}"))
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "-f", str(tmp_path / "mkdocs.yml")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return tmp_path / "site"


@pytest.mark.slow
def test_the_site_builds_without_a_warning_and_lists_all_of_the_door(built):
    assert (built / "rules" / "DLS203" / "index.html").is_file()
    reference = (built / "api" / "index.html").read_text()
    assert [name for name in dls.__all__ if name[0] != "_" and f".{name}" not in reference] == []


@pytest.mark.slow
def test_the_search_of_the_site_finds_the_words_of_the_field(built):
    """The site's own search, in a real browser."""
    pytest.importorskip("playwright")
    searched = script("searched")
    words = searched.search_words(searched.WORDS.read_text())
    assert len(words) == 20
    answers = searched.results(built, list(words))
    first = {word: paths[: searched.MOST_RESULTS] for word, paths in answers.items()}
    assert {word: first[word] for word, page in words.items() if page not in first[word]} == {}


def test_a_word_of_the_search_list_has_a_page():
    words = script("searched").search_words((ROOT / "docs" / "search_words.txt").read_text())
    assert {page for page in words.values() if f"{page}.md" not in made()} == set()


def test_each_guide_has_a_place_in_one_of_the_four_groups():
    groups = dict(next(iter(part.items())) for part in yaml.safe_load(navigation())["nav"][1:])
    assert list(groups) == ["Tutorials", "How to", "Reference", "Explanation"]
    listed = re.findall(r": (\S+\.md)$", navigation(), re.MULTILINE)
    assert len(listed) == len(set(listed))
    assert {path.name for path in GUIDES} <= set(listed)


def navigation():
    text = (ROOT / "mkdocs.yml").read_text()
    return text[text.index("\nnav:") :]


@pytest.mark.parametrize("page", ["index.md", "read.md"])
def test_a_drawing_stands_in_its_page_with_a_title_for_those_who_do_not_see_it(page):
    text = made()[page]
    assert "<!-- figure" not in text
    drawings = re.findall(r"<svg.*?</svg>", text, re.DOTALL)
    titles = [re.search(r'aria-labelledby="([\w-]+)".*?<title id="\1">', part, re.DOTALL) for part in drawings]
    assert len(titles) > 0
    assert all(titles)
