"""From charts to SVG and PNG, offline: vl-convert renders, and the SVG gets a name, a description and a dark theme."""

import re
from typing import Any
from xml.sax.saxutils import escape

from dls.card.picture_mark import png_with_mark, svg_mark
from dls.finding import visible
from dls.plot.extra import library
from dls.plot.palette import PAPER, dark_rules

_OPENING = re.compile(r"<svg\b([^>]*)>")
_ROLES = re.compile(r' (?:role="graphics-[a-z]+"|aria-(?:roledescription|label)="[^"]*")')
"""The roles that Vega gives to each mark; the picture is one image with one description."""
_SCALE = 2  # pixels of a PNG for each of the chart


def svg_text(chart: Any, title: str, description: str, name: str = "picture") -> str:
    """Return a chart as SVG with a title and a description; in a document it needs a name of its own."""
    body = library("vl_convert").vegalite_to_svg(chart.to_dict(validate=False))
    opening = _OPENING.search(body)
    assert opening is not None
    head = (
        f'<svg{opening[1]} role="img" aria-labelledby="{name}-title {name}-text">'
        f'<title id="{name}-title">{escape(visible(title))}</title>'
        f'<desc id="{name}-text">{escape(visible(description))}</desc>'
    )
    return f"{body[: opening.start()]}{head}{_ROLES.sub('', body[opening.end() :])}"


def standalone(svg: str, core_sha256: str | None = None) -> str:
    """Return an SVG as a file of its own, which follows the reader's light or dark theme and names its statement."""
    mark = svg_mark(core_sha256) if core_sha256 else ""
    style = f"<style>@media (prefers-color-scheme: dark){{svg{{background:{PAPER}}}{dark_rules()}}}</style>"
    return svg.replace("<desc", f"{mark}<desc", 1).replace("</desc>", f"</desc>{style}", 1) + "\n"


def png_bytes(svg: str, core_sha256: str | None = None) -> bytes:
    """Return an SVG as PNG, two pixels for each of the chart; it names its statement."""
    data = bytes(library("vl_convert").svg_to_png(svg, scale=_SCALE))
    return png_with_mark(data, core_sha256) if core_sha256 else data
