# ruff: noqa: INP001
"""The work of the page "Check a statement here", which Pyodide runs: a file in, findings and report out."""

import os
import shutil
from pathlib import Path

from dls.checking.card_check import check_file
from dls.errors import DlsError
from dls.report.json import render


def findings(name: str) -> str:
    """Return the findings on a file of the working folder, as `dls validate --format json` prints them."""
    return render([check_file(name)])


def report(name: str) -> str:
    """Return the report of a statement as HTML without scripts; empty where the file is no statement.

    Each text of the statement is escaped in the Markdown, so that no tag comes from it.
    """
    from markdown_it import MarkdownIt  # start-up: the first finding does not wait for any of these

    from dls.page.composition import page_of
    from dls.report.markdown import page_markdown

    try:
        text = page_markdown(page_of(Path(name), with_records=False))
    except DlsError:
        return ""
    return MarkdownIt("commonmark").enable("table").render(text)


def empty(folder: str) -> None:
    """Remove the files of an earlier check."""
    os.chdir("/")
    shutil.rmtree(folder, ignore_errors=True)
