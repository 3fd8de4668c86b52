"""What must hold of the results; a gate that is broken is told in a sentence, none is moved."""

from collections.abc import Iterable

from planted.results import Count, Results
from planted.strengths import probe_of
from planted.students import student

FOUND = 0.95  # of the draws, at full strength: 19 of 20
FALSELY_PRESERVED = 0.055  # of the draws, exactly at the margin
NULL_PRESERVED = 0.90  # of all cells of a null student


def broken_gates(results: Results) -> list[str]:
    """Return a sentence for every gate that the results break; what was not measured breaks none."""
    return [*_matrix(results), *_null(results), *_strengths(results)]


def _matrix(results: Results) -> Iterable[str]:
    for cell in results.matrix:
        one = student(cell.student)
        if cell.dimension == "headline":
            continue
        if one.expected == "preserved" and one.name == "copy" and cell.outcome != "preserved":
            yield f"an exact copy is {cell.outcome} in {cell.dimension}"
        if one.expected == "preserved" and cell.outcome == "lost":
            yield f"{one.name} is lost in {cell.dimension}"
        if one.expected == "broken" and cell.outcome == "preserved":
            yield f"{one.name}, a broken student, is preserved in {cell.dimension}"
        if one.metric and cell.probe == probe_of(one) and cell.outcome != "lost":
            yield f"{one.name} is {cell.outcome} under {cell.probe}, which measures what it was made to lose"


def _null(results: Results) -> Iterable[str]:
    total = Count(
        *(sum(getattr(one.count, name) for one in results.null) for name in ("preserved", "inconclusive", "lost"))
    )
    if total.lost:
        yield f"perturbed weights are lost in {total.lost} of {total.draws} cells"
    if total.draws and total.preserved < NULL_PRESERVED * total.draws:
        yield f"perturbed weights are preserved in {total.preserved} of {total.draws} cells alone"


def _strengths(results: Results) -> Iterable[str]:
    for one in results.strengths:
        if one.label == "full" and one.count.lost < FOUND * one.count.draws:
            yield f"{one.student} is found in {one.count.lost} of {one.count.draws} draws at full strength"
        if one.label == "margin" and one.count.preserved > FALSELY_PRESERVED * one.count.draws:
            yield f"{one.student} is preserved in {one.count.preserved} of {one.count.draws} draws at the margin"
