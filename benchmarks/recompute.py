# ruff: noqa: INP001
"""`dls recompute` at 100,000 records in 50 claims: `python -m benchmarks.recompute`.

The limits on one core: 10 s for everything except the bootstrap, 60 s for the bootstrap (2,000 keyed resamples of each
interval). Records are invented; four draws of three probes carry the claims.
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
    """Write evidence of several draws and return one statement that claims all of their measurements."""
    invented.UNITS = units
    (folder / "small.yaml").write_text(yaml_text(invented.PROFILE))
    whole: dict[str, Any] = {}
    for draw in range(DRAWS):
        place = folder / f"draw-{draw}"
        place.mkdir()
        (place / "small.yaml").write_bytes((folder / "small.yaml").read_bytes())
        for name in invented.PROBE_IDS:
            invented.write_evidence(place / "evidence", find_probe(name), load_profile(place / "small.yaml"), seed=draw)
        part = _rename(invented.write_statement(place), draw)
        whole = {**part, **{name: whole.get(name, []) + part[name] for name in ("claims", "evidence")}}
    return whole | {"claims": whole["claims"][:CLAIMS], "scenario": whole["scenario"] | {"path": "small.yaml"}}


def _rename(document: dict[str, Any], draw: int) -> dict[str, Any]:
    for claim in document["claims"]:
        claim["id"] += f"-{draw}"
        claim["evidence"] = [f"{name}-{draw}" for name in claim["evidence"]]
    for entry in document["evidence"]:
        entry["id"] += f"-{draw}"
        entry["path"] = f"draw-{draw}/{entry['path']}"
    return document


def has_bootstrap(claim: Mapping[str, Any]) -> bool:
    """Return whether one of a claim's intervals is a bootstrap's."""
    entry = metric(claim["metric"])
    return "bca" in (entry.interval, entry.value_interval)


def seconds(folder: Path, document: Mapping[str, Any], claims: list[Any]) -> float:
    """Return the CPU time of some claims, which must all be confirmed; other work on the machine does not count."""
    path = folder / "dls.json"
    path.write_text(json.dumps({**document, "claims": claims}))
    start = time.process_time()
    results = list(recompute_claims(open_context(path)))
    duration = time.process_time() - start
    wrong = [result for result in results if result.verdict is not Verdict.CONFIRMED]
    assert not wrong, wrong[0]
    return duration


def main() -> int:
    """Build, measure, print; exit code 1 where a limit is exceeded."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.recompute", description=__doc__)
    parser.add_argument("--records", type=int, default=100_000)
    units = parser.parse_args().records // (DRAWS * len(invented.PROBE_IDS) * 2)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        document = statement(folder, units)
        plain = [claim for claim in document["claims"] if not has_bootstrap(claim)]
        rest = [claim for claim in document["claims"] if has_bootstrap(claim)]
        digests = sum(1 for path in folder.rglob("*.jsonl") if file_sha256(path))
        first, second = seconds(folder, document, plain), seconds(folder, document, rest)
    sys.stdout.write(
        f"{units * DRAWS * len(invented.PROBE_IDS) * 2} records in {digests} files\n"
        f"{len(plain)} claims without a bootstrap: {first:.1f} s (limit {PLAIN_LIMIT:.0f})\n"
        f"{len(rest)} claims with a bootstrap:    {second:.1f} s (limit {BOOTSTRAP_LIMIT:.0f})\n"
    )
    return int(first > PLAIN_LIMIT or second > BOOTSTRAP_LIMIT)


if __name__ == "__main__":
    sys.exit(main())
