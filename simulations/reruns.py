"""How often honest runs are refuted: publish the built-in pair once, run it again with fresh seeds, count the verdicts.

`python -m simulations.reruns --runs 50 --out build/reruns`; stopped in the middle, the same command goes on. A run that is
finished is kept, so that the comparison alone is made again when its code changes. An index decides a run's seed. The runs
000 to 008 and 028 were seen while the comparison was changed, so that judging it begins at 100.
"""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from dls.authoring.draft import draft_statement
from dls.authoring.prepared_answers import read_prepared_answers
from dls.document.writer import yaml_text
from dls.draw import Draw
from dls.evidence.files import replace_file
from dls.evidence.folder import find_manifests
from dls.judging.context import RuleContext
from dls.model import Arm
from dls.scenarios.profile import load_profile
from dls.statistics.proportion import clopper_pearson
from dls.verifying.comparison import ClaimResult, Verdict
from dls.verifying.recompute import open_context
from dls_probes import pair
from dls_probes.commands._demonstration import WORDS
from dls_probes.models.transformers_model import ModelSpec
from dls_probes.reproduction.report import claim_results
from dls_probes.reproduction.reproduction import Reproduction, reproduce
from dls_probes.runs.plan import make_plan
from dls_probes.runs.regenerate import regenerate_evidence

LEVEL = 0.01
_SEEDS = 1 << 53


def publish(out: Path, profile_name: str, models: Mapping[Arm, ModelSpec]) -> RuleContext:
    """Write the statement about the built-in pair that every run is compared with."""
    profile = load_profile(profile_name)
    regenerate_evidence(make_plan(profile, models["student"].files), models, out / "evidence", resume=True)
    statement = out / "dls.yaml"
    written = draft_statement(find_manifests(out / "evidence"), profile, out, read_prepared_answers(WORDS))
    replace_file(statement, yaml_text(written).encode())
    return open_context(statement)


def counted(runs: Sequence[Sequence[ClaimResult]]) -> dict[str, object]:
    """Return the verdicts of all runs, of their required claims apart, and how many runs refute a required claim."""
    required = [one for run in runs for one in run if one.is_required]
    rest = [one for run in runs for one in run if not one.is_required]
    wrong = sum(any(one.is_required and one.verdict is Verdict.REFUTED for one in run) for run in runs)
    refuted = [one for one in required if one.verdict is Verdict.REFUTED]
    return {
        "runs": len(runs),
        "required": dict(Counter(one.verdict for one in required)),
        "rest": dict(Counter(one.verdict for one in rest)),
        "share_of_required_claims_refuted": len(refuted) / len(required),
        "runs_that_refute_a_required_claim": wrong,
        "their_share_is_at_least": clopper_pearson(wrong, len(runs), 0.98).low,
        "level": LEVEL,
    }


def main() -> int:
    """Run, print a line a run, write the counts; exit code 1 where more runs refute than the level explains."""
    parser = argparse.ArgumentParser(prog="python -m simulations.reruns", description=__doc__)
    parser.add_argument("--runs", type=int, default=50)
    parser.add_argument("--first", type=int, default=100, help="index of the first run (default: 100)")
    parser.add_argument("--scenario", default="demo")
    parser.add_argument("--out", type=Path, default=Path("build/reruns"))
    asked = parser.parse_args()
    asked.out.mkdir(parents=True, exist_ok=True)
    models: dict[Arm, ModelSpec] = {"teacher": ModelSpec(pair.TEACHER), "student": ModelSpec(pair.STUDENT)}
    context = publish(asked.out, asked.scenario, models)
    runs = []
    for index in range(asked.first, asked.first + asked.runs):
        seed = Draw("simulations.reruns", index).below(_SEEDS)
        compared, _ = reproduce(Reproduction(context, models, seed), asked.out / f"{index:03d}", resume=True)
        runs.append(claim_results(context, compared))
        counts = Counter(one.verdict.value for one in runs[-1])
        sys.stdout.write(f"{index:3d} seed {seed}: {dict(counts)}\n")
        sys.stdout.flush()
    found = counted(runs)
    replace_file(asked.out / "reruns.json", json.dumps(found, indent=1).encode())
    sys.stdout.write(json.dumps(found, indent=1) + "\n")
    return int(clopper_pearson(int(str(found["runs_that_refute_a_required_claim"])), len(runs), 0.98).low > LEVEL)


if __name__ == "__main__":
    sys.exit(main())
