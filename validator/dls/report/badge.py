"""A badge: the met targets and the established assurance in a few words, as SVG and as JSON for shields.io.

It is grey where nothing is established, and an error establishes nothing.
"""

from typing import Any
from xml.sax.saxutils import escape

from dls.judging.verdict import level_name
from dls.page.view import Page

LABEL = "distillation loss"
GREY, GREEN, AMBER, RED = "#5d6773", "#1a7f37", "#8a5a00", "#b3261e"
_CHARACTER, _EDGE, _HEIGHT = 6.6, 8, 20  # pixels; the text is fitted to its width, so no font changes the size


def badge_message(page: Page) -> str:
    """Return the words on the right side."""
    if not page.is_sound:
        return f"{page.checks.errors} errors · not established"
    if page.withdrawal is not None:
        return "withdrawn"
    if page.verdict.targets == 0:
        return "no target judged · claimed"
    own = " own targets" if page.scene and page.scene.is_own_profile else ""
    level = "claimed" if page.checks.established == "declared" else level_name(page.checks.established)
    losses = f", {page.verdict.lost} lost" if page.verdict.lost else ""
    return f"{page.verdict.met} of {page.verdict.targets}{own} preserved{losses} · {level}"


def badge_colour(page: Page) -> str:
    """Return the colour: green only where each target is preserved; red for a loss not accepted, or a withdrawal."""
    if page.withdrawal is not None:
        return RED if page.is_sound else GREY
    if page.checks.established == "declared" or page.verdict.targets == 0:
        return GREY
    is_open = page.verdict.met < page.verdict.targets or page.verdict.absent or bool(page.open_claims)
    if not is_open:
        return GREEN
    return AMBER if page.verdict.is_accepted else RED


def badge_endpoint(page: Page) -> dict[str, Any]:
    """Return the JSON of a shields.io endpoint (schema version 1)."""
    return {"schemaVersion": 1, "label": LABEL, "message": badge_message(page), "color": badge_colour(page)}


def badge_svg(page: Page) -> str:
    """Return the badge as SVG, which needs no network and no font."""
    message = escape(badge_message(page))
    left, right = _width(LABEL), _width(message)
    width = left + right
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{_HEIGHT}" role="img" '
        f'aria-label="{LABEL}: {message}"><title>{LABEL}: {message}</title>'
        f'<clipPath id="r"><rect width="{width}" height="{_HEIGHT}" rx="3"/></clipPath>'
        f'<g clip-path="url(#r)"><rect width="{left}" height="{_HEIGHT}" fill="#3b434d"/>'
        f'<rect x="{left}" width="{right}" height="{_HEIGHT}" fill="{badge_colour(page)}"/></g>'
        f'<g fill="#fff" text-anchor="middle" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11">'
        f"{_part(LABEL, 0, left)}{_part(message, left, right)}</g></svg>\n"
    )


def _width(text: str) -> int:
    return round(len(text) * _CHARACTER) + 2 * _EDGE


def _part(text: str, start: int, width: int) -> str:
    return f'<text x="{start + width / 2:g}" y="14" textLength="{width - 2 * _EDGE}">{text}</text>'
