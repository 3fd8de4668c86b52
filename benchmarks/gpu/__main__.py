"""The command; see `benchmarks.gpu`."""

import argparse
import json
import platform
import re
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

import benchmarks.gpu
import torch
from benchmarks.gpu import correctness, speed

from dls.evidence.files import replace_file
from dls_probes.arithmetic.accelerators import fix_arithmetic
from dls_probes.engine.version import ENGINE
from dls_probes.models.device import expect_device

RESULTS = Path(__file__).parent / "results"
_SIZES = (("1B", "float32", 40), ("1B", "bfloat16", 30), ("8B", "bfloat16", 70))
_SMALL_SIZES = (("tiny", "float32", 20),)
_PACKAGES = ("torch", "transformers", "tokenizers")


class DeviceCheck(NamedTuple):
    """A check, and the seconds that it takes on a large card."""

    name: str
    run: Callable[..., dict[str, Any]]
    wanted: int


def checks(*, small: bool) -> Iterator[DeviceCheck]:
    """Yield the checks, those that decide the exit code first."""
    yield DeviceCheck("noise", correctness.noise, 10)
    yield DeviceCheck("records", correctness.records, 70)
    yield DeviceCheck("layouts", correctness.layouts, 30)
    yield DeviceCheck("divergence", correctness.divergence, 15)
    yield DeviceCheck("bfloat16 beside float32", correctness.reduced_precision, 30)
    sizes = (
        (("tiny", "float32", 20),) if small else (("1B", "float32", 40), ("1B", "bfloat16", 30), ("8B", "bfloat16", 70))
    )
    for size, dtype, wanted in sizes:
        yield DeviceCheck(f"scoring, {size} in {dtype}", partial(speed.scoring, size=size, dtype=dtype), wanted)
        yield DeviceCheck(f"generating, {size} in {dtype}", partial(speed.generating, size=size, dtype=dtype), wanted)


def machine(device: str) -> dict[str, Any]:
    """Return the device and the versions."""
    is_cuda = device.startswith("cuda")
    name = torch.cuda.get_device_name() if is_cuda else platform.machine()
    facts: dict[str, Any] = {"device_class": torch.device(device).type, "device": name, "engine": ENGINE}
    if is_cuda:
        facts |= {"cuda": torch.version.cuda, "gib": round(torch.cuda.mem_get_info()[1] / 2**30)}
    return facts | {package: version(package) for package in _PACKAGES} | {"python": platform.python_version()}


def outcome(check: DeviceCheck, device: str, end: float, *, small: bool) -> dict[str, Any]:
    """Run a check unless the time is over; an error is a result, since it must cost no other check."""
    rest = end - time.monotonic()
    if check.wanted > rest:
        return {"ok": None, "skipped": f"it takes about {check.wanted} s, and {max(rest, 0):.0f} s were left"}
    start = time.monotonic()
    try:
        figures = check.run(device, small=small)
    except Exception as error:  # noqa: BLE001  reported under the check's name, and the exit code says so
        figures = {"ok": False, "error": f"{type(error).__name__}: {error}"[:400]}
    return {**figures, "took_s": round(time.monotonic() - start, 1)}


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=benchmarks.gpu.__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--device", default="cuda")
    parser.add_argument("--minutes", type=float, default=8)
    parser.add_argument("--small", action="store_true", help="tiny sizes, for a CPU")
    parser.add_argument("--out", type=Path, default=RESULTS, metavar="DIR", help="default: benchmarks/gpu/results")
    return parser.parse_args()


def main() -> int:
    """Run the checks, write the results after each, and return 1 if one of them failed."""
    arguments = _arguments()
    device, end = expect_device(arguments.device), time.monotonic() + 60 * arguments.minutes
    fix_arithmetic()
    facts, results = machine(device), dict[str, Any]()
    path = arguments.out / f"{re.sub('[^a-z0-9]+', '-', facts['device'].lower()).strip('-')}.json"
    arguments.out.mkdir(parents=True, exist_ok=True)
    for check in checks(small=arguments.small):
        results[check.name] = outcome(check, device, end, small=arguments.small)
        sys.stdout.write(f"{check.name}: {json.dumps(results[check.name])}\n")
        sys.stdout.flush()
        replace_file(path, json.dumps({"machine": facts, "checks": results}, indent=1).encode() + b"\n")
    return int(any(entry["ok"] is False for entry in results.values()))


if __name__ == "__main__":
    sys.exit(main())
