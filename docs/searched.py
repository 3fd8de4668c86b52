# ruff: noqa: INP001, T201
"""Ask the built site's own search for the words of `docs/search_words.txt`, in a real browser.

`python docs/searched.py site` needs playwright (the extra [dev]) and Debian's chromium, and prints the first results.
"""

import argparse
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from screenshots import browser

WORDS = Path(__file__).parent / "search_words.txt"
MOST_RESULTS = 8
"""A reader looks at so many results."""
_INPUT, _RESULT = "input.md-search__input", "a.md-search-result__link"


def search_words(text: str) -> dict[str, str]:
    """Return each word with the page that the search has to offer for it."""
    lines = (line.partition(" ") for line in text.splitlines() if line and not line.startswith("#"))
    return {word: page for word, _, page in lines}


@contextmanager
def served(site: Path) -> Iterator[str]:
    """Serve a folder on loopback; yield its address."""
    handler = partial(_SilentHandler, directory=str(site))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


def results(site: Path, words: Sequence[str]) -> dict[str, list[str]]:
    """Return the paths of the pages that the site's search offers for each word, the best first."""
    with served(site) as address, browser() as chromium:
        page = chromium.new_page(viewport={"width": 1280, "height": 900})
        answers = {}
        for word in words:
            page.goto(f"{address}?q={word}")
            page.wait_for_function("document.querySelector('.md-search-result__meta')?.textContent.match(/matching/)")
            links = page.eval_on_selector_all(_RESULT, "links => links.map(link => link.href)")
            paths = (link.removeprefix(address).partition("?")[0].partition("#")[0].strip("/") for link in links)
            answers[word] = list(dict.fromkeys(paths))
        return answers


class _SilentHandler(SimpleHTTPRequestHandler):
    """A handler without a log."""

    def log_message(self, *_: object) -> None:
        """Print nothing."""


def main() -> None:
    """Print the first results for each word."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("site", type=Path)
    wanted = search_words(WORDS.read_text())
    for word, paths in results(parser.parse_args().site, list(wanted)).items():
        place = paths.index(wanted[word]) + 1 if wanted[word] in paths else "-"
        print(f"{word:14} {place!s:3} {', '.join(paths[:MOST_RESULTS])}")


if __name__ == "__main__":
    main()
