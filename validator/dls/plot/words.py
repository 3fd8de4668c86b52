"""The forest plot in words: its title, and its description for readers who do not see it."""

from dls.finding import shortened
from dls.page.view import Page
from dls.plot.line_places import Line, worst_lines


def description(page: Page) -> str:
    """Return the forest plot in words, for readers who do not see it."""
    return f"The share of the margin that each target uses up. {'; '.join(map(_text, _lines(page)))}."


def _lines(page: Page) -> list[Line]:
    """Return the lines that say something: first the targets, then the absences, then the counts of others."""
    lines = worst_lines(page)
    rows, absences = [line for line in lines if line.row], [line for line in lines if line.absence]
    return [*rows, *absences, *(line for line in lines if line.note and line.is_part)]


def _text(line: Line) -> str:
    if line.row:
        place = line.row.place
        share = f", {place.value:.3g} of the margin" if place and place.value else ""
        return f"{line.row.title}: {line.row.outcome}{share}"
    return f"{line.absence.title}: {line.absence.label}" if line.absence else line.note


def title(page: Page) -> str:
    """Return the title of the forest plot."""
    return f"Kept and lost: {shortened(page.student.name)} beside {shortened(page.teacher.name)}"
