"""DLS111: withdrawal has a reason."""

from collections.abc import Iterator

from dls.finding import Violation
from dls.judging.context import RuleContext
from dls.rules._rule import rule


@rule("DLS111", spec="statement")
def withdrawal_has_a_reason(context: RuleContext) -> Iterator[Violation]:
    """A withdrawn statement says when and why, and a statement in force says neither.

    ## Why

    A reader who has relied on the statement needs the reason, and the statement that takes its place. A statement
    cannot take its own place.
    """
    statement, withdrawal = context.statement, context.statement.withdrawal
    if statement.status is not None and withdrawal is None:
        yield Violation("/status", "the statement is withdrawn; add withdrawal with withdrawn_on and reason")
    elif withdrawal is not None and statement.status is None:
        yield Violation("/withdrawal", "the statement has a withdrawal; add 'status: withdrawn', or remove it")
    if withdrawal is not None and withdrawal.successor == statement.id:
        yield Violation("/withdrawal/successor", "the successor is the statement itself; name another id, or none")
