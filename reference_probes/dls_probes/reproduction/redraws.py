"""Which items a claim is run on again: claims that share them share a run."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import NamedTuple

from dls.errors import DlsError
from dls.evidence.bundle import Bundle
from dls.judging.context import RuleContext
from dls.model import Claim, ItemsFile
from dls.probe import Probe
from dls.probes.catalogue import find_probe
from dls.probes.shared.data_files import DataFile, on_file
from dls.probes.shared.phrasings import PHRASINGS, Phrasings
from dls.scenarios.profile import Profile
from dls_probes.reproduction.settings import Asked, own
from dls_probes.runs.plan import PlannedProbe, plan_probe


class Drawn(NamedTuple):
    """Which items of which probe, the file that they come from where they are not the probe's own, and how they are asked."""

    probe: str
    seed: int
    n: int
    file: ItemsFile | None = None
    asked: Asked = ()

    def known(self, data: Mapping[str, DataFile]) -> Probe:
        """Return the probe that makes the items.

        Raises:
            DlsError: they come from a file that is not at hand, or the probe takes none.
        """
        if self.file is None:
            return find_probe(self.probe)
        return on_file(find_probe(self.probe), _at_hand(self.probe, self.file, data))

    def planned(
        self, profile: Profile, student_sha256: str, data: Mapping[str, DataFile], phrasings: Phrasings = PHRASINGS
    ) -> PlannedProbe:
        """Return the run that asks these items.

        Raises:
            DlsError: as `known`.
        """
        planned = plan_probe(self.known(data), profile, student_sha256, self.n, self.seed)
        return replace(planned, phrasings=phrasings, file=self.file)


def drawn(
    context: RuleContext, claim: Claim, seed: int | None, data: Mapping[str, DataFile], chosen: Collection[str] = ()
) -> Drawn:
    """Return the items of a claim that has a probe and a seed, or as many under another ``seed``.

    They are asked as the claim's evidence was, but for the settings that the verifier has ``chosen``.
    """
    assert claim.probe is not None
    assert claim.items is not None
    place = claim.items.seed if seed is None else seed
    assert place is not None
    bundle = bundle_of(context, claim)
    return Drawn(claim.probe.id, place, claim.items.n, _file(bundle, claim.probe.id, data), own(bundle, chosen))


def bundle_of(context: RuleContext, claim: Claim) -> Bundle | None:
    """Return the evidence that says how a claim was measured; None where no manifest of it is at hand."""
    return next(context.claim_bundles(claim), None)


def passes(draws: Iterable[Drawn]) -> Iterator[list[Drawn]]:
    """Yield what one run can ask: every probe once, and all of them in the same way."""
    left = list(draws)
    while left:
        first = {one.probe: one for one in reversed(left) if one.asked == left[0].asked}
        yield [one for one in left if first.get(one.probe) == one]
        left = [one for one in left if first.get(one.probe) != one]


def _at_hand(name: str, file: ItemsFile, data: Mapping[str, DataFile]) -> DataFile:
    given = data.get(name)
    if given is not None and given.sha256 == file.sha256:
        return given
    found = "which is not at hand" if given is None else f"and {given.name} has digest {given.sha256}"
    raise DlsError(
        f"its items were drawn from the file {file.name} with digest {file.sha256}, {found}; give it with --data {name}=FILE"
    )


def _file(bundle: Bundle | None, name: str, data: Mapping[str, DataFile]) -> ItemsFile | None:
    """Return what the manifest says; where none is there to say it, the file that the verifier gave."""
    if bundle is not None and bundle.manifest is not None:
        return bundle.manifest.items.file
    given = data.get(name)
    return None if given is None else ItemsFile(given.name, given.sha256)
