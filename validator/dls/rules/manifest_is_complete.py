"""DLS316: manifest is complete."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from dls.evidence.manifest_access import common_access
from dls.finding import Violation
from dls.judging.conditions import is_failed
from dls.judging.context import RuleContext
from dls.model import Manifest
from dls.model.manifest import OPEN, THINKING, THINKING_OFF
from dls.rules._rule import rule
from dls.standard.numbers import ARMS, NAMED

if TYPE_CHECKING:
    from dls.probe import Probe


def _records(manifest: Manifest, probe: "Probe") -> Iterator[str]:
    """Yield the records that are missing: of both models, and about both together if the probe makes some."""
    arms = {entry.arm for entry in manifest.records}
    yield from (f"no records of the {arm}" for arm in ARMS if arm not in arms)
    yield from (f"no digests of the {arm}" for arm in ARMS if arm not in manifest.arms)
    vocabularies = {entry.vocabulary_sha256 for arm in ARMS if (entry := manifest.circumstances.get(arm))}
    if probe.pair and len(vocabularies) == 1 and None not in vocabularies and "pair" not in arms:
        yield "no records of the pair, although both tokenizers do the same"
    elif probe.across and not arms & {"pair", "across"}:
        yield "no records of each model on the other's texts"


def _metrics(manifest: Manifest, probe: "Probe") -> Iterator[str]:
    from dls.probe import CrossMeasure, Measure  # start-up: loads every probe: only where there is a manifest

    names, arms = {entry.metric for entry in manifest.metrics}, {entry.arm for entry in manifest.records}
    for measure in probe.measures:
        possible = measure.arm in arms if isinstance(measure, CrossMeasure) else arms.issuperset(ARMS)
        if possible and measure.metric not in names and measure.entry.direction != "neutral":
            yield f"the metric '{measure.metric}' is not listed"
    for entry in manifest.metrics:
        of_models = any(isinstance(m, Measure) and m.metric == entry.metric for m in probe.measures)
        yield from (
            f"the metric '{entry.metric}' has no value of the {arm}"
            for arm in ARMS
            if of_models and getattr(entry, arm) is None
        )


def _checks(manifest: Manifest, probe: "Probe") -> Iterator[str]:
    entries = {(check.arm, check.check): check for check in manifest.checks}
    if len(entries) < len(manifest.checks):
        yield "a check of a model is listed twice"
    for arm in ARMS:
        for check in probe.checks:
            entry = entries.get((arm, check.check))
            if entry is None:
                yield f"the check '{check.check}' of the {arm} is not listed"
            elif entry.floor < check.floor:
                yield f"the check '{check.check}' of the {arm} has the floor {entry.floor}; wanted {check.floor}"
        settings, entry = manifest.settings.get(arm), entries.get((arm, THINKING_OFF))
        if isinstance(settings, dict) and settings.get(THINKING) == OPEN and (entry is None or not is_failed(entry)):
            yield f"the answers of the {arm} begin inside a thought; add its failed check '{THINKING_OFF}'"


def _settings(manifest: Manifest, _: "Probe") -> Iterator[str]:
    """Yield the settings that are missing of the models that were loaded: where both lack one, none differs."""
    for arm in ARMS:
        settings = manifest.settings.get(arm)
        for name in NAMED if (model := manifest.arms.get(arm)) and model.tensors_sha256 is not None else ():
            if not isinstance(settings, dict) or name not in settings:
                yield f"the settings of the {arm} do not name {name}"


@rule("DLS316", spec="evidence")
def manifest_is_complete(context: RuleContext) -> Iterator[Violation]:
    """A manifest has the records of both models and how they were asked, and its probe's metrics and validity checks.

    ## Why

    The publisher does not choose the metrics of a probe. If a bad metric is removed from the manifest together with its
    claim, no other trace of it is left. The same holds for a failed validity check, and for a check with a lowered
    floor.

    Nothing can be checked if this release does not have the probe's version. A warning then says so. Every version has
    a derived seed of its own, and of five versions one is the luckiest.
    """
    # which loads every probe: only if there is a manifest
    from dls.rules._manifests import other_version, release_probe

    for bundle in context.bundles:
        if (manifest := bundle.manifest) is None:
            continue
        pointer, name = f"/evidence/{bundle.entry}", bundle.evidence.id
        if probe := release_probe(manifest):
            possible = probe.at(common_access(manifest))
            for problems in (_records, _settings, _metrics, _checks):
                yield from (
                    Violation(pointer, f"evidence '{name}': {problem}") for problem in problems(manifest, possible)
                )
        elif version := other_version(manifest):
            probe_name = f"{manifest.probe.id} {manifest.probe.version}"
            yield Violation(
                pointer,
                f"evidence '{name}' is of {probe_name}; this release has version {version} and cannot check it",
                "warning",
            )
