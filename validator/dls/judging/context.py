"""What a rule reads: the statement, its document, its profile, and the evidence beside it."""

from collections.abc import Iterable, Iterator, Mapping
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from dls.canonical import canonical, sha256_hex
from dls.document.reader import Document
from dls.document.texts import texts
from dls.errors import DlsError
from dls.evidence.bundle import Bundle, locate, open_bundle, open_report
from dls.judging.conditions import expected_seed, failed_checks, has_chosen_items, is_made_again
from dls.judging.judgement import Circumstances, ClaimedTarget, by_interval, forced_reasons
from dls.model import LIMITS, Claim, Evidence, ProfileTarget, Report, Statement, Target
from dls.scenarios.profile import Profile
from dls.scenarios.profile import load as load_profile
from dls.standard.namespaced_metric import registered
from dls.standard.registry import Metric, registry

if TYPE_CHECKING:
    from dls.judging.assess import Assessment


class Case:
    """One statement and everything that a rule may look at; nothing here reaches beyond the statement's folder."""

    def __init__(self, document: Document, statement: Statement, folder: Path) -> None:
        self.document = document
        self.statement = statement
        self.folder = folder
        self._kinds: dict[tuple[str, ...], frozenset[str]] = {}
        self._wanted: dict[tuple[str, str | None], tuple[ProfileTarget, ...]] = {}

    @cached_property
    def profile(self) -> Profile | None:
        """The profile that the statement names; None where it cannot be had (see `profile_problem`)."""
        return self._loaded[0]

    @property
    def profile_problem(self) -> str | None:
        """Why there is no profile."""
        return self._loaded[1]

    @cached_property
    def _loaded(self) -> tuple[Profile | None, str | None]:
        scenario = self.statement.scenario
        try:
            if scenario.path is None:
                return _builtin(scenario.profile), None
            located = locate(self.folder, scenario.path)
            if located.path is None:
                return (
                    None,
                    f"the profile '{scenario.path}' is {located.state}; it has to be a file beside or below the statement",
                )
            return load_profile(located.path), None
        except DlsError as error:
            return None, str(error)

    @cached_property
    def assessment(self) -> "Assessment | None":
        """What the statement supports by its own profile; None where that cannot be had."""
        from dls.judging.assess import assess  # which makes a case of its own

        if self.profile is None:
            return None
        return assess(self.statement, self.profile, {i: _confirmed(report) for i, report in self.reports()})

    @cached_property
    def bundles(self) -> tuple[Bundle, ...]:
        """The statement's evidence, in order, with what lies beside it."""
        return tuple(open_bundle(self.folder, i, evidence) for i, evidence in enumerate(self.statement.evidence))

    @cached_property
    def texts(self) -> tuple[tuple[str, str], ...]:
        """Every text of the document outside of `extensions`, after its pointer."""
        return tuple(texts(self.document.value))

    @cached_property
    def metrics(self) -> Mapping[str, Metric]:
        """The registry's metrics and those that the statement defines."""
        own = {metric.id: registered(metric) for metric in self.statement.metrics if metric.id.startswith("x-")}
        return {**own, **registry().metrics} if own else registry().metrics

    @cached_property
    def evidence(self) -> dict[str, Evidence]:
        """The evidence by its id."""
        return {evidence.id: evidence for evidence in self.statement.evidence}

    def claims(self) -> Iterable[tuple[str, Claim, Metric]]:
        """Return pointer, claim and metric of every claim whose metric is known."""
        return self._claims

    @cached_property
    def _claims(self) -> tuple[tuple[str, Claim, Metric], ...]:
        return tuple(
            (f"/claims/{i}", claim, metric)
            for i, claim in enumerate(self.statement.claims)
            if (metric := self.metrics.get(claim.metric))
        )

    def targets(self) -> Iterable[ClaimedTarget]:
        """Return every target of a claim whose metric is known."""
        return self._targets

    @cached_property
    def _targets(self) -> tuple[ClaimedTarget, ...]:
        found = ((pointer, claim, self.circumstances(claim, metric)) for pointer, claim, metric in self.claims())
        return tuple(
            ClaimedTarget(
                f"{pointer}/targets/{j}",
                claim,
                target,
                about,
                by_interval(claim, target),
                forced_reasons(claim, target, about),
            )
            for pointer, claim, about in found
            for j, target in enumerate(claim.targets)
        )

    def kinds(self, claim: Claim) -> frozenset[str]:
        """Return the kinds of a claim's evidence; a name that is not there counts as `claimed`."""
        known = self._kinds.get(claim.evidence)
        if known is None:
            known = self._kinds[claim.evidence] = frozenset(
                self.evidence[name].kind if name in self.evidence else "claimed" for name in claim.evidence
            ) or frozenset({"claimed"})
        return known

    def circumstances(self, claim: Claim, metric: Metric) -> Circumstances:
        """Return what bounds a claim's outcomes beside its own numbers."""
        return Circumstances(
            metric,
            regenerated=is_made_again(claim, self.kinds(claim)),
            derived_seed=self.has_derived_seed(claim),
            failed_checks=failed_checks(self.claim_bundles(claim)),
        )

    def has_derived_seed(self, claim: Claim) -> bool:
        """Whether nobody chose the items: the seed is the derived one, or the items come from no seed and no generator."""
        if has_chosen_items(self.claim_bundles(claim)):
            return False
        seed = claim.items.seed if claim.items else None
        if seed is None and claim.probe is None:
            return "regenerated" not in self.kinds(claim)
        return seed is not None and seed == expected_seed(self.statement, claim)

    def planned(self, claim: Claim, target: Target) -> ProfileTarget | None:
        """Return the profile's target that a claim's target repeats; None where the profile has none like it."""
        return next((wanted for wanted in self.wanted(claim) if repeats(target, wanted)), None)

    def planned_n(self, claim: Claim, target: Target) -> int | None:
        """Return the profile's planned number of units for a claim's target; None where the profile has none like it."""
        wanted = self.planned(claim, target)
        return wanted.n if wanted else None

    def wanted(self, claim: Claim) -> tuple[ProfileTarget, ...]:
        """Return the profile's targets for a claim: of its metric, and of its probe where the target names one."""
        if self.profile is None or claim.comparator != "teacher":
            return ()
        about = claim.metric, claim.probe.id if claim.probe else None
        known = self._wanted.get(about)
        if known is None:
            known = self._wanted[about] = self.profile.targets_of(*about)
        return known

    def claim_bundles(self, claim: Claim) -> Iterator[Bundle]:
        """Yield the evidence entries that a claim rests on and that lie beside the statement as manifests."""
        return (bundle for bundle in self.bundles if bundle.manifest and bundle.evidence.id in claim.evidence)

    def reports(self) -> Iterator[tuple[int, Report]]:
        """Yield index and content of the listed reproduction reports that lie beside the statement and can be read."""
        for i, listed in enumerate(self.statement.reproductions):
            located = locate(self.folder, listed.path)
            if located.path is not None and (report := open_report(located.path)) is not None:
                yield i, report

    @cached_property
    def core_sha256(self) -> str:
        """SHA-256 of the RFC 8785 canonical JSON of the statement without `assurance` and `reproductions`: what a reproduction binds."""
        later = ("assurance", "reproductions")
        return sha256_hex(canonical({name: part for name, part in self.document.value.items() if name not in later}))


def _confirmed(report: Report) -> frozenset[str]:
    return frozenset(entry.id for entry in report.claims if entry.verdict == "confirmed")


@cache
def _builtin(name: str) -> Profile:
    return load_profile(name)


def repeats(target: Target, wanted: ProfileTarget) -> bool:
    """Whether a claim's target is the profile's, number for number."""
    return all(getattr(target, name) == getattr(wanted, name) for name in LIMITS)
