"""A statement's page as one HTML file: nothing fetched, no script, every text escaped, light, dark and in print."""

import base64
import hashlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from dls.finding import shortened, visible
from dls.judging.verdict import level_name
from dls.page.phrases import failed_check_text
from dls.page.view import Page
from dls.plot import divergence, losses, reliability, risk_coverage
from dls.plot.extra import library
from dls.plot.palette import SIGNS, dark_rules
from dls.plot.rendering import svg_text
from dls.plot.words import description, title

_FOLDER = Path(__file__).parent / "templates"
_LONGEST = 20_000  # characters of a text; the schema allows none that is longer
_LONGEST_NAME = 200


def page_html(page: Page) -> str:
    """Return the page.

    Raises:
        DlsError: the extra [report] is missing.
    """
    style = _style()
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    template = _environment().get_template("page.html.jinja")
    text: str = template.render(
        page=_visible(msgspec.to_builtins(page)),
        verdict_kind=_verdict_kind(page),
        unmeasured=[
            group.dimension for group in page.groups if any(absence.metric is None for absence in group.absences)
        ],
        has_rows=any(group.rows for group in page.groups),
        silent=_visible([absence.title for absence in page.absences if absence.metric and absence.is_required]),
        failed_checks=_visible([(check.check, failed_check_text(check)) for check in page.failed_checks]),
        absence_cards=_visible(list(_absence_cards(page))),
        pictures=_pictures(page),
        style=library("markupsafe").Markup(style),
        style_digest=digest,
        signs=SIGNS,
    )
    return text


def _verdict_kind(page: Page) -> str:
    """Return how the verdict looks: the worst of a faulty or withdrawn document, an unaccepted loss, an open target."""
    if not page.is_sound or page.withdrawal is not None:
        return "faulty"
    if not page.verdict.is_accepted:
        return "unaccepted"
    is_whole = page.verdict.met == page.verdict.targets > 0 and not page.verdict.absent
    is_open = not is_whole or page.open_claims
    return "open" if is_open else "whole"


def _absence_cards(page: Page) -> Iterator[tuple[list[str], Any]]:
    """Yield each absence once, with the names of all that are absent for the same reason in the same words."""
    cards: dict[Any, list[str]] = {}
    for absence in page.absences:
        name = absence.dimension.replace("_", " ") + (f": {absence.title}" if absence.metric else "")
        key = msgspec.structs.replace(absence, dimension="", metric=None, title="")
        cards.setdefault(key, []).append(name)
    yield from ((names, msgspec.to_builtins(absence)) for absence, names in cards.items())


def _pictures(page: Page) -> dict[str, Any]:
    """Return the pictures by name, ready to stand in the page."""
    if not page.groups:
        return {}
    texts = title(page), description(page)
    svgs = {
        "wide": svg_text(losses(page), *texts, "wide"),
        "narrow": svg_text(losses(page, narrow=True), *texts, "narrow"),
    }
    for i, entry in enumerate(page.records.confidence):
        bins = "Share of right answers by confidence, of both models, on the items of " + entry.probe
        risk = "Error rate among the surest answers, of both models, on the items of " + entry.probe
        svgs[f"reliability{i}"] = svg_text(reliability(page, entry.probe), "Reliability", bins, f"reliability{i}")
        svgs[f"risk{i}"] = svg_text(risk_coverage(page, entry.probe), "Risk and coverage", risk, f"risk{i}")
    for curve in page.records.divergence[:1]:
        text = f"Mean divergence at positions 1 to {len(curve.means)} of the student's own text"
        svgs["divergence"] = svg_text(divergence(page), "Divergence along a text", text, "divergence")
    return {name: library("markupsafe").Markup(svg) for name, svg in svgs.items()}


def _visible(value: Any) -> Any:
    """Return a value with no control or direction character in any of its texts."""
    if isinstance(value, str):
        return "\n".join(map(visible, value.split("\n"))) if len(value) <= _LONGEST else shortened(value)
    if isinstance(value, dict):
        return {name: _visible(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_visible(part) for part in value]
    return value


@cache
def _style() -> str:
    return (_FOLDER / "page.css").read_text().replace("/* dark pictures */", dark_rules(".picture"))


@cache
def _environment() -> Any:
    jinja2 = library("jinja2")
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["level"] = level_name
    environment.filters["name"] = lambda text: text if len(text) <= _LONGEST_NAME else shortened(text)
    environment.filters["words"] = lambda text: text.replace("_", " ")
    return environment
