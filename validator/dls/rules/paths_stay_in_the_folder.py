"""DLS303: paths stay in the folder."""

from collections.abc import Iterator

from dls.document.beside import departure, has_digest, leads_out, locate
from dls.evidence.named_paths import NamedPath, paths_of
from dls.finding import Violation, visible
from dls.judging.context import RuleContext
from dls.rules._rule import rule


@rule("DLS303", spec="evidence")
def paths_stay_in_the_folder(context: RuleContext) -> Iterator[Violation]:
    """Every path leads to a regular file beside or below the statement.

    ## Why

    Other people's machines read a statement, and nothing in it may make them open a file elsewhere. So a path is not
    absolute and holds no `..`. It leads to no device or folder. A link out of the folder, as in a hub's cache, is
    followed only to the content whose digest the statement names.
    """
    for path in paths_of(context.statement):
        problem = departure(path.name) or _problem(context, path)
        if problem is not None:
            yield Violation(path.pointer, f"'{visible(path.name)}' {problem}")


def _problem(context: RuleContext, path: NamedPath) -> str | None:
    """Return why the file that a path leads to is none beside or below the statement; None where it is, or is absent.

    A link to a profile or to an envelope is judged where the file is opened: by the profile's digest, and by a key.
    """
    if not path.by_digest and leads_out(context.folder, path.name):
        return None
    state = locate(context.folder, path.name, has_digest(path.sha256, path.size)).state
    if state == "outside":
        return "is outside of the statement's folder, behind a link; wanted a file beside or below the statement"
    if state == "irregular":
        return "is no regular file; wanted a file beside or below the statement"
    return None
