"""DLS316: manifest is complete."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from dls.finding import Violation
from dls.judging.conditions import is_failed
from dls.judging.context import RuleContext
from dls.model import Manifest
from dls.model.manifest import OPEN, THINKING, THINKING_OFF
from dls.rules._rule import rule
from dls.standard.numbers import ARMS
from dls.standard.registry import load_registry

if TYPE_CHECKING:
    from dls.probe import Probe


def _records(manifest: Manifest, probe: "Probe") -> Iterator[str]:
    """Yield what is missing of the records: those of both models, and those about both where the probe makes some."""
    there = {entry.arm for entry in manifest.records}
    yield from (f"no records of the {arm}" for arm in ARMS if arm not in there)
    yield from (f"no digests of the {arm}" for arm in ARMS if arm not in manifest.arms)
    read = {asked.tokenizer_sha256 for arm in ARMS if (asked := manifest.arms.get(arm))}
    if probe.pair and len(read) == 1 and None not in read and "pair" not in there:
        yield "no records of the pair, whose tokenizer is the same"
    elif probe.across and not there & {"pair", "across"}:
        yield "no records of each model on the other's texts"


def _metrics(manifest: Manifest, probe: "Probe") -> Iterator[str]:
    from dls.probe import CrossMeasure, Measure

    listed, there = {measured.metric for measured in manifest.metrics}, {entry.arm for entry in manifest.records}
    for measure in probe.measures:
        possible = measure.arm in there if isinstance(measure, CrossMeasure) else there.issuperset(ARMS)
        if possible and measure.metric not in listed and load_registry().metrics[measure.metric].direction != "neutral":
            yield f"the metric '{measure.metric}' is not listed"
    for measured in manifest.metrics:
        of_models = any(isinstance(m, Measure) and m.metric == measured.metric for m in probe.measures)
        yield from (
            f"the metric '{measured.metric}' has no value of the {arm}"
            for arm in ARMS
            if of_models and getattr(measured, arm) is None
        )


def _checks(manifest: Manifest, probe: "Probe") -> Iterator[str]:
    found = {(check.arm, check.check): check for check in manifest.checks}
    for arm in ARMS:
        for wanted in probe.checks:
            check = found.get((arm, wanted.check))
            if check is None:
                yield f"the check '{wanted.check}' of the {arm} is not listed"
            elif check.floor < wanted.floor:
                yield f"the check '{wanted.check}' of the {arm} has the floor {check.floor}, not {wanted.floor}"
        asked, thought = manifest.settings.get(arm), found.get((arm, THINKING_OFF))
        if isinstance(asked, dict) and asked.get(THINKING) == OPEN and (thought is None or not is_failed(thought)):
            yield f"the failed check '{THINKING_OFF}' of the {arm} is not listed, though its answers begin inside of a thought"


@rule("DLS316", spec="evidence")
def manifest_is_complete(context: RuleContext) -> Iterator[Violation]:
    """A manifest has the records of both models, and every metric and validity check of its probe.

    ## Why

    The publisher does not choose the metrics of a probe. If a bad metric is removed from the manifest together with its
    claim, no other trace of it is left. The same holds for a failed validity check, and for a check with a lowered
    floor.

    Nothing can be checked if this release does not have the probe's version. A warning then says so. Every version has
    a derived seed of its own, and of five versions one is the luckiest.
    """
    from dls.rules._manifests import known, other_version  # which load every probe: only where there is a manifest

    for bundle in context.bundles:
        if (manifest := bundle.manifest) is None:
            continue
        pointer, name = f"/evidence/{bundle.entry}", bundle.evidence.id
        if probe := known(manifest):
            for problems in (_records, _metrics, _checks):
                yield from (
                    Violation(pointer, f"evidence '{name}': {problem}") for problem in problems(manifest, probe)
                )
        elif version := other_version(manifest):
            asked = f"{manifest.probe.id} {manifest.probe.version}"
            yield Violation(
                pointer, f"evidence '{name}' is of {asked}, and this release has version {version}", "warning"
            )
