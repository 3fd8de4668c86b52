# ruff: noqa: INP001, T201
"""Screenshots of a page in a real browser: three widths, light and dark, and A4 in print.

`python docs/screenshots.py report.html --out DIR` needs playwright (the extra [dev]) and Debian's chromium.
"""

import argparse
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

WIDTHS = (360, 800, 1280)
THEMES = ("light", "dark")
_HEIGHT = 900
_NETWORK = ("http:", "https:", "ws:", "wss:", "ftp:")


@contextmanager
def browser() -> Iterator[Any]:
    """Start Debian's chromium without a window."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        yield chromium
        chromium.close()


@contextmanager
def opened(chromium: Any, path: Path, width: int = 1280, theme: str = "light", **options: Any) -> Iterator[Any]:
    """Open a page's file; its `requests` hold each address of a network that it asked for."""
    context = chromium.new_context(
        viewport={"width": width, "height": _HEIGHT}, color_scheme=theme, bypass_csp=False, **options
    )
    page = context.new_page()
    page.requests = []
    page.on("request", lambda request: page.requests.append(request.url) if request.url.startswith(_NETWORK) else None)
    page.goto(path.resolve().as_uri())
    yield page
    context.close()


def shoot(path: Path, out: Path, *, whole: bool = True) -> Iterator[Path]:
    """Write a picture for each width and theme, and the print on A4; yield their paths."""
    out.mkdir(parents=True, exist_ok=True)
    with browser() as chromium:
        for width in WIDTHS:
            for theme in THEMES:
                target = out / f"{path.stem}-{width}-{theme}.png"
                with opened(chromium, path, width, theme) as page:
                    page.screenshot(path=str(target), full_page=whole)
                yield target
        with opened(chromium, path) as page:
            page.pdf(path=str(out / f"{path.stem}.pdf"), format="A4", print_background=True, prefer_css_page_size=True)
        yield out / f"{path.stem}.pdf"


def main() -> None:
    """Write the screenshots of some pages."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("pages", nargs="+", type=Path, metavar="PAGE")
    parser.add_argument("--out", type=Path, default=Path("build/screenshots"), metavar="DIR")
    parser.add_argument("--first-screen", action="store_true", help="only the part that shows without scrolling")
    arguments = parser.parse_args()
    for path in arguments.pages:
        for picture in shoot(path, arguments.out, whole=not arguments.first_screen):
            print(picture)


if __name__ == "__main__":
    main()
