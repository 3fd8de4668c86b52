"""The page in a real browser: no violation of accessibility, no request, and nothing wider than a phone."""

import importlib.util
import shutil
from datetime import date
from pathlib import Path

import pytest
from tests.validator.report.hostile_page import hostile_path

from dls.page.composition import page_of
from dls.standard.specification import spec_folder

ROOT = Path(__file__).parents[3]
DOCUMENTS = spec_folder() / "conformance" / "documents"
AXE = ROOT / "build" / "axe" / "node_modules" / "axe-core" / "axe.min.js"
PUBLISHED = ROOT / "examples" / "published"
TODAY = date(2026, 12, 1)

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("chromium") is None, reason="no chromium here; apt-get install chromium"),
]


def screenshots():
    spec = importlib.util.spec_from_file_location("screenshots", ROOT / "docs" / "screenshots.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


TOOLS = screenshots()


@pytest.fixture(scope="module")
def chromium():
    pytest.importorskip("playwright")
    with TOOLS.browser() as browser:
        yield browser


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """The pages by name: sound, with evidence, with findings, hostile in both forms, of a third party, the demo's."""
    from dls.report.html import page_html

    folder = tmp_path_factory.mktemp("pages")
    paths = {
        "publisher": DOCUMENTS / "publisher.yaml",
        "evidence": DOCUMENTS / "publisher-with-evidence.yaml",
        "failed-check": DOCUMENTS / "publisher-with-a-failed-check.yaml",
        "findings": DOCUMENTS / "DLS209-wishful.yaml",
        "hostile": hostile_path(tmp_path_factory.mktemp("a"), with_controls=False),
        "malformed": hostile_path(tmp_path_factory.mktemp("b")),
        "third-party": PUBLISHED / "distilbert.dls.yaml",
    }
    files = {}
    for name, path in paths.items():
        files[name] = folder / f"{name}.html"
        files[name].write_text(page_html(page_of(path, today=TODAY)), encoding="utf-8")
    return files | {"demo": ROOT / "docs" / "demo" / "report.html"}


NAMES = ("publisher", "evidence", "failed-check", "findings", "hostile", "malformed", "third-party", "demo")


@pytest.mark.parametrize("theme", TOOLS.THEMES)
@pytest.mark.parametrize("name", NAMES)
def test_axe_finds_no_violation(chromium, pages, name, theme):
    if not AXE.exists():
        pytest.skip("no axe-core here; npm install --prefix build/axe axe-core")
    # axe is a script, and the page's own policy allows none: the tester's browser lifts it for this test alone
    context = chromium.new_context(color_scheme=theme, bypass_csp=True)
    page = context.new_page()
    page.goto(pages[name].as_uri())
    page.evaluate("document.querySelectorAll('details').forEach(part => part.open = true)")
    page.add_script_tag(path=str(AXE))
    violations = page.evaluate("axe.run().then(result => result.violations)")
    context.close()
    assert [(entry["id"], [node["html"][:200] for node in entry["nodes"]]) for entry in violations] == []


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("width", TOOLS.WIDTHS)
def test_nothing_is_fetched_said_or_wider_than_the_screen(chromium, pages, name, width):
    with TOOLS.opened(chromium, pages[name], width, java_script_enabled=True) as page:
        dialogs = []
        page.on("dialog", lambda dialog: dialogs.append(dialog.message))
        assert page.requests == []
        assert dialogs == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.evaluate("document.scripts.length") == 0


def test_the_browser_notices_a_request(chromium, tmp_path):
    path = tmp_path / "page.html"
    path.write_text('<!DOCTYPE html><img src="https://evil.invalid/x.png">')
    with TOOLS.opened(chromium, path) as page:
        assert page.requests == ["https://evil.invalid/x.png"]


@pytest.mark.parametrize("width", TOOLS.WIDTHS)
def test_exactly_one_forest_plot_is_shown_without_scripts(chromium, pages, width):
    with TOOLS.opened(chromium, pages["publisher"], width, java_script_enabled=False) as page:
        shown = [page.locator(f".picture.{name} svg").is_visible() for name in ("wide", "narrow")]
    assert sorted(shown) == [False, True]


def test_the_style_survives_the_policy_of_the_page(chromium, pages):
    with TOOLS.opened(chromium, pages["publisher"], theme="dark") as page:
        colour = page.evaluate("getComputedStyle(document.body).backgroundColor")
        paper = page.evaluate("getComputedStyle(document.querySelector('.wide svg > rect')).fill")
    assert colour == paper == "rgb(19, 25, 34)"


@pytest.mark.parametrize("theme", TOOLS.THEMES)
def test_the_first_screen_answers_a_reader(chromium, pages, theme):
    """What was lost, how much, is it accepted, by whom, what was not measured, who checked it: without scrolling."""
    with TOOLS.opened(chromium, pages["demo"], theme=theme) as page:
        text = page.evaluate(
            "[...document.querySelectorAll('h1, .verdict, .glance')]"
            ".filter(part => part.getBoundingClientRect().bottom <= innerHeight)"
            ".map(part => part.innerText).join('\\n')"
        )
    parts = ("Brier score of the chosen option", "0.0549 → 0.0992", "Accepted by", "Not measured:", "Established here:")
    assert [part for part in parts if part not in text] == []


def test_the_page_prints_on_a4_with_its_table_unfolded(chromium, pages):
    with TOOLS.opened(chromium, pages["publisher"], width=718) as page:
        page.emulate_media(media="print")
        assert page.evaluate("document.documentElement.scrollWidth") <= 718
        assert page.pdf(format="A4").startswith(b"%PDF")


def test_every_control_is_reached_by_the_keyboard(chromium, pages):
    with TOOLS.opened(chromium, pages["publisher"]) as page:
        count = page.locator("summary, [tabindex='0']:visible").count()
        focus = set()
        for _ in range(count + 1):
            page.keyboard.press("Tab")
            focus.add(page.evaluate("document.activeElement.outerHTML.slice(0, 80)"))
        assert any("summary" in element for element in focus)
        page.locator("summary").first.press("Enter")
        assert page.locator("details").first.get_attribute("open") is not None
