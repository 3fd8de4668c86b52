"""`dls report`: a statement as a page, a picture, a table or a badge."""

import argparse
import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from dls.errors import DlsError
from dls.report.terminal import show

if TYPE_CHECKING:
    from dls.page.view import Page

_ENDINGS = {
    ".html": "html",
    ".htm": "html",
    ".md": "md",
    ".markdown": "md",
    ".svg": "svg",
    ".png": "png",
    ".json": "json",
}
_FORMATS = ("html", "md", "svg", "png", "json", "badge")
_MOST_LINES = 400  # of a PNG; a larger one takes gigabytes
_EXAMPLE = """example:
  dls report dls.yaml -o report.html
  dls report dls.yaml -o losses.svg
  dls report dls.yaml --format badge -o badge.svg      # or badge.json, for a shields.io endpoint

html, svg and png need the extra [report]; md, json and badge need nothing more. A statement with findings gets its
page, with the findings on top. Curves and lost items from the records stand in html alone. Nothing is ever fetched."""


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.description = "Show a statement: what was lost, why that is acceptable, what is not known, how far it holds."
    parser.epilog = _EXAMPLE
    parser.add_argument("statement", type=Path, metavar="STATEMENT", help="the statement, with its evidence beside it")
    parser.add_argument("-o", "--out", type=Path, metavar="FILE", required=True, help="the file to write")
    parser.add_argument("--format", choices=_FORMATS, help="default: by the ending of FILE")
    parser.add_argument(
        "--recompute", action="store_true", help="compute every number again from the records first (seconds)"
    )
    parser.add_argument(
        "--trust", metavar="KEYS", help="public keys of the parties whose signed reproductions you believe"
    )


def run(arguments: argparse.Namespace) -> int:
    """Write the file."""
    name = arguments.format or _format_of(arguments.out)
    page = _page(arguments, with_records=name == "html")
    data = _RENDER[name](page, arguments.out)
    from dls.evidence.files import replace_file

    replace_file(arguments.out, data)
    show(f"wrote {arguments.out}: {page.verdict.text}")
    return 0


def _format_of(path: Path) -> str:
    name = _ENDINGS.get(path.suffix.lower())
    if name is None:
        raise DlsError(f"{path}: no format has this ending; wanted {', '.join(_ENDINGS)}, or --format")
    return name


def _page(arguments: argparse.Namespace, *, with_records: bool) -> "Page":
    from dls.page.composition import page_of

    trust = None
    if arguments.trust is not None:
        from dls.signing.keys import read_trusted_keys

        trust = read_trusted_keys(Path(arguments.trust))
    results = None
    if arguments.recompute:
        from dls.verifying.recompute import open_context, recompute_claims

        results = list(recompute_claims(open_context(arguments.statement)))
    return page_of(arguments.statement, recomputed_claims=results, trust=trust, with_records=with_records)


def _html(page: "Page", _path: Path) -> bytes:
    from dls.report.html import page_html

    return page_html(page).encode()


def _markdown(page: "Page", _path: Path) -> bytes:
    from dls.report.markdown import page_markdown

    return page_markdown(page).encode()


def _json(page: "Page", _path: Path) -> bytes:
    import msgspec

    return (json.dumps(msgspec.to_builtins(page), indent=1) + "\n").encode()


def _badge(page: "Page", path: Path) -> bytes:
    from dls.report.badge import badge_endpoint, badge_svg

    if path.suffix.lower() == ".json":
        return (json.dumps(badge_endpoint(page)) + "\n").encode()
    return badge_svg(page).encode()


def _svg(page: "Page", _path: Path) -> bytes:
    from dls.plot.rendering import standalone

    return standalone(_forest(page)).encode()


def _png(page: "Page", path: Path) -> bytes:
    from dls.plot.rendering import png_bytes

    lines = sum(1 + len(group.rows) + len(group.absences) for group in page.groups)
    if lines > _MOST_LINES:
        raise DlsError(f"{path}: a PNG of {lines} lines is too large; write an SVG, as in -o {path.stem}.svg")
    return png_bytes(_forest(page))


def _forest(page: "Page") -> str:
    from dls.plot.forest import losses
    from dls.plot.rendering import svg_text
    from dls.plot.words import description, title

    return svg_text(losses(page), title(page), description(page))


_RENDER: dict[str, Callable[["Page", Path], bytes]] = {
    "html": _html,
    "md": _markdown,
    "svg": _svg,
    "png": _png,
    "json": _json,
    "badge": _badge,
}
