"""The manifest of a run: what every model answered, measured."""

from collections.abc import Mapping
from pathlib import Path
from typing import cast

from dls.evidence.records import write_manifest
from dls.measuring.measure import ACROSS
from dls.model import Arm, Manifest, ManifestItems, PinnedProfile, ProbeName
from dls.probes.shared.phrasings import phrasings_sha256
from dls.scenarios.profile import Profile
from dls.standard.numbers import VERSION
from dls_probes.runs.arm_answers import Answers
from dls_probes.runs.joint_pass import PAIR
from dls_probes.runs.plan import PlannedProbe
from dls_probes.tokens.thinking import failed_checks


def write_measurement(planned: PlannedProbe, profile: Profile, answers: Mapping[str, Answers], out: Path) -> None:
    """Measure every metric of a probe from what was answered, and write its manifest."""
    from dls.measuring.measure import checks, measured_metrics

    records = {arm: answer.records for arm, answer in answers.items()}
    settings = {arm: {**answer.result.settings, "tree": answer.result.tree} for arm, answer in answers.items()}
    manifest = Manifest(
        dls_evidence=VERSION,
        probe=ProbeName(id=planned.probe.id, version=planned.probe.version),
        profile=PinnedProfile(id=profile.id, version=profile.version, sha256=profile.sha256),
        items=_drawn(planned),
        arms={cast("Arm", arm): answer.asked for arm, answer in answers.items() if arm not in {PAIR, ACROSS}},
        settings=settings,
        records=tuple(answer.file for answer in answers.values()),
        errors=_errors(answers),
        checks=(*checks(planned.probe, planned.items, records), *failed_checks(settings)),
        metrics=measured_metrics(planned.probe, planned.items, records, profile.targets),
    )
    write_manifest(out / planned.probe.id, manifest)


def _drawn(planned: PlannedProbe) -> ManifestItems:
    return ManifestItems(
        n=planned.n,
        seed=planned.seed,
        seed_reason=planned.seed_reason,
        phrasings_sha256=phrasings_sha256(planned.phrasings),
        file=planned.file,
        sha256=planned.items_sha256,
    )


def _errors(answers: Mapping[str, Answers]) -> dict[Arm, int]:
    """Count the items that ended in an error for each model; one that failed for both together alone is the student's."""
    alone = {cast("Arm", arm): answer.failed for arm, answer in answers.items() if arm not in {PAIR, ACROSS}}
    for both in answers.keys() & {PAIR, ACROSS}:
        alone["student"] |= answers[both].failed - alone["teacher"]
    return {arm: len(failed) for arm, failed in alone.items()}
