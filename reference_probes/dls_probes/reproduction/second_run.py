"""Run a statement's probes again and compare claim by claim."""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from dls.model import Arm, Manifest
from dls.verifying.comparison import Verdict
from dls_probes.models.device import expect_device
from dls_probes.models.size import refuse_too_large
from dls_probes.reproduction.agenda import Agenda, announce, make_agenda
from dls_probes.reproduction.asked import Asked, ask
from dls_probes.reproduction.comparer import Comparer
from dls_probes.reproduction.comparison_result import Comparison, ComparisonResult
from dls_probes.reproduction.draw_record import DrawRecord, write_plan
from dls_probes.reproduction.fresh_results import with_replications
from dls_probes.reproduction.holm import adjust_for_multiplicity
from dls_probes.reproduction.identity_check import ModelsAtHand
from dls_probes.reproduction.other_circumstances import leave_open
from dls_probes.reproduction.reproduction import Reproduction
from dls_probes.runs.open_models import Workers

FRESH = "fresh"
"""The folder of fresh items, below that of the published ones."""


class SecondRun(NamedTuple):
    """The outcome of a second run.

    Attributes:
        results: of each claim, in the statement's order.
        manifests: of its evidence, by path; empty where no model was asked.
        notes: sentences about the folders of the models.
        stored_twice: by model, the tied tensors that only the statement's or only this run's folder stores.

    """

    results: list[ComparisonResult]
    manifests: Mapping[Path, Manifest]
    notes: tuple[str, ...] = ()
    stored_twice: Mapping[Arm, tuple[str, ...]] = MappingProxyType({})


def reproduce(run: Reproduction, out: Path, *, workers: Workers = 0, resume: bool = False) -> SecondRun:
    """Compare the models with the statement's, ask them again, and compare each claim.

    The published items come first: a sample of them, or all. Then come the fresh items of the verifier's draw, in the
    folder `fresh`. Where a model is not the statement's, it is not asked: no claim is verifiable, or the source that
    the statement names is refuted. The plan is written into the folder before the first question, and not earlier.

    Raises:
        DlsError: a device is not there, or a model cannot be loaded.
    """
    claims = run.context.statement.claims
    check = ModelsAtHand(run.context, run.models, run.sources, run.data).check()
    if check.verdict is not None:
        return SecondRun([ComparisonResult(claim, check.verdict, check.reason) for claim in claims], {}, check.notes)
    for spec in run.models.values():
        if spec.access != "white_box":
            continue  # a server has its own device
        expect_device(spec.device)
        refuse_too_large(spec, workers if isinstance(workers, int) else 0)
    if run.draw is not None:
        write_plan(out, DrawRecord(draw=run.draw, audit=run.audit))
    agenda = make_agenda(run, check.open_claims)
    announce(run, agenda)
    audits = ask(run, agenda.audits, out, workers=workers, resume=resume)
    fresh = ask(run, agenda.draws, out / FRESH, workers=workers, resume=resume)
    comparisons = _comparisons(run, agenda, audits)
    results = leave_open(run.context, comparisons, adjust_for_multiplicity(run.context, comparisons), audits.runs)
    manifests = {path: entry.manifest for part in (audits, fresh) for path, entry in part.by_path.items()}
    results = with_replications(run, agenda, fresh, results)
    return SecondRun(results, manifests, check.notes, check.stored_twice)


def _comparisons(run: Reproduction, agenda: Agenda, audits: Asked) -> list[Comparison]:
    """Compare each claim that was run again; the others stay open, each for its reason."""
    comparer, reasons = run.comparer(), {**agenda.reasons, **audits.failures}
    return [
        _comparison(comparer, index, agenda, audits)
        if index in audits.runs or index in agenda.refutations
        else Comparison(claim, Verdict.NOT_VERIFIABLE, reasons[index])
        for index, claim in enumerate(run.context.statement.claims)
    ]


def _comparison(comparer: Comparer, index: int, agenda: Agenda, audits: Asked) -> Comparison:
    """Compare one claim: with its own records where a sample was asked, otherwise with its numbers."""
    claim = comparer.context.statement.claims[index]
    if index in agenda.refutations:
        return Comparison(claim, Verdict.REFUTED, agenda.refutations[index])
    sample, evidence = agenda.audits[index].sample, audits.runs[index]
    if sample is None:
        return comparer.compare(index, evidence)
    records = sample.run(agenda.published[index].run, evidence.manifest.items.n)
    return comparer.compare_sample(index, records, evidence, sample.of)
