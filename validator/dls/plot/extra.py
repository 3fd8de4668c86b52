"""The libraries of the extra [report], loaded at their first use."""

from importlib import import_module
from pathlib import Path
from types import ModuleType

from dls.errors import DlsError
from dls.page.view import Page


def library(name: str) -> ModuleType:
    """Return a library of the extra [report].

    Raises:
        DlsError: it is not installed.
    """
    try:
        return import_module(name)
    except ModuleNotFoundError as error:
        raise DlsError(
            f"{error.name} is not installed, and pictures and pages need it; "
            "pip install 'distillation-loss-statement[report]' (the formats md, json and badge need nothing more)"
        ) from None


def as_page(statement: Page | Path | str) -> Page:
    """Return the page of a statement's path; a page is returned as it is.

    Raises:
        DlsError: the file cannot be read.
    """
    if isinstance(statement, Page):
        return statement
    from dls.page.composition import page_of  # start-up: checks statements

    return page_of(Path(statement))
