"""What a rule reads: the statement, its document, its profile, and the evidence beside it."""

from collections.abc import Iterable, Iterator, Mapping
from functools import cache, cached_property
from pathlib import Path

from dls.canonical import canonical_json, sha256_hex
from dls.document.reader import Document
from dls.document.texts import texts_in
from dls.errors import DlsError
from dls.evidence.bundle import Bundle, locate, open_bundle, open_report
from dls.judging.conditions import Conditions, conditions_of, expected_seed, has_chosen_items, is_made_again
from dls.judging.judgement import ClaimedTarget, MetricClaim, forced_reasons, interval_outcome
from dls.model import PROFILE_MEMBERS, Claim, Evidence, Manifest, ProfileTarget, Report, Statement, Target
from dls.scenarios.profile import Profile, load_profile
from dls.standard.namespaced_metric import as_metric
from dls.standard.registry import Metric, load_registry


class RuleContext:
    """One statement and everything that a rule may look at; nothing here reaches beyond the statement's folder."""

    def __init__(
        self,
        document: Document,
        statement: Statement,
        folder: Path,
        *,
        profile: Profile | None = None,
        bundles: tuple[Bundle, ...] | None = None,
    ) -> None:
        """Gather what rules read.

        Args:
            document: the file as it was read.
            statement: what it says.
            folder: where the statement lies; a path that it names leads no further.
            profile: what it is judged by; the one that it names where None.
            bundles: its evidence; what lies beside it where None.
        """
        self.document = document
        self.statement = statement
        self.folder = folder
        self._given_profile, self._given_bundles = profile, bundles
        self._kinds: dict[tuple[str, ...], frozenset[str]] = {}
        self._profile_targets: dict[tuple[str, str | None], tuple[ProfileTarget, ...]] = {}

    @property
    def profile(self) -> Profile | None:
        """The profile that the statement is judged by; None where it cannot be had (see `profile_problem`)."""
        return self._profile_or_problem[0]

    @property
    def profile_problem(self) -> str | None:
        """Why there is no profile."""
        return self._profile_or_problem[1]

    @cached_property
    def _profile_or_problem(self) -> tuple[Profile | None, str | None]:
        if self._given_profile is not None:
            return self._given_profile, None
        scenario = self.statement.scenario
        try:
            if scenario.path is None:
                return _builtin(scenario.profile), None
            located = locate(self.folder, scenario.path)
            if located.path is None:
                problem = f"is {located.state}; it has to be a file beside or below the statement"
                return None, f"the profile '{scenario.path}' {problem}"
            return load_profile(located.path), None
        except DlsError as error:
            return None, str(error)

    @cached_property
    def bundles(self) -> tuple[Bundle, ...]:
        """The statement's evidence, in order, with what lies beside it."""
        if self._given_bundles is not None:
            return self._given_bundles
        return tuple(open_bundle(self.folder, i, evidence) for i, evidence in enumerate(self.statement.evidence))

    @cached_property
    def texts(self) -> tuple[tuple[str, str], ...]:
        """Every text of the document outside of `extensions`, after its pointer."""
        return tuple(texts_in(self.document.value))

    @cached_property
    def metrics(self) -> Mapping[str, Metric]:
        """The registry's metrics and those that the statement defines."""
        own = {metric.id: as_metric(metric) for metric in self.statement.metrics if metric.id.startswith("x-")}
        return {**own, **load_registry().metrics} if own else load_registry().metrics

    @cached_property
    def evidence(self) -> dict[str, Evidence]:
        """The evidence by its id."""
        return {evidence.id: evidence for evidence in self.statement.evidence}

    def claims(self) -> Iterable[MetricClaim]:
        """Return every claim whose metric is known."""
        return self._claims

    @cached_property
    def _claims(self) -> tuple[MetricClaim, ...]:
        return tuple(
            MetricClaim(f"/claims/{i}", claim, metric)
            for i, claim in enumerate(self.statement.claims)
            if (metric := self.metrics.get(claim.metric))
        )

    def targets(self) -> Iterable[ClaimedTarget]:
        """Return every target of a claim whose metric is known."""
        return self._targets

    @cached_property
    def _targets(self) -> tuple[ClaimedTarget, ...]:
        found = ((pointer, claim, self.conditions(claim, metric)) for pointer, claim, metric in self.claims())
        return tuple(
            ClaimedTarget(
                f"{pointer}/targets/{j}",
                claim,
                target,
                about,
                interval_outcome(claim, target),
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

    def conditions(self, claim: Claim, metric: Metric) -> Conditions:
        """Return what bounds a claim's outcomes beside its own numbers."""
        return conditions_of(
            metric,
            self.manifests(claim),
            regenerated=is_made_again(claim, self.kinds(claim)),
            derived_seed=self._names_derived_seed(claim),
        )

    def has_derived_seed(self, claim: Claim) -> bool:
        """Whether nobody chose the items: the seed is the derived one, or the items come from no seed and no generator."""
        return self._names_derived_seed(claim) and not has_chosen_items(self.manifests(claim))

    def _names_derived_seed(self, claim: Claim) -> bool:
        seed = claim.items.seed if claim.items else None
        if seed is None and claim.probe is None:
            return "regenerated" not in self.kinds(claim)
        return seed is not None and seed == expected_seed(self.statement, claim)

    def planned(self, claim: Claim, target: Target) -> ProfileTarget | None:
        """Return the profile's target that a claim's target repeats; None where the profile has none like it."""
        return next((planned for planned in self.profile_targets(claim) if repeats(target, planned)), None)

    def planned_n(self, claim: Claim, target: Target) -> int | None:
        """Return the profile's planned number of units for a claim's target; None where the profile has none like it."""
        planned = self.planned(claim, target)
        return planned.n if planned else None

    def profile_targets(self, claim: Claim) -> tuple[ProfileTarget, ...]:
        """Return the profile's targets for a claim: of its metric, and of its probe where the target names one."""
        if self.profile is None or claim.comparator != "teacher":
            return ()
        about = claim.metric, claim.probe.id if claim.probe else None
        targets = self._profile_targets.get(about)
        if targets is None:
            targets = self._profile_targets[about] = self.profile.targets_of(*about)
        return targets

    def manifests(self, claim: Claim) -> tuple[Manifest, ...]:
        """Return the manifests at hand that a claim rests on."""
        return tuple(bundle.manifest for bundle in self.claim_bundles(claim) if bundle.manifest)

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
        return sha256_hex(
            canonical_json({name: part for name, part in self.document.value.items() if name not in later})
        )


@cache
def _builtin(name: str) -> Profile:
    return load_profile(name)


def repeats(target: Target, planned: ProfileTarget) -> bool:
    """Whether a claim's target is the profile's, number for number."""
    return all(getattr(target, name) == getattr(planned, name) for name in PROFILE_MEMBERS)
