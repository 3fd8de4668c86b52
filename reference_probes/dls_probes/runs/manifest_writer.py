"""The manifest of a run: every model's answers to one probe, measured."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import cast

from dls.access_level import AccessLevel, access_problem, least
from dls.evidence.records import write_manifest
from dls.measuring.measure import ACROSS
from dls.model import Arm, Manifest, ManifestItems, PinnedProfile, ProbeName, Unmeasured
from dls.model.manifest import ACCESS
from dls.probe import CrossMeasure, Probe, needed
from dls.probes.shared.phrasings import phrasings_sha256
from dls.scenarios.profile import Profile
from dls.standard.numbers import VERSION
from dls_probes.runs.arm_answers import ArmAnswers
from dls_probes.runs.joint_pass import PAIR
from dls_probes.runs.plan import PlannedProbe
from dls_probes.tokens.thinking import failed_checks


def write_measurement(
    planned_probe: PlannedProbe,
    profile: Profile,
    answers: Mapping[str, ArmAnswers],
    unmeasured: tuple[Unmeasured, ...],
    out: Path,
) -> None:
    """Measure every metric of a probe from the answers by arm, and write its manifest, with the unmeasured ones."""
    from dls.measuring.measure import checks, measured_metrics  # start-up: loads numpy

    access = least(answer.result.settings.get(ACCESS, "white_box") for answer in answers.values())
    probe, items = planned_probe.probe.at(access), planned_probe.items
    records = {arm: answer.records for arm, answer in answers.items()}
    settings = {arm: {**answer.result.settings, "tree": answer.result.tree} for arm, answer in answers.items()}
    manifest = Manifest(
        dls_evidence=VERSION,
        probe=ProbeName(id=probe.id, version=probe.version),
        profile=PinnedProfile(id=profile.id, version=profile.version, sha256=profile.sha256),
        items=_manifest_items(planned_probe),
        arms={arm: answer.identity for arm, answer in _models(answers).items() if answer.identity},
        circumstances={arm: answer.circumstances for arm, answer in _models(answers).items() if answer.circumstances},
        settings=settings,
        records=tuple(answer.file for answer in answers.values()),
        errors=_errors(answers),
        checks=(*checks(probe, items, records), *failed_checks(settings)),
        metrics=measured_metrics(probe, items, records, profile.targets),
        unmeasured=(*unmeasured, *_out_of_reach(planned_probe.probe, access)),
    )
    write_manifest(out / probe.id, manifest)


def _out_of_reach(probe: Probe, access: AccessLevel) -> Iterator[Unmeasured]:
    """Yield the metrics of a probe that the access to the models does not give; those of both have their own reason."""
    for measure in probe.measures:
        reason = access_problem(measure.metric, needed(measure), access)
        if reason and not isinstance(measure, CrossMeasure):
            yield Unmeasured(metric=measure.metric, reason=reason)


def _manifest_items(planned_probe: PlannedProbe) -> ManifestItems:
    return ManifestItems(
        n=planned_probe.n,
        seed=planned_probe.seed,
        seed_reason=planned_probe.seed_reason,
        phrasings_sha256=phrasings_sha256(planned_probe.phrasings),
        file=planned_probe.file,
        sha256=planned_probe.items_sha256,
    )


def _models(answers: Mapping[str, ArmAnswers]) -> dict[Arm, ArmAnswers]:
    """Return the answers of each model alone."""
    return {cast("Arm", arm): answer for arm, answer in answers.items() if arm not in {PAIR, ACROSS}}


def _errors(answers: Mapping[str, ArmAnswers]) -> dict[Arm, int]:
    """Count each model's items that ended in an error; an item that failed only for both together is the student's."""
    errors = {arm: answer.result.error_ids for arm, answer in _models(answers).items()}
    for arm in answers.keys() & {PAIR, ACROSS}:
        errors["student"] |= answers[arm].result.error_ids - errors["teacher"]
    return {arm: len(ids) for arm, ids in errors.items()}
