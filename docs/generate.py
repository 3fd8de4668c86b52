# ruff: noqa: INP001, T201
"""Make the site's reference pages from what they are about: rules, registry, profiles, probes, schemas, specification.

`python docs/generate.py` writes build/docs, which `mkdocs build` reads, and the field tables of spec/1.0. With `--check`
it writes nothing and fails when a field table is stale.
"""

import argparse
import shutil
import sys
from pathlib import Path

from pages.copied import ROOT, SPEC, copied_pages
from pages.markdown import Pages
from pages.metrics import metric_pages
from pages.planted import planted_pages
from pages.probes import probe_pages
from pages.rules import rule_pages
from pages.scenarios import scenario_pages
from pages.schemas import filled, schema_pages


def pages() -> Pages:
    """Yield path and text of every page of the site."""
    for made in (copied_pages, rule_pages, metric_pages, scenario_pages, probe_pages, planted_pages, schema_pages):
        yield from made()


def write(out: Path) -> int:
    """Write the site's pages into an empty folder; return how many."""
    shutil.rmtree(out, ignore_errors=True)
    count = 0
    for count, (name, text) in enumerate(pages(), 1):  # noqa: B007 - the last one counts
        path = out / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return count


def stale() -> list[Path]:
    """Return the pages of the specification whose field tables are not those of the schemas."""
    return [path for path in sorted(SPEC.glob("*.md")) if filled(path.read_text()) != path.read_text()]


def main() -> int:
    """Write everything, or with `--check` say what is stale."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="write nothing; fail when a field table is stale")
    parser.add_argument("--out", type=Path, default=ROOT / "build" / "docs", metavar="DIR", help="default: build/docs")
    arguments = parser.parse_args()
    if arguments.check:
        for path in stale():
            print(f"{path.relative_to(ROOT)}: its field tables are stale; run python docs/generate.py")
        return int(bool(stale()))
    for path in stale():
        path.write_text(filled(path.read_text()))
    print(f"{write(arguments.out)} pages in {arguments.out}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
