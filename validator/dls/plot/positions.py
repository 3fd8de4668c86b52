"""DriftCurve along the positions of the student's own text, as a picture."""

from pathlib import Path
from typing import Any

from dls.errors import DlsError
from dls.page.view import Page
from dls.plot.confidence import SIDE
from dls.plot.extra import as_page, library
from dls.plot.palette import STUDENT, configured


def divergence(statement: Page | Path | str) -> Any:
    """Return the mean divergence from the teacher at each position of the student's own text, as an Altair chart.

    Raises:
        DlsError: no such records are at hand, or the extra [report] is missing.
    """
    alt = library("altair")
    entry = next(iter(as_page(statement).records.divergence), None)
    if entry is None:
        raise DlsError("no records with divergences along a text lie beside the statement; fetch them first")
    points = [{"position": place, "nats": mean} for place, mean in enumerate(entry.means, 1)]
    chart = alt.Chart(alt.InlineData(values=points)).mark_line(color=STUDENT, strokeWidth=2, point={"color": STUDENT})
    return configured(
        chart.encode(
            x=alt.X("position:Q", title="position in the student's own text, in tokens"),
            y=alt.Y("nats:Q", title="KL(student ‖ teacher), nats", scale=alt.Scale(zero=True)),
        ).properties(width=2 * SIDE, height=SIDE * 2 // 3)
    )
