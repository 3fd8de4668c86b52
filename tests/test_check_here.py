"""The page "Check a statement here": the validator in a real browser gives the findings that the command gives."""

import functools
import http.server
import json
import shutil
import sys
import threading
from pathlib import Path

import pytest
from tests.test_site import site
from tests.validator.report.hostile_page import hostile_path
from tests.validator.report.test_page_in_browser import AXE, TOOLS

from dls.checking.card_check import check_file
from dls.report.json import render
from dls.standard.specification import spec_folder

ROOT = Path(__file__).parents[1]
SUITE = spec_folder() / "conformance"
DOCUMENTS = SUITE / "documents"
PYTHON = ROOT / "build" / "browser" / "pyodide.asm.wasm"
EXPECTED = json.loads((SUITE / "expected.json").read_text())
NAMES = sorted(path.name for path in DOCUMENTS.iterdir() if path.suffix in (".yaml", ".json", ".md"))
PLACE = ("code", "severity", "line", "column", "pointer", "message")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("chromium") is None, reason="no chromium here; apt-get install chromium"),
    pytest.mark.skipif(not PYTHON.exists(), reason="no Python for the browser here; make build/browser"),
]


class Server(http.server.ThreadingHTTPServer):
    """A folder on the loopback, and the paths that were asked for."""

    def __init__(self, folder):
        self.paths = []
        super().__init__(("127.0.0.1", 0), functools.partial(Handler, directory=str(folder)))
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_address[1]}"


class Handler(http.server.SimpleHTTPRequestHandler):
    """The files with the types that a browser asks of scripts; no line for each request."""

    extensions_map = http.server.SimpleHTTPRequestHandler.extensions_map | {".mjs": "text/javascript"}

    def do_GET(self):
        self.server.paths.append(self.path)
        super().do_GET()

    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    folder = tmp_path_factory.mktemp("site")
    site()
    sys.modules["pages.check_here"].copy_check_page(folder / "check_here")
    with Server(folder) as server:
        yield server
        server.shutdown()


@pytest.fixture(scope="module")
def chromium():
    pytest.importorskip("playwright")
    with TOOLS.browser() as browser:
        yield browser


@pytest.fixture(scope="module")
def page(chromium, server):
    page = chromium.new_page()
    page.set_default_timeout(180_000)
    page.goto(f"{server.url}/check_here/app.html")
    page.get_by_text("Ready.").wait_for()
    return page


@pytest.fixture(scope="module")
def suite(page):
    """The page with the folder of the conformance documents in it."""
    page.set_input_files("#folder", DOCUMENTS)
    page.locator("body[data-edition]").wait_for(state="attached")
    return page


def findings_of(page, act):
    """The findings that the page shows after an action. Its policy forbids `wait_for_function`."""
    before = page.evaluate("document.body.dataset.edition ?? 'none'")
    act()
    page.locator(f"body[data-edition]:not([data-edition='{before}'])").wait_for(state="attached")
    return page.locator("#findings li").evaluate_all(
        "lines => lines.map(line => ({...line.dataset, severity: line.className, "
        "message: line.querySelector('span').textContent}))"
    )


@pytest.mark.parametrize("name", NAMES)
def test_a_document_of_the_suite_gets_the_findings_of_the_command(suite, monkeypatch, name):
    monkeypatch.chdir(DOCUMENTS)
    expected = json.loads(render([check_file(name)]))["findings"]
    findings = findings_of(suite, lambda: suite.select_option("#name", name))
    assert findings == [{part: str(finding[part]) for part in PLACE} for finding in expected]


def test_the_suite_is_whole():
    assert set(EXPECTED["pass"]) <= set(NAMES)
    assert len(NAMES) > 150


def fresh(chromium, server):
    page = chromium.new_page()
    page.set_default_timeout(180_000)
    page.goto(f"{server.url}/check_here/app.html")
    return page


def test_a_pasted_text_that_is_no_statement_has_its_finding(page):
    findings = findings_of(page, lambda: page.fill("#text", "a: [\n"))
    assert [finding["code"] for finding in findings] == ["DLS001"]


def test_a_finding_leads_to_its_line_and_its_rule(suite):
    findings_of(suite, lambda: suite.select_option("#name", "DLS209-wishful.yaml"))
    line = suite.locator("#findings li").first
    line.get_by_role("button").click()
    start = suite.evaluate("document.getElementById('text').selectionStart")
    text = suite.input_value("#text")
    assert text[:start].count("\n") + 1 == int(line.get_attribute("data-line"))
    assert line.get_by_role("link").get_attribute("href") == f"../rules/{line.get_attribute('data-code')}/"


def test_the_report_is_shown_without_scripts(page, tmp_path):
    dialogs = []
    page.on("dialog", lambda dialog: dialogs.append(dialog.message))
    text = hostile_path(tmp_path, with_controls=False).read_text()
    findings_of(page, lambda: page.fill("#text", text))
    frame = page.frame_locator("#report")
    frame.get_by_role("heading", level=1).wait_for()
    tags = frame.locator("main *").evaluate_all("parts => [...new Set(parts.map(part => part.localName))]")
    assert {"h1", "h2", "table"} <= set(tags)
    assert {"script", "img", "a", "style", "iframe"}.isdisjoint(tags)
    assert dialogs == []


def test_a_dropped_folder_is_read(chromium, server):
    page = fresh(chromium, server)
    page.get_by_text("Ready.").wait_for()
    texts = {name: (DOCUMENTS / name).read_text() for name in ("publisher.yaml", "profile.yaml")}
    drop = """texts => {
        const data = new DataTransfer();
        for (const [name, text] of Object.entries(texts)) data.items.add(new File([text], name));
        document.dispatchEvent(new DragEvent("drop", {dataTransfer: data, cancelable: true, bubbles: true}));
    }"""
    findings = findings_of(page, lambda: page.evaluate(drop, {"dls.yaml": texts["publisher.yaml"], **texts}))
    assert page.input_value("#name") == "dls.yaml"
    assert findings == []
    assert "assurance established here: consistent" in page.inner_text("#status")
    page.close()


def test_nothing_is_asked_of_another_host(page, server, tmp_path):
    """By the page, or by its worker, where Python is: the policy refuses both."""
    (tmp_path / "secret").write_text("x")
    with Server(tmp_path) as stranger:
        call = f"fetch('{stranger.url}/secret').then(() => 'sent', () => 'refused')"
        assert page.evaluate(call) == "refused"
        assert page.workers[0].evaluate(call) == "refused"
        assert page.workers[0].evaluate(f"fetch('{server.url}/check_here/app.css').then(() => 'sent')") == "sent"
        stranger.shutdown()
    assert stranger.paths == []


@pytest.fixture(scope="module")
def example(chromium, server):
    """The page with its example, in a context whose policy the tester lifts: axe is a script from outside."""
    context = chromium.new_context(bypass_csp=True)
    page = context.new_page()
    page.goto(f"{server.url}/check_here/app.html")
    page.click("#example")
    page.locator("#report-part").wait_for(timeout=180_000)
    yield page
    context.close()


def test_the_example_has_no_findings_and_a_report(example):
    assert example.locator("#findings li").count() == 0
    assert "0 errors, 0 warnings" in example.inner_text("#status")
    assert example.frame_locator("#report").get_by_role("heading", name="What is lost").is_visible()


@pytest.mark.parametrize("theme", TOOLS.THEMES)
def test_axe_finds_no_violation(example, theme):
    if not AXE.exists():
        pytest.skip("no axe-core here; npm install --prefix build/axe axe-core")
    example.emulate_media(color_scheme=theme)
    example.add_script_tag(path=str(AXE))
    violations = example.evaluate("axe.run().then(result => result.violations)")
    assert [(entry["id"], [node["html"][:200] for node in entry["nodes"]]) for entry in violations] == []


@pytest.mark.parametrize("width", TOOLS.WIDTHS)
def test_nothing_is_wider_than_the_screen(example, width):
    example.set_viewport_size({"width": width, "height": 900})
    assert example.evaluate("document.documentElement.scrollWidth") <= width
