"""DLS103: hub revision is a commit."""

import re
from collections.abc import Iterator

from dls.finding import Violation
from dls.judging.context import RuleContext
from dls.rules._rule import rule
from dls.rules._walk import models

_COMMIT = "[0-9a-f]{40}"


@rule("DLS103", spec="models")
def hub_revision_is_a_commit(context: RuleContext) -> Iterator[Violation]:
    """A revision on a model hub is a commit, not a branch.

    ## Why

    The branch `main` moves. A commit, with its 40 hexadecimal digits, does not.
    """
    for pointer, model in models(context.statement):
        if (
            model.revision is not None
            and (model.source or "").startswith("hf://")
            and not re.fullmatch(_COMMIT, model.revision)
        ):
            yield Violation(
                f"{pointer}/revision", f"'{model.revision}' may move; wanted the commit's 40 hexadecimal digits"
            )
