"""The items on which a claim is run again: claims with the same items share a run."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import NamedTuple

from dls.errors import DlsError
from dls.evidence.audit_sample import AuditSample
from dls.evidence.bundle import Bundle
from dls.evidence.unseen_units import UnseenUnits
from dls.judging.context import RuleContext
from dls.judging.replication import FreshItems
from dls.judging.seed import PairKeys
from dls.model import Claim, ItemsFile
from dls.probe import Probe
from dls.probes.catalogue import find_probe
from dls.probes.shared.data_files import DataFile, with_data_file
from dls.probes.shared.phrasings import PHRASINGS, Phrasings
from dls.scenarios.profile import Profile
from dls_probes.reproduction.settings import ProbeSettings, probe_settings
from dls_probes.runs.plan import PlannedProbe, plan_probe


class Redraw(NamedTuple):
    """The items of a second run.

    Attributes:
        probe: the id of their probe.
        seed: from which they are made.
        n: the independent units that are asked.
        file: the data file that they come from; None for the probe's own items.
        settings: under which the models are asked them.
        sample: the sample of units that is asked; None for all of them.
        unseen: the published units of the file, which a draw leaves out; None where the items are the published ones,
            or generated.
        reason: for a seed or for units that are not the plan's.

    """

    probe: str
    seed: int
    n: int
    file: ItemsFile | None = None
    settings: ProbeSettings = ()
    sample: AuditSample | None = None
    unseen: UnseenUnits | None = None
    reason: str | None = None

    def item_probe(self, data: Mapping[str, DataFile]) -> Probe:
        """Return the probe that makes the items.

        Raises:
            DlsError: they come from a file that is not at hand, or the probe takes none.
        """
        if self.file is None:
            probe = find_probe(self.probe)
            return probe if self.sample is None else self.sample.probe(probe, self.n)
        probe = with_data_file(find_probe(self.probe), _file_at_hand(self.probe, self.file, data))
        return probe if self.unseen is None else self.unseen.probe(probe)

    def plan(
        self, profile: Profile, keys: PairKeys, data: Mapping[str, DataFile], phrasings: Phrasings = PHRASINGS
    ) -> PlannedProbe:
        """Return the run that asks these items.

        Raises:
            DlsError: as `item_probe`.
        """
        plan = plan_probe(self.item_probe(data), profile, keys, self.n, self.seed)
        return replace(plan, phrasings=phrasings, file=self.file, seed_reason=self.reason or plan.seed_reason)


def redraw_of(
    context: RuleContext, claim: Claim, data: Mapping[str, DataFile], overrides: Collection[str] = ()
) -> Redraw:
    """Return the published items of a claim that has a probe and a seed.

    They are asked under the settings of the claim's evidence, except for the verifier's ``overrides``.
    """
    assert claim.probe is not None
    assert claim.items is not None
    assert claim.items.seed is not None
    bundle = bundle_of(context, claim)
    file = _items_file(bundle, claim.probe.id, data)
    return Redraw(claim.probe.id, claim.items.seed, claim.items.n, file, probe_settings(bundle, overrides))


def sample_of(redraw: Redraw, nonce: str, count: int) -> Redraw:
    """Return ``count`` units of published items, by the nonce of a draw."""
    reason = f"an audit of {count} of {redraw.n} units, by the nonce {nonce}"
    return redraw._replace(n=count, sample=AuditSample(nonce, redraw.n), reason=reason)


def fresh_redraw(redraw: Redraw, items: FreshItems, nonce: str) -> Redraw:
    """Return fresh items of a draw, asked as the published ones were."""
    units = UnseenUnits(redraw.seed, redraw.n) if redraw.file else None
    reason = f"a verifier's draw, by the nonce {nonce}"
    return redraw._replace(seed=items.seed, n=items.n, unseen=units, reason=reason)


def bundle_of(context: RuleContext, claim: Claim) -> Bundle | None:
    """Return the evidence that says how a claim was measured; None where no manifest of it is at hand."""
    return next(context.claim_bundles(claim), None)


def passes(redraws: Iterable[Redraw]) -> Iterator[list[Redraw]]:
    """Yield the redraws of one run after another: each probe at most once, all under the same settings."""
    rest = list(redraws)
    while rest:
        first = {redraw.probe: redraw for redraw in reversed(rest) if redraw.settings == rest[0].settings}
        yield [redraw for redraw in rest if first.get(redraw.probe) == redraw]
        rest = [redraw for redraw in rest if first.get(redraw.probe) != redraw]


def _file_at_hand(probe_id: str, file: ItemsFile, data: Mapping[str, DataFile]) -> DataFile:
    candidate = data.get(probe_id)
    if candidate is not None and candidate.sha256 == file.sha256:
        return candidate
    difference = "which is not at hand" if candidate is None else f"and {candidate.name} has digest {candidate.sha256}"
    raise DlsError(
        f"its items were drawn from the file {file.name} with digest {file.sha256}, {difference}; "
        f"give it with --data {probe_id}=FILE"
    )


def _items_file(bundle: Bundle | None, probe_id: str, data: Mapping[str, DataFile]) -> ItemsFile | None:
    """Return the file that the manifest names; without a manifest, the verifier's file."""
    if bundle is not None and bundle.manifest is not None:
        return bundle.manifest.items.file
    candidate = data.get(probe_id)
    return None if candidate is None else ItemsFile(candidate.name, candidate.sha256)
