"""The section of a card: a verdict, a table of targets, losses beside their acceptances, and how to check it all.

Its bytes depend on the statement, its profile, the name of the statement's file and the marker alone. Each number is
the text that the statement prints; each text of the statement is escaped.
"""

from collections.abc import Iterator, Mapping
from shlex import quote as shell_word
from urllib.parse import quote

from dls.card.markdown_text import code, prose
from dls.card.target_table import COLUMNS, LEAST, table_rows
from dls.judging.assess import assess_statement
from dls.judging.context import RuleContext
from dls.judging.verdict import ClaimTarget, verdict_of
from dls.model import Acceptance, Claim
from dls.scenarios.profile import Profile

MOST_ROWS = 100
"""The largest number of rows of the table; a card is read by people."""


def section_lines(context: RuleContext, profile: Profile, name: str, members: Mapping[str, str]) -> str:
    """Return the lines of a section, between its markers.

    Args:
        context: the statement.
        profile: its profile.
        name: the path of the statement from the card's folder.
        members: of the opening marker.
    """
    verdict = _verdict(context, profile)
    parts = [
        "## Distillation loss statement",
        f"**{verdict}.**",
        *_withdrawal(context),
        _models(context, profile),
        *_picture(verdict, members.get("picture")),
        _table(context),
        *_open_points(context),
        _check(name),
    ]
    return "\n" + "".join(f"{part}\n\n" for part in parts)


def _withdrawal(context: RuleContext) -> Iterator[str]:
    end = context.statement.withdrawal
    if end is not None:
        successor = f"In its place: {prose(end.successor)}." if end.successor else "No statement takes its place."
        yield f"The issuer withdrew this statement: {prose(end.reason)} {successor}"


def _models(context: RuleContext, profile: Profile) -> str:
    statement = context.statement
    role = "its publisher" if statement.issuer.role == "publisher" else "a third party"
    kind = "profile" if profile.builtin else "own profile"
    return "\n".join((
        f"- Student: {prose(statement.student.name)}",
        f"- Teacher: {prose(statement.teacher.name)}",
        f"- Use: {prose(statement.scenario.intended_use)} ({kind} {prose(profile.id)} {prose(profile.version)})",
        f"- Not for: {prose(statement.scenario.out_of_scope)}",
        f"- Stated by {prose(statement.issuer.name)}, {role}: revision {statement.revision}, {prose(statement.issued)}",
    ))  # fmt: skip


def _verdict(context: RuleContext, profile: Profile) -> str:
    """Return the verdict by the printed numbers and declared outcomes, which no evidence changes."""
    claims = context.statement.claims
    entries = [ClaimTarget(claim, target, target.outcome) for claim in claims for target in claim.targets]
    return verdict_of(context, assess_statement(context.statement, profile).met_targets, entries).line()


def _picture(verdict: str, name: str | None) -> Iterator[str]:
    if name is not None:
        yield f"![{prose(verdict)}; the table below says the same]({quote(name, safe='/.')})"


def _table(context: RuleContext) -> str:
    rows = list(table_rows(context))
    visible_rows = rows if len(rows) <= MOST_ROWS else sorted(rows, key=lambda row: row.rank)[:MOST_ROWS]
    lines = [COLUMNS, "|".join(["", *[" --- "] * COLUMNS.count(" | "), " --- ", ""])]
    lines += [row.text for row in visible_rows]
    note = f"The bar shows the share of a limit that is used up: 0 % is {LEAST}, 100 % the limit."
    counts = _rest(context, len(rows) - len(visible_rows))
    return "\n".join([*lines, "", f"{note} {counts}".strip()])


def _rest(context: RuleContext, rest: int) -> str:
    further = sum(not claim.targets for claim in context.statement.claims)
    words = [f"{rest} more rows, none of them worse, stand in the statement."] if rest else []
    if further:
        numbers = "number without a target stands" if further == 1 else "numbers without a target stand"
        words.append(f"{further} {numbers} in the statement.")
    return " ".join(words)


def _open_points(context: RuleContext) -> Iterator[str]:
    """Yield the lost and inconclusive claims and the absences that are accepted, each with its acceptance."""
    statement = context.statement
    by_claim = {entry.claim: entry for entry in statement.acceptances if entry.claim is not None}
    lines = [
        f"- **{claim.outcome}: {_name(claim)}.** {_acceptance(by_claim.get(claim.id))}"
        for claim in statement.claims
        if claim.outcome in ("lost", "inconclusive")
    ]
    lines += [
        f"- **not measured: {_subject(entry)}.** {_acceptance(entry)}"
        for entry in statement.acceptances
        if entry.claim is None
    ]
    rest = len(lines) - MOST_ROWS
    if lines:
        last = [f"- {rest} more stand in the statement."] if rest > 0 else []
        yield "\n".join(["Lost or open, and why that is acceptable:", "", *lines[:MOST_ROWS], *last])


def _name(claim: Claim) -> str:
    return f"{claim.dimension} · {code(claim.metric)} ({prose(claim.id)})"


def _subject(acceptance: Acceptance) -> str:
    metric = "" if acceptance.metric is None else f" · {code(acceptance.metric)}"
    return f"{acceptance.dimension or ''}{metric}"


def _acceptance(acceptance: Acceptance | None) -> str:
    if acceptance is None:
        return "No acceptance is stated."
    return (
        f"{prose(acceptance.reason)} Borne by: {prose(acceptance.borne_by)} Mitigation: {prose(acceptance.mitigation)} "
        f"Reviewed when: {prose(acceptance.monitoring)} Accepted by {prose(acceptance.accepted_by)} "
        f"until {prose(acceptance.review_by)}."
    )


def _check(name: str) -> str:
    link = f"[{prose(name)}]({quote(name, safe='/.')})"
    validate, recompute = code(f"dls validate {shell_word(name)}"), code(f"dls recompute {shell_word(name)}")
    return (
        f"The whole statement: {link}. Check it: {validate} judges it, and {recompute} computes each number again from "
        "the records. `dls attach` writes this section from the statement."
    )
