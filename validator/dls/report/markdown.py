"""A statement's page as Markdown, for a code host or a wiki; it needs no extra."""

from collections.abc import Iterator, Sequence

from dls.finding import visible
from dls.page.phrases import NO_VALUE, failed_check_text
from dls.page.view import HIGH, LOW, AbsenceView, AcceptanceView, Group, OtherClaim, Page, Row
from dls.report.markdown_forms import plain, table
from dls.report.markdown_records import record_lines

_SIGNS = {"preserved": "●", "inconclusive": "▲", "lost": "◆", "reported": "■"}
_CELLS = 16  # of a bar; four for each share of the margin


def page_markdown(page: Page) -> str:
    """Return the page as Markdown; no text of the document marks anything up, links, or mentions anybody."""
    lines = [line for part in _PARTS for line in part(page)]
    return "\n".join(lines).rstrip("\n") + "\n"


def bar(row: Row) -> str:
    """Return a target's place in plain characters, from −1 to 3; `┊` stands at 0, `│` at the limit."""
    place = row.place
    if place is None or place.value is None:
        return "no scale"
    cells = ["·"] * (_CELLS + 1)
    for share, sign in ((0, "┊"), (1, "│")):
        cells[_cell(share)] = sign
    if place.low is not None and place.high is not None:
        for cell in range(_cell(place.low), _cell(place.high) + 1):
            cells[cell] = "━"
    cells[_cell(place.value)] = _SIGNS[row.outcome]
    left, right = ("◀" if place.value < LOW else "", "▶" if place.value > HIGH else "")
    return f"`{left}{''.join(cells)}{right}` {place.value:.3g}"


def _cell(share: float) -> int:
    return round((min(max(share, LOW), HIGH) - LOW) / (HIGH - LOW) * _CELLS)


def _head(page: Page) -> Iterator[str]:
    yield f"# {plain(page.student.name)} ← {plain(page.teacher.name)}"
    yield ""
    yield f"**{plain(page.verdict.text)}**"
    yield ""
    if page.withdrawal:
        successor = plain(page.withdrawal.successor) if page.withdrawal.successor else "no statement"
        yield f"Withdrawn: {plain(page.withdrawal.reason)} In its place: {successor}."
        yield ""
    if page.scene:
        own = ", the issuer's own profile" if page.scene.is_own_profile else ""
        yield f"- For: {plain(page.scene.title)} ({plain(page.scene.profile)}{own}). {plain(page.scene.intended_use)}"
        yield f"- Not for: {plain(page.scene.out_of_scope)}"
        yield f"- At stake: {plain(page.scene.stakes)}"
    if page.training:
        yield f"- Training: {page.training}"
    yield f"- By: {plain(page.issuer)} ({plain(page.role)}), {plain(page.issued)}, revision {page.revision}"
    yield ""


def _findings(page: Page) -> Iterator[str]:
    if not page.findings:
        return
    yield f"## Findings: {page.checks.errors} errors, {page.checks.warnings} warnings"
    yield ""
    for finding in page.findings:
        yield f"- **{finding.severity} {finding.code}**, line {finding.line}: {plain(finding.message)}"
    yield ""


def target_lines(page: Page) -> Iterator[str]:
    """Yield the lines of the table of targets, with a bar for each; none where nothing is judged."""
    if not page.groups:
        return
    yield "## Kept and lost"
    yield ""
    yield "The bar is the share of the margin used up, from -1 to 3: `┊` no loss, `│` the limit."
    yield ""
    heads = ("dimension", "metric", "share of the margin", "teacher", "student", "loss", "limit", "n", "outcome")
    yield from table(heads, (cells for group in page.groups for cells in _group_cells(group)))


def _group_cells(group: Group) -> Iterator[Sequence[str]]:
    name = group.dimension.replace("_", " ")
    for row in group.rows:
        values = (row.teacher, row.student, row.loss, row.limit, f"{row.n:,}" if row.n else NO_VALUE)
        outcome = f"{_SIGNS[row.outcome]} {row.outcome}" + (f", {row.acceptedness}" if row.acceptedness else "")
        yield name, plain(row.title), bar(row), *map(plain, values), outcome
    for absence in group.absences:
        label = absence.label + (f", {absence.acceptedness}" if absence.acceptedness else "")
        yield name, plain(absence.title), f"*{label}*", "", "", "", "", "", "absent"
    if group.other_claims and not group.rows:
        yield name, f"{group.other_claims} numbers without a target", "", "", "", "", "", "", "■ reported"


def _losses(page: Page) -> Iterator[str]:
    entries = [claim for claim in page.open_claims if claim.outcome == "lost"]
    if not entries and not page.failed_checks:
        return
    yield "## What is lost, and why that is acceptable"
    yield ""
    for check in page.failed_checks:
        yield f"### ◆ {plain(check.check.replace('_', ' '))}: the student fails this check"
        yield ""
        yield plain(failed_check_text(check))
        yield ""
    for claim in entries:
        yield f"### ◆ {plain(claim.title)}: {claim.acceptedness}"
        yield ""
        yield plain(claim.numbers) + (f": {claim.share}" if claim.share else "")
        yield ""
        yield from _acceptance(claim.acceptance)


def _unknowns(page: Page) -> Iterator[str]:
    entries = [claim for claim in page.open_claims if claim.outcome == "inconclusive"]
    if not entries and not page.absences:
        return
    yield "## What is not known"
    yield ""
    for claim in entries:
        yield f"### ▲ {plain(claim.title)}: inconclusive, {claim.acceptedness}"
        yield ""
        yield f"{plain(claim.numbers)}. {(claim.reason or '').capitalize()}."
        yield ""
        yield from _acceptance(claim.acceptance)
    for absence in page.absences:
        yield f"- {_absence(absence)}"
        yield from (f"  {line}" for line in _acceptance(absence.acceptance) if line)
    yield ""


def _absence(absence: AbsenceView) -> str:
    required = ", asked for by the profile" if absence.is_required else ""
    accepted = f", {absence.acceptedness}" if absence.acceptedness else ""
    return f"**{plain(absence.title)}**: {absence.label}{required}{accepted}. {plain(absence.note)}"


def _acceptance(view: AcceptanceView | None) -> Iterator[str]:
    if view is None:
        return
    overdue = " (**the day of this review has passed**)" if view.is_overdue else ""
    yield f"- Why it is acceptable: {plain(view.reason)}"
    yield f"- Who bears it: {plain(view.borne_by)}"
    yield f"- Against it: {plain(view.mitigation)}"
    yield f"- The sign that would change this: {plain(view.monitoring)}"
    yield f"- Accepted by {plain(view.accepted_by)} until {plain(view.review_by)}{overdue}"
    yield ""


def _checks(page: Page) -> Iterator[str]:
    checks = page.checks
    yield "## How far this is checked"
    yield ""
    yield f"- Claimed: {checks.claimed or 'nothing'}"
    yield f"- Established here: {'nothing' if checks.established == 'declared' else checks.established}"
    if checks.recomputed:
        yield f"- Computed again: {checks.recomputed}"
    for run in checks.second_runs:
        yield f"- Run again by {plain(run.by)} on {plain(run.performed_on)}: {run.result}"
    yield ""
    yield "Check it again:"
    yield ""
    yield from (f"    {visible(command)}" for command in checks.commands)
    yield ""


def _rest(page: Page) -> Iterator[str]:
    if page.limits:
        yield "## Limits"
        yield ""
        yield plain(page.limits)
        yield ""
    if page.others:
        yield f"<details><summary>{len(page.others)} other numbers, without a target</summary>"
        yield ""
        heads = ("dimension", "metric", "teacher", "student", "loss", "n")
        yield from table(heads, map(_other_cells, page.others))
        yield "</details>"


def _other_cells(entry: OtherClaim) -> Sequence[str]:
    numbers = map(plain, (entry.teacher, entry.student, entry.loss))
    return entry.dimension, plain(entry.title), *numbers, f"{entry.n:,}" if entry.n else NO_VALUE


_PARTS = (_head, _findings, target_lines, _losses, _unknowns, _checks, record_lines, _rest)
