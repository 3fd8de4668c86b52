# ruff: noqa: INP001, T201
"""Make the site's reference pages from rules, registry, profiles, probes, formats, schemas and specification.

`python docs/generate.py` writes build/docs, which `mkdocs build` reads. It also writes the fields of spec/1.0 again.
With `--check` it writes nothing, and fails when the fields of a page are stale.
"""

import argparse
import shutil
import sys
from pathlib import Path

from pages.check_here import copy_check_page
from pages.copied import ROOT, SPEC, copied_pages, report_pages
from pages.formats import format_pages
from pages.gpu import gpu_pages
from pages.markdown import Pages
from pages.metrics import metric_pages
from pages.planted import planted_pages
from pages.probes import probe_pages
from pages.rules import rule_pages
from pages.scenarios import scenario_pages
from pages.schemas import filled, schema_pages

MAKERS = (
    *(copied_pages, report_pages, rule_pages, metric_pages, scenario_pages, probe_pages, planted_pages),
    format_pages,
    schema_pages,
    gpu_pages,
)
PICTURES = sorted((ROOT / "docs" / "demo").glob("*.png"))


def pages() -> Pages:
    """Yield path and text of every page of the site."""
    for make in MAKERS:
        yield from make()


def write(out: Path) -> int:
    """Write the site's pages into an empty folder; return how many."""
    shutil.rmtree(out, ignore_errors=True)
    count = 0
    for count, (name, text) in enumerate(pages(), 1):  # noqa: B007 - the last one counts
        path = out / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    for picture in PICTURES:
        shutil.copy(picture, out / "demo" / picture.name)
    copy_check_page(out / "check_here")
    return count


def stale() -> list[Path]:
    """Return the pages of the specification whose fields differ from those of the schemas."""
    return [path for path in sorted(SPEC.glob("*.md")) if filled(path.read_text()) != path.read_text()]


def main() -> int:
    """Write everything; with `--check`, list the stale pages instead."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="write nothing; fail when the fields of a page are stale")
    parser.add_argument("--out", type=Path, default=ROOT / "build" / "docs", metavar="DIR", help="default: build/docs")
    arguments = parser.parse_args()
    if arguments.check:
        for path in stale():
            print(f"{path.relative_to(ROOT)}: its fields are stale; run python docs/generate.py")
        return int(bool(stale()))
    for path in stale():
        path.write_text(filled(path.read_text()))
    print(f"{write(arguments.out)} pages in {arguments.out}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
