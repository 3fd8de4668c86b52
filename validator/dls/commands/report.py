"""`dls report`: a statement as a page, a picture, a table or a badge."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from dls.errors import DlsError
from dls.evidence.files import replace_file
from dls.report.page_files import FORMATS, page_bytes
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
_EXAMPLE = """example:
  dls report dls.yaml -o report.html
  dls report dls.yaml -o losses.svg
  dls report dls.yaml --format badge -o badge.svg      # or badge.json, for a shields.io endpoint

html, svg and png need the extra [report]; md, json and badge need nothing more. A statement with findings gets its
page, with the findings on top. Curves and lost items from the records stand in html and json. Nothing is fetched."""

_WITH_RECORDS = ("html", "json")


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.description = "Show a statement: what was lost, why that is acceptable, what is not known, how far it holds."
    parser.epilog = _EXAMPLE
    parser.add_argument("statement", type=Path, metavar="STATEMENT", help="the statement, with its evidence beside it")
    parser.add_argument("-o", "--out", type=Path, metavar="FILE", required=True, help="the file to write")
    parser.add_argument("--format", choices=FORMATS, help="default: by the ending of FILE")
    parser.add_argument(
        "--recompute", action="store_true", help="compute every number again from the records first (seconds)"
    )
    parser.add_argument(
        "--trust", metavar="KEYS", help="public keys of the parties whose signed reproductions you believe"
    )


def run(arguments: argparse.Namespace) -> int:
    """Write the file."""
    name = arguments.format or _format_of(arguments.out)
    page = _page(arguments, with_records=name in _WITH_RECORDS)
    replace_file(arguments.out, page_bytes(page, name, arguments.out.suffix.lower()))
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
