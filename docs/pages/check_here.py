"""The page "Check a statement here": its files, an example, this package as an archive, and Python where present."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

from pages.copied import ROOT, SPEC

PAGE = ROOT / "docs" / "check_here"
PYTHON = ROOT / "build" / "browser"
"""Python for the browser, which `docs/vendor.py` fetches."""

_EXAMPLE = {"dls.yaml": "publisher.yaml", "profile.yaml": "profile.yaml"}
_UNREAD = {"conformance", "vectors", "mappings"}  # folders of the specification that no check reads; nor does it pages


def copy_check_page(out: Path) -> None:
    """Write the page's files into a folder; without `build/browser` the page says that Python is missing."""
    shutil.copytree(PAGE, out, ignore=shutil.ignore_patterns("requirements.txt", "__pycache__"))
    (out / "example").mkdir()
    for name, source in _EXAMPLE.items():
        shutil.copy(SPEC / "conformance" / "documents" / source, out / "example" / name)
    if PYTHON.is_dir():
        shutil.copytree(PYTHON, out / "python")
        write_package(out / "python" / "dls.zip")


def write_package(target: Path) -> None:
    """Write the light half with its schemas and its specification into an archive, laid out as in a wheel."""
    with ZipFile(target, "w", ZIP_DEFLATED) as archive:
        for path, name in _package_files():
            archive.write(path, name)


def _package_files() -> Iterator[tuple[Path, str]]:
    places = {"dls": ROOT / "validator" / "dls", "dls/_schema": ROOT / "schema", "dls/_spec": ROOT / "spec"}
    for name, folder in places.items():
        for path in sorted(folder.rglob("*")):
            parts = path.relative_to(folder).parts
            is_unread = "__pycache__" in parts or (name == "dls/_spec" and (_UNREAD & {*parts} or path.suffix == ".md"))
            if path.is_file() and not is_unread:
                yield path, f"{name}/{'/'.join(parts)}"
