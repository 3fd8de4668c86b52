"""Everything that a page reads from the records beside a statement: curves, and items that were lost."""

from collections.abc import Iterator

from dls.errors import DlsError
from dls.evidence.bundle import Bundle
from dls.evidence.records import RecordedRun, read_evidence
from dls.judging.context import RuleContext
from dls.model import Claim
from dls.page.view import LostItems, Records
from dls.standard.numbers import ARMS
from dls.verifying.stated_models import expect_stated_models


def records_of(context: RuleContext) -> Records:
    """Return the curves and lost items of the evidence at hand; evidence that is not intact shows nothing."""
    runs: dict[str, RecordedRun] = {}
    problems = []
    for bundle in context.bundles:
        try:
            if bundle.manifest is not None:
                runs[bundle.evidence.id] = _run(context, bundle)
        except DlsError as error:
            problems.append(str(error).replace(f"{context.folder}/", ""))  # where it lies is the reader's own
    if not runs:
        return Records(problems=tuple(problems))
    from dls.page.curves import confidence_of, divergence_of  # start-up: loads numpy

    pairs = [run for run in runs.values() if set(ARMS) <= set(run.records)]
    return Records(
        confidence=tuple(filter(None, map(confidence_of, pairs))),
        divergence=tuple(filter(None, map(divergence_of, runs.values()))),
        lost_items=tuple(_lost_items(context, runs)),
        problems=tuple(problems),
    )


def _run(context: RuleContext, bundle: Bundle) -> RecordedRun:
    if not bundle.intact or bundle.manifest is None or bundle.location.path is None:
        raise DlsError(f"evidence '{bundle.evidence.id}' has another digest than the statement names")
    expect_stated_models(context, bundle)
    return read_evidence(bundle.manifest, bundle.location.path.parent)


def _lost_items(context: RuleContext, runs: dict[str, RecordedRun]) -> Iterator[LostItems]:
    from dls.page.turned_items import lost_items_of  # start-up: loads numpy

    for claim in context.statement.claims:
        run = _run_of(context, claim, runs)
        if run is not None and claim.outcome in ("lost", "inconclusive"):
            entry = lost_items_of(claim, context.metrics.get(claim.metric), run)
            if entry is not None:
                yield entry


def _run_of(context: RuleContext, claim: Claim, runs: dict[str, RecordedRun]) -> RecordedRun | None:
    if claim.comparator != "teacher":
        return None
    return next((runs[name] for bundle in context.claim_bundles(claim) if (name := bundle.evidence.id) in runs), None)
