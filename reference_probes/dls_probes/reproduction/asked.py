"""Ask the models some items again, and read the records that this leaves."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

import msgspec

from dls.evidence.records import RecordedRun, read_evidence
from dls.judging.claimed_profile import profile_of
from dls.model import Manifest
from dls_probes.reproduction.redraws import Redraw, passes
from dls_probes.reproduction.reproduction import Reproduction
from dls_probes.reproduction.settings import matching_specs
from dls_probes.runs.feasible import regenerate_feasible
from dls_probes.runs.open_models import Workers
from dls_probes.runs.plan import Plan


class Asked(NamedTuple):
    """The runs of some claims.

    Attributes:
        runs: by the index of each claim; claims with the same items share one.
        failures: by the index of each claim whose probe could not be asked, the reason.
        by_path: the runs by the path of their manifest.

    """

    runs: Mapping[int, RecordedRun]
    failures: Mapping[int, str]
    by_path: Mapping[Path, RecordedRun]


def ask(run: Reproduction, redraws: Mapping[int, Redraw], out: Path, *, workers: Workers, resume: bool) -> Asked:
    """Ask the items of each claim, and read the records.

    Raises:
        DlsError: a model or the output folder cannot be used.
    """
    manifests, failures = _run(run, redraws.values(), out, workers=workers, resume=resume)
    runs = {redraw: _read(run, redraw, path) for redraw, path in manifests.items()}
    return Asked(
        {index: runs[redraw] for index, redraw in redraws.items() if redraw in runs},
        {index: failures[redraw] for index, redraw in redraws.items() if redraw in failures},
        {path: runs[redraw] for redraw, path in manifests.items()},
    )


def _run(
    run: Reproduction, redraws: Iterable[Redraw], out: Path, *, workers: Workers, resume: bool
) -> tuple[dict[Redraw, Path], dict[Redraw, str]]:
    """Run the probes, each later redraw of one in its own folder; return manifests, and reasons for missing ones."""
    manifests: dict[Redraw, Path] = {}
    failures: dict[Redraw, str] = {}
    profile = profile_of(run.context)
    for number, batch in enumerate(passes(dict.fromkeys(redraws)), 1):
        plan = Plan(profile, tuple(run.plan(redraw) for redraw in batch))
        folder, models = out if number == 1 else out / f"draw-{number}", matching_specs(run.models, batch[0].settings)
        result = regenerate_feasible(plan, models, folder, workers=workers, resume=resume)
        manifests |= {redraw: result.manifests[redraw.probe] for redraw in batch if redraw.probe in result.manifests}
        failures |= {redraw: result.failures[redraw.probe] for redraw in batch if redraw.probe in result.failures}
    return manifests, failures


def _read(run: Reproduction, redraw: Redraw, path: Path) -> RecordedRun:
    manifest = msgspec.json.decode(path.read_bytes(), type=Manifest)
    probe = redraw.item_probe(run.data) if redraw.sample or redraw.unseen else None
    return read_evidence(manifest, path.parent, run.phrasings, run.data, probe)
