"""The functions of `import dls`. Each does the work of the command of its name, and returns values instead of text."""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from dls.errors import DlsError
from dls.model.statement import Statement
from dls.scenarios.profile import Profile, builtin_ids, load_profile
from dls.standard.registry import Metric, metrics

if TYPE_CHECKING:
    from dls.checking.validate import Report
    from dls.judging.assess import Assessment
    from dls.verifying.comparison import ClaimResult


def load(path: str | Path) -> Statement:
    """Read a statement from YAML or JSON. Texts may still hold gaps; rules are not applied, see `validate`.

    Raises:
        DlsError: the file cannot be read, is no statement, or breaks the schema; the message names the place.

    Examples:
        >>> import dls
        >>> statement = dls.load("dls.yaml")
        >>> statement.student.name, len(statement.claims)
        ('example/student-1b', 7)
    """
    from dls.verifying.recompute import read_statement  # start-up: reading alone loads no rule

    document = read_statement(Path(path))
    try:
        return Statement.build(document.value)
    except DlsError as error:
        raise DlsError(f"{path}: {error}") from None


def validate(
    path: str | Path, *, scenario: str | Path | Profile | None = None, trust: str | Path | None = None
) -> "Report":
    """Check a document of any of the four kinds: schema, then rules, then the digests of its evidence.

    A bad document is no exception: each of its faults is a finding. Nothing is ever fetched.

    Args:
        path: the file.
        scenario: a profile to judge a statement against, beside its own: an id, or the path of your own.
        trust: the file or folder of public keys whose signed reproductions you believe; needs the extra `[sign]`.

    Returns:
        The report: `findings`, `errors` and `warnings`, and of a statement the `assurance` that this check
        established, with the `met_targets` and `unmet_targets` of its own profile.

    Raises:
        DlsError: the scenario or the keys cannot be read.

    Examples:
        >>> report = dls.validate("dls.yaml")
        >>> report.findings, report.assurance
        ((), 'declared')
        >>> [target.metric for target in report.met_targets]
        ['valid_answer_mass']
    """
    from dls.checking.validate import check

    profile = None if scenario is None else _profile(scenario)
    if trust is None:
        return check(path, profile)
    from dls.signing.keys import read_trusted_keys  # needs the extra [sign]

    return check(path, profile, trust=read_trusted_keys(Path(trust)))


def recompute(path: str | Path, *, data: Mapping[str, str | Path] = MappingProxyType({})) -> "tuple[ClaimResult, ...]":
    """Compute every number of every claim again from the per-item records, without a model and without torch.

    Args:
        path: the statement, with its evidence beside it.
        data: the files that items were drawn from, by the id of the probe.

    Returns:
        For each claim the `verdict` (`confirmed`, `refuted` or `not_verifiable`) and the `reason` for it.

    Raises:
        DlsError: the statement or a data file cannot be read.

    Examples:
        >>> {result.verdict.value for result in dls.recompute("dls.yaml")}
        {'confirmed'}
    """
    from dls.probes.shared.data_files import read_files
    from dls.verifying.recompute import open_context, recompute_claims

    return tuple(recompute_claims(open_context(Path(path)), read_files(data)))


def assess(statement: Statement, profile: str | Path | Profile) -> "Assessment":
    """Judge a statement against a profile by its printed numbers alone; no evidence is opened.

    Deleting a loss, an absence, evidence or an extension never makes an assessment better.

    Args:
        statement: the statement.
        profile: an id of `list_scenarios`, the path of your own, or one that you loaded.

    Returns:
        The profile's `met_targets` and `unmet_targets`, and the highest `assurance` that the evidence could support.

    Raises:
        DlsError: the profile cannot be read.

    Examples:
        >>> assessment = dls.assess(dls.load("dls.yaml"), "general_chat")
        >>> len(assessment.met_targets), assessment.assurance
        (0, 'declared')
    """
    from dls.judging.assess import assess_statement

    return assess_statement(statement, _profile(profile))


def draft(
    folder: str | Path,
    *,
    scenario: str | Path | None = None,
    answers: Mapping[str, Any] = MappingProxyType({}),
    beside: str | Path | None = None,
) -> Statement:
    """Make a statement from the evidence in a folder. An answer that only a person can give is a text `TODO(dls)`.

    Args:
        folder: the folder that `dls probe run --out` or `dls_probes.run` wrote.
        scenario: the profile, where it is your own; built-in ones are found by the evidence.
        answers: members of the statement that you have written: issuer, teacher, student, distillation, scenario,
            absences, acceptances, limits.
        beside: the folder that the statement will lie in, with the evidence in it or below; by default the one above.

    Raises:
        DlsError: there is no evidence, it was measured for another profile, or an answer has a wrong member; or no
            absence among the answers gives the label of a dimension, or of a target, that nothing measured.

    Examples:
        >>> label = {"status": "not_measured", "justification": "too_costly", "note": "The short run left it out."}
        >>> names = ("uncertainty", "boundary", "process", "on_policy", "grounding", "privacy", "safety")
        >>> absences = [{"dimension": name, **label} for name in names]
        >>> answers = {"limits": "English alone.", "absences": absences}
        >>> statement = dls.draft("evidence", scenario="profile.yaml", answers=answers)
        >>> statement.limits, statement.scenario.stakes
        ('English alone.', 'TODO(dls): the consequences of a mistake, and for whom')
        >>> statement.save("draft.yaml")
    """
    from dls.authoring.draft import draft_of_folder

    place = Path(folder).parent if beside is None else Path(beside)
    return Statement.build(draft_of_folder(Path(folder), place, answers, scenario=scenario))


def list_scenarios() -> tuple[Profile, ...]:
    """Return the built-in scenario profiles, with their targets and plans.

    Examples:
        >>> [profile.id for profile in dls.list_scenarios()][:2]
        ['demo', 'clinical_decision_support']
    """
    return tuple(load_profile(name) for name in builtin_ids())


def list_metrics() -> tuple[Metric, ...]:
    """Return the metric registry: the metrics that claims and targets may name.

    Examples:
        >>> [metric.id for metric in dls.list_metrics() if metric.primary and metric.dimension == "privacy"]
        ['secret_twin_j']
    """
    return tuple(metrics())


def _profile(choice: str | Path | Profile) -> Profile:
    return choice if isinstance(choice, Profile) else load_profile(choice)
