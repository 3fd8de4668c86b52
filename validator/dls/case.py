"""What a rule reads: the statement, its document, its profile, and the evidence beside it."""

from collections.abc import Iterable, Iterator, Mapping
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from dls.bundle import Bundle, locate, open_bundle, open_report
from dls.canonical import canonical, sha256_hex
from dls.document import Document
from dls.errors import DlsError
from dls.judgement import Circumstances, ClaimedTarget, by_interval, derived, forced_reasons
from dls.model import Claim, Evidence, OwnMetric, Report, Statement, Target
from dls.profile import Profile, ProfileTarget
from dls.profile import load as load_profile
from dls.registry import Metric, registry
from dls.seed import derived_seed
from dls.texts import texts

if TYPE_CHECKING:
    from dls.assess import Assessment


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
        from dls.assess import assess  # which makes a case of its own

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
        own = {metric.id: _as_registered(metric) for metric in self.statement.metrics if metric.id.startswith("x-")}
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
            regenerated=self.kinds(claim) <= _MADE_AGAIN[claim.on is None],
            derived_seed=self.has_derived_seed(claim),
            failed_checks=tuple(self._failed_checks(claim)),
        )

    def has_derived_seed(self, claim: Claim) -> bool:
        """Whether nobody chose the items: the seed is the derived one, or the items come from no seed and no generator.

        Phrasings of somebody's own and a data file are a choice as well.
        """
        drawn = (bundle.manifest.items for bundle in self.claim_bundles(claim) if bundle.manifest)
        if any(items.phrasings_sha256 or items.file for items in drawn):
            return False
        seed = claim.items.seed if claim.items else None
        if seed is None and claim.probe is None:
            return "regenerated" not in self.kinds(claim)
        return seed is not None and seed == self.expected_seed(claim)

    def expected_seed(self, claim: Claim) -> int | None:
        """Return the derived seed of a claim's probe; None without a probe or the student's digest."""
        weights = self.statement.student.weights_sha256
        if claim.probe is None or weights is None:
            return None
        return derived_seed(self.statement.scenario.sha256, weights, f"{claim.probe.id}@{claim.probe.version}")

    def planned(self, claim: Claim, target: Target) -> ProfileTarget | None:
        """Return the profile's target that a claim's target repeats; None where the profile has none like it."""
        return next((wanted for wanted in self.wanted(claim) if repeats(target, wanted)), None)

    def planned_n(self, claim: Claim, target: Target) -> int | None:
        """Return the profile's planned number of units for a claim's target; None where the profile has none like it."""
        wanted = self.planned(claim, target)
        return wanted.n if wanted else None

    def reasons(self, claim: Claim) -> frozenset[str]:
        """Return the reasons for which the outcomes of a claim's targets are held back."""
        if claim.metric not in self.metrics:
            return frozenset()
        about = self.circumstances(claim, self.metrics[claim.metric])
        return frozenset(
            reason
            for target in claim.targets
            for reason in derived(claim, target, about, self.planned_n(claim, target)).reasons
        )

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
        """SHA-256 of the RFC 8785 canonical JSON of the statement without `assurance` and `reproductions`."""
        return core_sha256(self.document.value)

    def _failed_checks(self, claim: Claim) -> Iterator[str]:
        for bundle in self.claim_bundles(claim):
            for check in bundle.manifest.checks if bundle.manifest else ():
                if not check.passed or check.value < check.floor:
                    yield f"{check.check} of the {check.arm} is {check.value}, below {check.floor}"


_MADE_AGAIN = {True: {"regenerated"}, False: {"regenerated", "measured"}}  # by whether it is about a probe's own items


def _confirmed(report: Report) -> frozenset[str]:
    return frozenset(entry.id for entry in report.claims if entry.verdict == "confirmed")


@cache
def _builtin(name: str) -> Profile:
    return load_profile(name)


def core_sha256(value: dict[str, Any]) -> str:
    """Return the digest that a reproduction binds: RFC 8785 canonical JSON of a statement without what is said about it later."""
    return sha256_hex(
        canonical({name: member for name, member in value.items() if name not in ("assurance", "reproductions")})
    )


def repeats(target: Target, wanted: ProfileTarget) -> bool:
    """Whether a claim's target is the profile's, number for number."""
    numbers = ("kind", "margin", "floor", "cap", "at_least", "chance")
    return all(getattr(target, name) == getattr(wanted, name) for name in numbers)


def _as_registered(own: OwnMetric) -> Metric:
    return Metric(
        id=own.id,
        title=own.id,
        dimension=own.dimension,
        definition=own.definition,
        unit=own.unit,
        range=(own.low, own.high),
        direction=own.direction,
        kind=cast("Any", own.kind),
        access="black_box",
        tolerance="numeric",
        interval="",
        value_interval="",
        smallest_n=0,
        target=own.target,
    )
