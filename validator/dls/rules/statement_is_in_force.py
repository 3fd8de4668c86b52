"""DLS112: statement is in force."""

from collections.abc import Iterator

from dls.finding import Violation
from dls.judging.context import RuleContext
from dls.rules._rule import rule


@rule("DLS112", spec="statement", severity="warning")
def statement_is_in_force(context: RuleContext) -> Iterator[Violation]:
    """A statement that you rely on is in force.

    ## Why

    The issuer of a withdrawn statement no longer stands by it. Its numbers may still be true, but it meets no target.
    The finding is a warning, so that the issuer can publish the withdrawal.
    """
    statement, withdrawal = context.statement, context.statement.withdrawal
    if statement.status is None or withdrawal is None or withdrawal.successor == statement.id:
        return  # in force, or the fault of another rule
    advice = f"use {withdrawal.successor} instead" if withdrawal.successor else "no statement takes its place"
    yield Violation("/status", f"withdrawn on {withdrawal.withdrawn_on}: {withdrawal.reason} ({advice})")
