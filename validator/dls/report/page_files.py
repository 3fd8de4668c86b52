"""A page in each of its formats, as the bytes of a file."""

import json
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TypeAlias

import msgspec

from dls.page.view import Page

_Render: TypeAlias = Callable[[Page, str], bytes]
"""From a page and the ending of its file to bytes; a badge is JSON or an image by the ending."""


def _html(page: Page, _ending: str) -> bytes:
    from dls.report.html import page_html  # start-up: with the extra [report]

    return page_html(page).encode()


def _markdown(page: Page, _ending: str) -> bytes:
    from dls.report.markdown import page_markdown  # start-up: one format of several

    return page_markdown(page).encode()


def _json(page: Page, _ending: str) -> bytes:
    return (json.dumps(msgspec.to_builtins(page), indent=1) + "\n").encode()


def _badge(page: Page, ending: str) -> bytes:
    from dls.report.badge import badge_endpoint, badge_svg  # start-up: one format of several

    return (json.dumps(badge_endpoint(page)) + "\n" if ending == ".json" else badge_svg(page)).encode()


def _svg(page: Page, _ending: str) -> bytes:
    from dls.plot.rendering import standalone  # start-up: with the extra [report]

    return standalone(_forest(page), page.core_sha256).encode()


def _png(page: Page, _ending: str) -> bytes:
    from dls.plot.rendering import png_bytes  # start-up: with the extra [report]

    return png_bytes(_forest(page), page.core_sha256)


def _forest(page: Page) -> str:
    from dls.plot.forest import losses  # start-up: with the extra [report]
    from dls.plot.rendering import svg_text
    from dls.plot.words import description, title

    return svg_text(losses(page), title(page), description(page))


_RENDER: Mapping[str, _Render] = MappingProxyType(
    {"html": _html, "md": _markdown, "svg": _svg, "png": _png, "json": _json, "badge": _badge}
)
FORMATS = tuple(_RENDER)


def page_bytes(page: Page, name: str, ending: str = "") -> bytes:
    """Return a page in a format.

    Args:
        page: the page.
        name: one of `FORMATS`.
        ending: of the file; a badge whose file ends with ``.json`` is an endpoint of shields.io.

    Raises:
        DlsError: the extra [report] is missing, and the format needs it.
    """
    return _RENDER[name](page, ending)
