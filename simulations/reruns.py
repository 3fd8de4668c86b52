"""The rate of honest runs that are refuted: publish the built-in pair once, draw fresh items, count verdicts.

`python -m simulations.reruns --runs 50 --out build/reruns`; the same command continues a stopped run. Complete runs are
kept: when the code of the comparison changes, only the comparison is made again. An index decides a run's draw.
"""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from dls.authoring.draft import draft_statement
from dls.authoring.prepared_answers import read_prepared_answers
from dls.canonical import sha256_hex
from dls.document.writer import yaml_text
from dls.evidence.files import replace_file
from dls.evidence.folder import find_manifests
from dls.judging.context import RuleContext
from dls.model import Arm, VerifiersDraw
from dls.scenarios.profile import load_profile
from dls.statistics.proportion import clopper_pearson
from dls.verifying.comparison import ClaimResult, Verdict
from dls.verifying.recompute import open_context
from dls_probes import pair
from dls_probes.commands._demonstration import WORDS
from dls_probes.models.transformers_model import ModelSpec
from dls_probes.reproduction.report import claim_results
from dls_probes.reproduction.reproduction import Reproduction
from dls_probes.reproduction.second_run import reproduce
from dls_probes.runs.plan import keys_of, make_plan
from dls_probes.runs.regenerate import regenerate_evidence

LEVEL = 0.01


def publish(out: Path, profile_name: str, models: Mapping[Arm, ModelSpec]) -> RuleContext:
    """Write the statement about the built-in pair, with which each run is compared."""
    profile = load_profile(profile_name)
    regenerate_evidence(make_plan(profile, keys_of(models)), models, out / "evidence", resume=True)
    statement = out / "dls.yaml"
    document = draft_statement(find_manifests(out / "evidence"), profile, out, read_prepared_answers(WORDS))
    replace_file(statement, yaml_text(document).encode())
    return open_context(statement)


def verdict_counts(runs: Sequence[Sequence[ClaimResult]]) -> dict[str, object]:
    """Return the counts of verdicts, of required claims and of others, and the runs that refute a required claim."""
    required = [[result.verdict for result in run if result.is_required] for run in runs]
    rest = [result.verdict for run in runs for result in run if not result.is_required]
    verdicts = [verdict for run in required for verdict in run]
    wrong = sum(Verdict.REFUTED in run for run in required)
    return {
        "runs": len(runs),
        "required": dict(Counter(verdicts)),
        "rest": dict(Counter(rest)),
        "share_of_required_claims_refuted": verdicts.count(Verdict.REFUTED) / len(verdicts),
        "runs_that_refute_a_required_claim": wrong,
        "their_share_is_at_least": clopper_pearson(wrong, len(runs), 0.98).low,
        "level": LEVEL,
    }


def main() -> int:
    """Run, print a line for each run, write the counts; exit code 1 where more runs refute than the level explains."""
    parser = argparse.ArgumentParser(prog="python -m simulations.reruns", description=__doc__)
    parser.add_argument("--runs", type=int, default=50)
    parser.add_argument("--first", type=int, default=100, help="index of the first run (default: 100)")
    parser.add_argument("--factor", type=int, choices=(1, 2, 4), default=1, help="fresh units for each planned one")
    parser.add_argument("--scenario", default="demo")
    parser.add_argument("--out", type=Path, default=Path("build/reruns"))
    arguments = parser.parse_args()
    out: Path = arguments.out
    out.mkdir(parents=True, exist_ok=True)
    models: dict[Arm, ModelSpec] = {"teacher": ModelSpec(pair.TEACHER), "student": ModelSpec(pair.STUDENT)}
    context = publish(out, arguments.scenario, models)
    runs = []
    for index in range(arguments.first, arguments.first + arguments.runs):
        draw = VerifiersDraw(nonce=sha256_hex(f"simulations.reruns/{index}".encode()), factor=arguments.factor)
        results = reproduce(Reproduction(context, models, draw), out / f"{index:03d}", resume=True).results
        runs.append(claim_results(context, results))
        counts = Counter(result.verdict.value for result in runs[-1])
        sys.stdout.write(f"{index:3d}: {dict(counts)}\n")
        sys.stdout.flush()
    summary = verdict_counts(runs)
    replace_file(out / "reruns.json", json.dumps(summary, indent=1).encode())
    sys.stdout.write(json.dumps(summary, indent=1) + "\n")
    return int(clopper_pearson(int(str(summary["runs_that_refute_a_required_claim"])), len(runs), 0.98).low > LEVEL)


if __name__ == "__main__":
    sys.exit(main())
