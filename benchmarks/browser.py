# ruff: noqa: INP001
"""Time the page "Check a statement here" in a real Chromium, and check its two gates.

    make bench-browser

The first figure goes from opening the page to the first finding of a pasted statement, the second from an edit to its
findings. The command prints both and exits 1 when one is over its gate. It needs chromium and `build/browser`.
"""

import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

from dls.standard.specification import spec_folder

ROOT = Path(__file__).parents[1]
STATEMENT = spec_folder() / "conformance" / "documents" / "DLS209-wishful.yaml"
GATES = {"first finding": 15.0, "next finding": 1.0}  # seconds
EDITS = 3
EDIT = """text => new Promise(done => {
    new MutationObserver(done).observe(document.body, {attributeFilter: ["data-edition"]});
    const box = document.getElementById("text");
    box.value = text;
    box.dispatchEvent(new Event("input"));
}).then(() => null)"""


class Handler(SimpleHTTPRequestHandler):
    """The files with the types that a browser asks of scripts; no line for each request."""

    extensions_map = SimpleHTTPRequestHandler.extensions_map | {".mjs": "text/javascript"}

    def log_message(self, *_: Any) -> None:  # noqa: D102 - the base class's
        pass


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve a folder on the loopback and yield its address."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=str(folder))) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def times(chromium: Any, address: str) -> dict[str, float]:
    """Return the seconds to the first finding, and the fewest from an edit to its findings."""
    text = STATEMENT.read_text()
    start = time.monotonic()
    page = chromium.new_page()
    page.set_default_timeout(120_000)
    page.goto(f"{address}/check_here/app.html")
    page.fill("#text", text)
    page.locator("#findings li").first.wait_for()
    first = time.monotonic() - start
    later = []
    for i in range(EDITS):
        start = time.monotonic()
        page.evaluate(EDIT, f"{text}\n# {i}\n")
        later.append(time.monotonic() - start)
    return {"first finding": first, "next finding": min(later)}


def main() -> int:
    """Measure, print the figures and return 1 where one is over its gate."""
    sys.path.insert(0, str(ROOT / "docs"))
    from pages.check_here import copy_check_page
    from screenshots import browser

    with tempfile.TemporaryDirectory() as scratch:
        copy_check_page(Path(scratch) / "check_here")
        with served(Path(scratch)) as address, browser() as chromium:
            seconds = times(chromium, address)
    for name, gate in GATES.items():
        sys.stdout.write(f"{name:16} {seconds[name]:7.2f} s {'over' if seconds[name] > gate else '≤'} {gate:g}\n")
    return int(any(seconds[name] > gate for name, gate in GATES.items()))


if __name__ == "__main__":
    sys.exit(main())
