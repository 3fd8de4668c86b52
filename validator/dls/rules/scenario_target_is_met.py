"""DLS509: scenario target is met."""

from collections.abc import Iterator

import msgspec

from dls.finding import Violation
from dls.judging.assess import assess_statement
from dls.judging.context import RuleContext
from dls.judging.judgement import judge_target, repeats
from dls.model import Claim, ProfileTarget
from dls.rules._rule import rule
from dls.rules.targets_match_the_profile import target_text
from dls.scenarios.profile import Profile


class ScenarioContext(msgspec.Struct, frozen=True):
    """A statement, and the profile that its reader judges it by."""

    context: RuleContext
    profile: Profile


def _is_about(claim: Claim, target: ProfileTarget) -> bool:
    """Whether a claim is about a target's metric, by the target's probe if both name one."""
    return claim.metric == target.metric and (claim.probe is None or target.probe in (None, claim.probe.id))


def _shortfall(context: RuleContext, profile: Profile, claim: Claim, target: ProfileTarget) -> str:
    """Return why a claim does not meet a target."""
    reader = RuleContext(context.document, context.statement, context.folder, profile=profile, bundles=())
    metric, entry = reader.metrics.get(claim.metric), next((t for t in claim.targets if repeats(t, target)), None)
    if metric is None or entry is None:
        return f"claim '{claim.id}' does not meet it: no target of it is the same"
    judgement = judge_target(claim, entry, reader.conditions(claim, metric), target.n)
    if judgement.outcome == "preserved":
        return f"claim '{claim.id}' does not meet it: it says {entry.outcome}, or is about a part of the items"
    reasons = f" ({', '.join(judgement.reasons)})" if judgement.reasons else ""
    return f"claim '{claim.id}' does not meet it: it is {judgement.outcome}{reasons} there"


@rule("DLS509", spec="scenarios", severity="warning")
def scenario_target_is_met(reader: ScenarioContext) -> Iterator[Violation]:
    """The statement meets each target of the profile that you name with `--scenario`.

    ## Why

    A statement is made for its publisher's use. If your use is another one, the findings name each target of your
    profile that no claim meets.
    """
    context, profile = reader.context, reader.profile
    for target in assess_statement(context.statement, profile).unmet_targets:
        i = next((i for i, claim in enumerate(context.statement.claims) if _is_about(claim, target)), None)
        problem = "no claim of it" if i is None else _shortfall(context, profile, context.statement.claims[i], target)
        if i is not None and context.statement.issuer.role == "third_party":
            problem = "a third party's statement meets no target"
        if context.statement.status is not None:
            problem = "a withdrawn statement meets no target"
        text = f"{profile.target_name(target)} ({target.dimension}): {target_text(target)}"
        pointer = "/claims" if i is None else f"/claims/{i}"
        yield Violation(
            pointer,
            f"profile '{profile.id}' asks for {text}; {problem}",
        )
