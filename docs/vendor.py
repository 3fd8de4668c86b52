# ruff: noqa: INP001, S603, S607
"""Fetch Python for the browser, which the page "Check a statement here" runs: Pyodide from npm, packages from PyPI.

`python docs/vendor.py` writes build/browser; `docs/generate.py` copies it into the site. The versions are fixed, and
pip compares each package with its digest in docs/check_here/requirements.txt.
"""

import argparse
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

ROOT = Path(__file__).parents[1]
OUT = ROOT / "build" / "browser"
PYODIDE = "314.0.7"
FILES = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "pyodide-lock.json", "python_stdlib.zip")
REQUIREMENTS = ROOT / "docs" / "check_here" / "requirements.txt"
_PLATFORM = ("--platform", "pyemscripten_2026_0_wasm32", "--python-version", "3.14", "--abi", "cp314")
PACKAGES = "packages.zip"
_UNUSED = {"tests", "benchmarks"}  # folders inside of packages


def vendor(out: Path) -> None:
    """Write the files of Pyodide and one archive of all packages into a folder."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        quiet = ("--silent", "--no-fund", "--no-audit", "--ignore-scripts")
        subprocess.run(("npm", "install", *quiet, "--prefix", name, f"pyodide@{PYODIDE}"), check=True)
        pip = (sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps")
        choice = ("--require-hashes", "--only-binary=:all:", "--implementation", "cp", *_PLATFORM)
        subprocess.run((*pip, *choice, "--dest", name, "--requirement", str(REQUIREMENTS)), check=True)
        out.mkdir(parents=True, exist_ok=True)
        for file in FILES:
            shutil.copy(folder / "node_modules" / "pyodide" / file, out / file)
        join(sorted(folder.glob("*.whl")), out / PACKAGES)


def join(wheels: list[Path], target: Path) -> None:
    """Write the files of some wheels, but for their tests, into one archive, which the page unpacks in one step."""
    with ZipFile(target, "w", ZIP_DEFLATED) as archive:
        for wheel in wheels:
            with ZipFile(wheel) as source:
                for name in source.namelist():
                    if not _UNUSED & set(name.split("/")):
                        archive.writestr(name, source.read(name))


def main() -> None:
    """Fetch everything."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--out", type=Path, default=OUT, metavar="DIR", help="default: build/browser")
    vendor(parser.parse_args().out)


if __name__ == "__main__":
    main()
