"""DLS309: claim repeats its manifest."""

from collections.abc import Iterator

from dls import precision
from dls.case import Case
from dls.finding import Breach
from dls.model import Claim, Loss, Measured, Reading
from dls.rules.rule import rule


def _numbers(
    case: Case, pointer: str, claim: Claim, measured: Measured
) -> Iterator[tuple[str, float, float | None, float]]:
    arm = claim.comparator
    pairs: list[tuple[str, Reading | Loss | None, Reading | Loss | None]] = [
        ("teacher" if arm == "teacher" else "reference", claim.compared, getattr(measured, arm)),
        ("student", claim.student, measured.student),
        ("pair", claim.pair, measured.pair),
        ("retention", claim.retention, measured.retention),
    ]
    if arm == "teacher":
        pairs.append(("loss", claim.loss, measured.loss))
    for name, said, found in pairs:
        if said is not None:
            yield from _of_one(case, f"{pointer}/{name}", said, found)


def _of_one(
    case: Case, pointer: str, said: Reading | Loss, found: Reading | Loss | None
) -> Iterator[tuple[str, float, float | None, float]]:
    yield (
        f"{pointer}/value",
        said.value,
        getattr(found, "value", None),
        precision.slack(case.document, f"{pointer}/value"),
    )
    for name in ("count", "n"):
        if (number := getattr(said, name, None)) is not None:
            yield f"{pointer}/{name}", number, getattr(found, name, None), 0
    if said.interval is not None:
        made = found.interval if found else None
        for name in ("low", "high", "level", "n_units"):
            place = f"{pointer}/interval/{name}"
            slack = 2 * precision.slack(case.document, place) if name in ("low", "high") else precision.EXACT
            if (number := getattr(said.interval, name)) is not None:
                yield place, number, getattr(made, name, None), slack


@rule("DLS309", spec="evidence")
def claim_repeats_its_manifest(case: Case) -> Iterator[Breach]:
    """A claim's numbers are those of its manifest, at the printed precision.

    ## Why

    The manifest is made from the records by a program. A claim that differs was typed.
    """
    for pointer, claim, _ in case.claims():
        for bundle in case.claim_bundles(claim):
            assert bundle.manifest
            measured = next((m for m in bundle.manifest.metrics if m.metric == claim.metric), None)
            if measured is None:
                yield Breach(
                    f"{pointer}/metric",
                    f"claim '{claim.id}': its evidence '{bundle.evidence.id}' did not measure '{claim.metric}'",
                )
                continue
            for place, found, wanted, slack in _numbers(case, pointer, claim, measured):
                if wanted is None or abs(found - wanted) > slack:
                    yield Breach(
                        place, f"claim '{claim.id}' says {case.document.source(place)}; its evidence has {wanted}"
                    )
