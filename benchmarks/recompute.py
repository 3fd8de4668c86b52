# ruff: noqa: INP001
"""`dls recompute` at 100,000 records in 50 claims: `python -m benchmarks.recompute`.

The promise: everything but the bootstrap in less than 10 s, the bootstrap (2,000 keyed resamples of every interval) in
less than 60 s, on one core. Records are invented; four draws of three probes carry the claims.
"""

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.validator import conftest as invented

from dls.canonical import file_sha256
from dls.document.writer import yaml_text
from dls.probes.catalogue import find_probe
from dls.scenarios.profile import load_profile
from dls.standard.registry import metric
from dls.verifying.comparison import Verdict
from dls.verifying.recompute import open_context, recompute_claims

DRAWS = 4
CLAIMS = 50
PLAIN_LIMIT, BOOTSTRAP_LIMIT = 10.0, 60.0  # seconds


def statement(folder: Path, units: int) -> dict[str, Any]:
    """Write evidence of several draws and return one statement that claims all that they measure."""
    invented.UNITS = units
    (folder / "small.yaml").write_text(yaml_text(invented.PROFILE))
    whole: dict[str, Any] = {}
    for draw in range(DRAWS):
        place = folder / f"draw-{draw}"
        place.mkdir()
        (place / "small.yaml").write_bytes((folder / "small.yaml").read_bytes())
        for name in invented.ASKED:
            invented.write_evidence(place / "evidence", find_probe(name), load_profile(place / "small.yaml"), seed=draw)
        told = _renamed(invented.write_statement(place), draw)
        whole = {**told, "claims": whole.get("claims", []) + told["claims"]} | {
            "evidence": whole.get("evidence", []) + told["evidence"]
        }
    return whole | {"claims": whole["claims"][:CLAIMS], "scenario": whole["scenario"] | {"path": "small.yaml"}}


def _renamed(told: dict[str, Any], draw: int) -> dict[str, Any]:
    for claim in told["claims"]:
        claim["id"] += f"-{draw}"
        claim["evidence"] = [f"{name}-{draw}" for name in claim["evidence"]]
    for entry in told["evidence"]:
        entry["id"] += f"-{draw}"
        entry["path"] = f"draw-{draw}/{entry['path']}"
    return told


def is_bootstrapped(claim: Mapping[str, Any]) -> bool:
    """Tell whether one of a claim's intervals is a bootstrap's."""
    entry = metric(claim["metric"])
    return "bca" in (entry.interval, entry.value_interval)


def seconds(folder: Path, told: Mapping[str, Any], claims: list[Any]) -> float:
    """Return the CPU time of some claims, every one of them confirmed: other work on the machine counts for nothing."""
    path = folder / "dls.json"
    path.write_text(json.dumps({**told, "claims": claims}))
    started = time.process_time()
    judged = list(recompute_claims(open_context(path)))
    took = time.process_time() - started
    wrong = [one for one in judged if one.verdict is not Verdict.CONFIRMED]
    assert not wrong, wrong[0]
    return took


def main() -> int:
    """Build, measure, print; exit code 1 where the promise is broken."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.recompute", description=__doc__)
    parser.add_argument("--records", type=int, default=100_000)
    asked = parser.parse_args()
    units = asked.records // (DRAWS * len(invented.ASKED) * 2)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        told = statement(folder, units)
        plain = [claim for claim in told["claims"] if not is_bootstrapped(claim)]
        rest = [claim for claim in told["claims"] if is_bootstrapped(claim)]
        digests = sum(1 for path in folder.rglob("*.jsonl") if file_sha256(path))
        first, second = seconds(folder, told, plain), seconds(folder, told, rest)
    sys.stdout.write(
        f"{units * DRAWS * len(invented.ASKED) * 2} records in {digests} files\n"
        f"{len(plain)} claims without a bootstrap: {first:.1f} s (limit {PLAIN_LIMIT:.0f})\n"
        f"{len(rest)} claims with a bootstrap:    {second:.1f} s (limit {BOOTSTRAP_LIMIT:.0f})\n"
    )
    return int(first > PLAIN_LIMIT or second > BOOTSTRAP_LIMIT)


if __name__ == "__main__":
    sys.exit(main())
