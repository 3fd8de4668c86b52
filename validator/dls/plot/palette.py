"""The colours and shapes of all pictures: a light theme, and for each of its colours one for the dark theme."""

from typing import Any

INK, QUIET, GRID, PAPER = "#1b2330", "#566173", "#d5dae2", "#ffffff"
BEYOND, HATCH = "#f7ece9", "#a3acba"
COLOURS = {"preserved": "#0b6e5f", "inconclusive": "#8a5300", "lost": "#b3261e", "reported": "#566174"}
SHAPES = {"preserved": "circle", "inconclusive": "triangle-up", "lost": "diamond", "reported": "square"}
SIGNS = {"preserved": "●", "inconclusive": "▲", "lost": "◆", "reported": "■"}
"""The shapes as characters, for text: the outcome has a colour, a shape and a word."""
TEACHER, STUDENT = "#2f5d9b", "#b4530a"
DARK = {
    INK: "#e8ecf3",
    QUIET: "#a9b4c4",
    GRID: "#3a4453",
    PAPER: "#131922",
    BEYOND: "#2d1f20",
    HATCH: "#5d6878",
    COLOURS["preserved"]: "#58c9b2",
    COLOURS["inconclusive"]: "#f0b04d",
    COLOURS["lost"]: "#ff8a7e",
    COLOURS["reported"]: "#a9b4c5",
    TEACHER: "#8db8f2",
    STUDENT: "#f2a05c",
}
FONT = "system-ui, -apple-system, 'Segoe UI', 'DejaVu Sans', sans-serif"


def configured(chart: Any) -> Any:
    """Return a chart in the common style."""
    return (
        chart.configure(background=PAPER, font=FONT, aria=False)
        .configure_view(stroke=None)
        .configure_axis(
            labelColor=QUIET,
            titleColor=QUIET,
            gridColor=GRID,
            domainColor=GRID,
            tickColor=GRID,
            titleFontWeight="normal",
        )
        .configure_legend(labelColor=INK, titleColor=QUIET, titleFontWeight="normal", symbolSize=90)
    )


def dark_rules(scope: str = "") -> str:
    """Return the style rules that turn each colour of a picture into its dark one.

    Args:
        scope: a selector of the pictures, such as `.picture`; empty for a whole SVG file.
    """
    lead = f"{scope} " if scope else ""
    return "".join(
        f'{lead}[fill="{light}"]{{fill:{dark}}}{lead}[stroke="{light}"]{{stroke:{dark}}}'
        for light, dark in DARK.items()
    )
