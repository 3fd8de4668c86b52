"""DLS312: items follow from the seed."""

from collections.abc import Iterator

from dls.finding import Violation
from dls.judging.context import RuleContext
from dls.rules._rule import rule


@rule("DLS312", spec="evidence")
def items_follow_from_the_seed(context: RuleContext) -> Iterator[Violation]:
    """The items of a manifest are those that its probe makes from its seed, and each has a record.

    ## Why

    Another derived seed costs a publisher a run of both models. It costs nothing to write the derived seed beside the
    items of another one. So the validator makes the items again from probe, version, seed and number, and compares
    their digest. It cannot do this for items from a data file or in private phrasings. It leaves more than 20,000 units
    to `dls recompute`.
    """
    from dls.rules._manifests import remake_items  # loads every probe: only if there is a manifest

    for bundle in context.bundles:
        remade = remake_items(bundle.manifest) if bundle.manifest else None
        if remade is None:
            continue
        assert bundle.manifest
        pointer, items = f"/evidence/{bundle.entry}", bundle.manifest.items
        if remade.sha256 != items.sha256:
            problem = f"seed {items.seed} makes items with the digest {remade.sha256}; the manifest has {items.sha256}"
            yield Violation(pointer, f"evidence '{bundle.evidence.id}': {problem}")
        for entry in bundle.manifest.records:
            if entry.arm in bundle.manifest.arms and entry.count != remade.n:
                problem = f"{entry.count} records of the {entry.arm} for {remade.n} items; wanted one for each item"
                yield Violation(pointer, f"evidence '{bundle.evidence.id}': {problem}")
