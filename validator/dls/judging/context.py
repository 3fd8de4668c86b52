"""The context of a rule: the statement, its document, its profile, and the evidence beside it."""

import math
from collections.abc import Iterator, Mapping
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from dls.canonical import canonical_json, sha256_hex
from dls.document.beside import has_digest, locate
from dls.document.engines import Engines, engines_in_use
from dls.document.precision import slack, unit
from dls.document.reader import Document
from dls.document.texts import dates_in, texts_in
from dls.errors import DlsError
from dls.evidence.bundle import Allowance, Bundle, open_bundles, open_report
from dls.judging.claim_targets import is_of_other_items, judged_targets, required_targets
from dls.judging.conditions import (
    Conditions,
    conditions_of,
    expected_seed,
    has_chosen_items,
    is_made_for_claim,
    is_of_whole_split,
    is_pinned,
    planned_n,
)
from dls.judging.judgement import ClaimedTarget, MetricClaim, forced_reasons, interval_outcome, repeats
from dls.judging.printed_unit import coarsest_unit
from dls.model import Claim, Evidence, Manifest, ProfileTarget, ReproductionReport, Statement, Target
from dls.scenarios.profile import Profile, has_profile_digest, load_profile
from dls.standard.namespaced_metric import as_metric
from dls.standard.registry import Metric, load_registry


class RuleContext:
    """A statement with all that a rule may read; nothing here leads out of the statement's folder."""

    def __init__(
        self,
        document: Document,
        statement: Statement,
        folder: Path,
        *,
        profile: Profile | None = None,
        bundles: tuple[Bundle, ...] | None = None,
    ) -> None:
        """Take a statement and, where they are open already, its profile and evidence.

        Args:
            document: the statement's file.
            statement: its content.
            folder: the folder of the file; no path of the statement leads out of it.
            profile: the profile to judge it by; None for the one that it names.
            bundles: its evidence; None for the files beside it.
        """
        self.document = document
        self.statement = statement
        self.folder = folder
        self._open_profile, self._open_bundles = profile, bundles
        self._kinds: dict[tuple[str, ...], frozenset[str]] = {}
        self._units: dict[str, float] = {}  # of printed numbers, by pointer
        self._conditions: dict[int, Conditions] = {}  # by the identity of a claim of the statement

    @cached_property
    def profile(self) -> Profile | None:
        """The profile of the statement; None where it is not available (see `profile_problem`)."""
        return self._profile_or_problem[0]

    @property
    def profile_problem(self) -> str | None:
        """The reason why the profile is not available."""
        return self._profile_or_problem[1]

    @cached_property
    def _profile_or_problem(self) -> tuple[Profile | None, str | None]:
        if self._open_profile is not None:
            return self._open_profile, None
        scenario = self.statement.scenario
        try:
            if scenario.path is None:
                return _builtin(scenario.profile, engines_in_use()), None
            location = locate(self.folder, scenario.path, has_profile_digest(scenario.sha256))
            if location.path is None:
                problem = f"is {location.state}; it has to be a file beside or below the statement"
                return None, f"the profile '{scenario.path}' {problem}"
            return load_profile(location.path), None
        except DlsError as error:
            return None, str(error)

    @cached_property
    def bundles(self) -> tuple[Bundle, ...]:
        """The statement's evidence, in order, with the files beside it."""
        if self._open_bundles is not None:
            return self._open_bundles
        return open_bundles(self.folder, self.statement.evidence)

    @cached_property
    def texts(self) -> tuple[tuple[str, str], ...]:
        """Pointer and text of each text of the document outside of `extensions`."""
        return tuple(texts_in(self.document.value))

    @cached_property
    def text(self) -> str:
        """All these texts, each on lines of its own; a rule looks here for a word before it reads each of them."""
        return "\n".join([text for _, text in self.texts])

    @cached_property
    def folded_text(self) -> str:
        """All these texts without differences of case."""
        return self.text.casefold()

    @cached_property
    def dates(self) -> tuple[tuple[str, str, str], ...]:
        """Pointer, member name and text of each date among these texts."""
        return tuple(dates_in(self.texts))

    @cached_property
    def metrics(self) -> Mapping[str, Metric]:
        """The registry's metrics and those that the statement defines."""
        definitions = {entry.id: as_metric(entry) for entry in self.statement.metrics if entry.id.startswith("x-")}
        metrics = load_registry().metrics
        return {**definitions, **metrics} if definitions else metrics

    @cached_property
    def evidence(self) -> dict[str, Evidence]:
        """The evidence by its id."""
        return {evidence.id: evidence for evidence in self.statement.evidence}

    @cached_property
    def claims(self) -> tuple[MetricClaim, ...]:
        """The claims whose metric is known."""
        return tuple(
            MetricClaim(f"/claims/{i}", claim, metric)
            for i, claim in enumerate(self.statement.claims)
            if (metric := self.metrics.get(claim.metric))
        )

    @cached_property
    def targets(self) -> tuple[ClaimedTarget, ...]:
        """The targets of the claims whose metric is known."""
        claims = ((pointer, claim, self.conditions(claim, metric)) for pointer, claim, metric in self.claims)
        return tuple(
            ClaimedTarget(
                f"{pointer}/targets/{j}",
                claim,
                target,
                conditions,
                interval_outcome(claim, target),
                forced_reasons(claim, target, conditions),
            )
            for pointer, claim, conditions in claims
            for j, target in enumerate(claim.targets)
        )

    def coarsest_unit(self, claim: Claim) -> float | None:
        """Return the coarsest unit of a claim's printed values; None if it has no limit, as in a published table."""
        metric = self.metrics.get(claim.metric)
        if metric is None or "transcribed" in self.kinds(claim):
            return None
        return coarsest_unit(claim, metric)

    def slack(self, *pointers: str) -> float:
        """Return the largest error of a sum of a claim's printed numbers: half a unit of the last digit of each.

        No unit counts as more than the coarsest one: the document does not decide how much it may be off.
        """
        return slack(*map(self._unit, pointers))

    def _unit(self, pointer: str) -> float:
        size = self._units.get(pointer)
        if size is None:
            coarsest = self._coarsest_units[int(pointer.split("/")[2])]
            size = self._units[pointer] = min(unit(self.document.source(pointer)), coarsest)
        return size

    def ends(self, pointer: str, value: float) -> tuple[float, float]:
        """Return the lowest and the highest number that prints as the value of a claim at a pointer."""
        half = self.slack(pointer)
        return value - half, value + half

    @cached_property
    def _coarsest_units(self) -> tuple[float, ...]:
        units = map(self.coarsest_unit, self.statement.claims)
        return tuple(math.inf if size is None else size for size in units)

    def kinds(self, claim: Claim) -> frozenset[str]:
        """Return the kinds of a claim's evidence; a name that is not there counts as `claimed`."""
        kinds = self._kinds.get(claim.evidence)
        if kinds is None:
            kinds = self._kinds[claim.evidence] = frozenset(
                self.evidence[name].kind if name in self.evidence else "claimed" for name in claim.evidence
            ) or frozenset({"claimed"})
        return kinds

    def conditions(self, claim: Claim, metric: Metric) -> Conditions:
        """Return the conditions on a claim's outcomes."""
        conditions = self._conditions.get(id(claim))
        if conditions is None:
            conditions = self._conditions[id(claim)] = self._conditions_of(claim, metric)
        return conditions

    def _conditions_of(self, claim: Claim, metric: Metric) -> Conditions:
        kinds, profile, manifests = self.kinds(claim), self.profile, self.manifests(claim)
        conditions = conditions_of(
            metric,
            manifests,
            regenerated=is_made_for_claim(claim, kinds),
            derived_seed=self.has_derived_seed(claim),
            planned_n=planned_n(self.profile, claim),
            pinned_student=claim.probe is None or is_pinned(self.statement.student),
        )
        return conditions._replace(
            other_items=profile is not None and is_of_other_items(profile, claim, kinds),
            whole_split=not conditions.regenerated or is_of_whole_split(claim, manifests),
        )

    def has_derived_seed(self, claim: Claim) -> bool:
        """Whether a claim's items are no choice, and their seed is the derived one or there is neither of the two."""
        return self._names_derived_seed(claim) and not self.has_chosen_items(claim)

    def has_chosen_items(self, claim: Claim) -> bool:
        """Whether a claim's items are a choice, such as a data file that the profile does not pin."""
        return has_chosen_items(claim, self.manifests(claim), self.profile)

    def _names_derived_seed(self, claim: Claim) -> bool:
        seed = claim.items.seed if claim.items else None
        if seed is None and claim.probe is None:
            return "regenerated" not in self.kinds(claim)
        return seed is not None and seed == expected_seed(self.statement, claim)

    def profile_target(self, claim: Claim, target: Target) -> ProfileTarget | None:
        """Return the profile's target that a claim's target repeats; None where the profile has none like it."""
        return next((candidate for candidate in self.profile_targets(claim) if repeats(target, candidate)), None)

    def planned_n(self, claim: Claim, target: Target) -> int | None:
        """Return the planned number of units of a claim's target; None where the profile has no such target."""
        plan = self.profile_target(claim, target)
        return plan.n if plan else None

    def profile_targets(self, claim: Claim) -> tuple[ProfileTarget, ...]:
        """Return the profile's targets that a claim is judged by; none without the profile."""
        return judged_targets(self.profile, claim, self.kinds(claim)) if self.profile else ()

    def required_targets(self, claim: Claim) -> tuple[ProfileTarget, ...]:
        """Return the profile's targets that a claim stands for; none without the profile."""
        return required_targets(self.profile, claim) if self.profile else ()

    @cached_property
    def required_claims(self) -> tuple[tuple[Claim, tuple[ProfileTarget, ...]], ...]:
        """The claims, each with the profile's targets that it stands for."""
        return tuple((claim, self.required_targets(claim)) for claim in self.statement.claims)

    def manifests(self, claim: Claim) -> tuple[Manifest, ...]:
        """Return the manifests at hand of a claim's evidence."""
        if not self._bundles_at_hand:
            return ()
        return tuple(bundle.manifest for bundle in self.claim_bundles(claim) if bundle.manifest)

    def claim_bundles(self, claim: Claim) -> Iterator[Bundle]:
        """Yield the entries of a claim's evidence that are manifests beside the statement, in the claim's order.

        A claim has one of them at most (DLS301). Of several, each command takes the first.
        """
        bundles = self._bundles_at_hand
        return (bundles[name] for name in dict.fromkeys(claim.evidence) if name in bundles)

    @cached_property
    def _bundles_at_hand(self) -> Mapping[str, Bundle]:
        return {bundle.evidence.id: bundle for bundle in self.bundles if bundle.manifest}

    def reports(self) -> Iterator[tuple[int, ReproductionReport]]:
        """Yield index and content of the listed reproduction reports that are readable beside the statement."""
        return ((i, report) for i, report in self.report_files.items() if isinstance(report, ReproductionReport))

    @cached_property
    def report_files(self) -> Mapping[int, ReproductionReport | str]:
        """The listed reports beside the statement by index, each read once; the problem of a file that is no report."""
        allowance, files = Allowance(), dict[Path, ReproductionReport | str]()
        reports: dict[int, ReproductionReport | str] = {}
        for i, entry in enumerate(self.statement.reproductions):
            path = locate(self.folder, entry.path, has_digest(entry.sha256)).path
            if path is not None:
                if path not in files:
                    files[path] = open_report(path, allowance)
                reports[i] = files[path]
        return reports

    @cached_property
    def core_sha256(self) -> str:
        """The digest that a reproduction binds."""
        return core_digest(self.document.value)


def core_digest(statement: Mapping[str, Any]) -> str:
    """Return the SHA-256 of the RFC 8785 canonical JSON of a statement without `assurance` and `reproductions`."""
    later = ("assurance", "reproductions")
    return sha256_hex(canonical_json({name: part for name, part in statement.items() if name not in later}))


@cache
def _builtin(name: str, _: Engines) -> Profile:
    return load_profile(name)
