"""The forest plot in words: its title, and its description for readers who do not see it."""

from dls.finding import shortened
from dls.page.view import Page


def description(page: Page) -> str:
    """Return the forest plot in words, for readers who do not see it."""
    rows = [
        f"{row.title}: {row.outcome}"
        + (f", {row.place.value:.3g} of the margin" if row.place and row.place.value else "")
        for group in page.groups
        for row in group.rows
    ]
    absences = [f"{absence.title}: {absence.label}" for absence in page.absences]
    return "The share of the margin that each target uses up. " + "; ".join([*rows, *absences]) + "."


def title(page: Page) -> str:
    """Return the title of the forest plot."""
    return f"Kept and lost: {shortened(page.student.name)} beside {shortened(page.teacher.name)}"
