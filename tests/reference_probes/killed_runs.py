"""Run, kill at a random moment, resume, until 20 kills are spent; print the records of all runs that came to an end.

Each run is a forked child of this process, so that the libraries are imported once.
"""

import json
import os
import random
import signal
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))
import msgspec
from tests.reference_probes.runs.test_run import run

KILLS = 20


def child(folder, ledger, out):
    """Run in a forked process, going on with the ledger, and write the records."""
    process = os.fork()
    if process:
        return process
    try:
        out.write_text(json.dumps(values(run(folder, ledger, resume=True))))
    finally:
        os._exit(0)


def values(result):
    """Return a run's records as JSON values."""
    return msgspec.to_builtins(result.records)


def main(folder, scratch):
    moments = random.Random(0)  # noqa: S311  nothing secret
    ledger, out = scratch / "ledger", scratch / "records.json"
    records = [values(run(folder, scratch / "warm"))]  # what is imported here is not imported by every child
    started = time.monotonic()
    records.append(values(run(folder, scratch / "timed")))
    longest = time.monotonic() - started
    kills = at_work = ended = 0
    while kills < KILLS or not ended:
        started = time.monotonic()
        process = child(folder, ledger, out)
        moment = moments.random() * longest if kills < KILLS else 60.0
        while not (ended := os.waitpid(process, os.WNOHANG)[0]) and time.monotonic() - started < moment:
            time.sleep(0.001)
        if ended:
            records.append(json.loads(out.read_text()))
            ledger.unlink()
            continue
        os.kill(process, signal.SIGKILL)
        os.waitpid(process, 0)
        kills += 1
        at_work += ledger.exists() and ledger.stat().st_size > 0
    json.dump({"kills": kills, "at_work": at_work, "records": records}, sys.stdout)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
