"""A second environment below `build/`, with packages of its own in front of those of this one."""

import subprocess
import sys
from pathlib import Path
from sysconfig import get_path

ROOT = Path(__file__).parents[1]


def second_environment(name: str, *packages: str) -> Path:
    """Return the Python of an environment that has some packages in these versions; it is made once.

    All other packages are those of the environment that runs the tests.
    """
    folder = ROOT / "build" / name
    python, done = folder / "bin" / "python", folder / "packages.txt"
    if done.is_file() and done.read_text().split() == list(packages):
        return python
    subprocess.run([sys.executable, "-m", "venv", "--clear", str(folder)], check=True)
    site = subprocess.run(
        [str(python), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
        capture_output=True, text=True, check=True,
    ).stdout.strip()  # fmt: skip
    (Path(site) / "shared.pth").write_text(get_path("purelib") + "\n")
    subprocess.run([str(python), "-m", "pip", "install", "--quiet", "--no-deps", *packages], check=True)
    done.write_text("\n".join(packages))
    return python
