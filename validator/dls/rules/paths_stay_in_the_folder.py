"""DLS303: paths stay in the folder."""

from collections.abc import Iterator

from dls.document.beside import locate
from dls.finding import Violation, visible
from dls.judging.context import RuleContext
from dls.model import Statement
from dls.rules._rule import rule


def _paths(statement: Statement) -> Iterator[tuple[str, str]]:
    if statement.scenario.path is not None:
        yield "/scenario/path", statement.scenario.path
    for i, evidence in enumerate(statement.evidence):
        if evidence.path is not None:
            yield f"/evidence/{i}/path", evidence.path
    for i, report in enumerate(statement.reproductions):
        for name, path in (("path", report.path), ("envelope", report.envelope)):
            if path is not None:
                yield f"/reproductions/{i}/{name}", path


@rule("DLS303", spec="evidence")
def paths_stay_in_the_folder(context: RuleContext) -> Iterator[Violation]:
    """Every path leads to a regular file beside or below the statement.

    ## Why

    Other people's machines read a statement, and nothing in it may make them open a file elsewhere. So a path is not
    absolute and holds no `..`. It leads through no link to the outside, and to no device or folder.
    """
    for pointer, name in _paths(context.statement):
        state = locate(context.folder, name).state
        if state in ("outside", "irregular"):
            problem = "leads out of the statement's folder" if state == "outside" else "is no regular file"
            yield Violation(pointer, f"'{visible(name)}' {problem}; wanted a file beside or below the statement")
