"""DLS312: items follow from the seed."""

from collections.abc import Iterator

from dls.finding import Violation
from dls.judging.context import RuleContext
from dls.rules._rule import rule


@rule("DLS312", spec="evidence")
def items_follow_from_the_seed(context: RuleContext) -> Iterator[Violation]:
    """The items of a manifest at hand are those that its probe makes from its seed, and every one has a record.

    ## Why

    Nobody can choose the derived seed, so who wants other items writes the seed beside the items of another one. The items are made again here,
    from probe, version, seed and number, and their digest is compared. Items from a data file or in private phrasings cannot be; neither are more than
    20,000 units, which `dls recompute` makes.
    """
    from dls.rules._manifests import made  # which loads every probe: only where there is a manifest

    for bundle in context.bundles:
        found = made(bundle.manifest) if bundle.manifest else None
        if found is None:
            continue
        assert bundle.manifest
        pointer, drawn = f"/evidence/{bundle.entry}", bundle.manifest.items
        if found.sha256 != drawn.sha256:
            yield Violation(
                pointer,
                f"evidence '{bundle.evidence.id}': seed {drawn.seed} makes items with the digest {found.sha256}, not {drawn.sha256}",
            )
        for entry in bundle.manifest.records:
            if entry.arm in bundle.manifest.arms and entry.count != found.items:
                yield Violation(
                    pointer,
                    f"evidence '{bundle.evidence.id}': {entry.count} records of the {entry.arm} for {found.items} items",
                )
