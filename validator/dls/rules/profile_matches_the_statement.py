"""DLS502: profile matches the statement."""

from collections.abc import Iterator

from dls.finding import Violation
from dls.judging.context import RuleContext
from dls.rules._rule import rule


@rule("DLS502", spec="scenarios")
def profile_matches_the_statement(context: RuleContext) -> Iterator[Violation]:
    """The profile has the id, version and digest that the statement names.

    ## Why

    The digest is taken over the profile's canonical JSON before the measurement. If a margin is loosened afterwards,
    the digest changes.
    """
    profile, scenario = context.profile, context.statement.scenario
    if profile is None:
        return
    if profile.id != scenario.profile:
        yield Violation(
            "/scenario/profile", f"the profile at hand is '{profile.id}'; the statement names '{scenario.profile}'"
        )
    elif profile.version != scenario.version:
        yield Violation(
            "/scenario/version",
            f"the profile at hand is version {profile.version}; the statement names {scenario.version}",
        )
    elif profile.sha256 != scenario.sha256:
        yield Violation(
            "/scenario/sha256",
            f"the profile at hand has the digest {profile.sha256}; the statement names {scenario.sha256}",
        )
