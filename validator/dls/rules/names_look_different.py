"""DLS808: names look different."""

from collections.abc import Iterator

from dls.finding import Violation
from dls.judging.context import RuleContext
from dls.model import Statement
from dls.rules._rule import rule
from dls.rules._skeleton import skeleton


def _models(statement: Statement) -> list[tuple[str, str]]:
    """Return pointer and name of teacher, student and control."""
    models = {arm: getattr(statement, arm) for arm in ("teacher", "student", "control")}
    return [(f"/{arm}/name", model.name) for arm, model in models.items() if model is not None]


def _parties(statement: Statement) -> list[tuple[str, str]]:
    """Return pointer and name of each party, the first time that it is named."""
    names = [("/issuer/name", statement.issuer.name)]
    names += [(f"/acceptances/{i}/accepted_by", entry.accepted_by) for i, entry in enumerate(statement.acceptances)]
    names += [(f"/reproductions/{i}/by", entry.by) for i, entry in enumerate(statement.reproductions)]
    return list({name: (pointer, name) for pointer, name in reversed(names)}.values())[::-1]


@rule("DLS808", spec="text", severity="warning", waivable=True)
def names_look_different(context: RuleContext) -> Iterator[Violation]:
    """Two models, or two parties, have names that look different.

    ## Why

    "Example Lab" with a Cyrillic "a" is another party, and no reader sees it. Nor does a reader tell two models of one
    name apart. Names look alike if they have the same skeleton. Source: Unicode Technical Standard 39, section 4.
    """
    for names in (_models(context.statement), _parties(context.statement)):
        first: dict[str, tuple[str, str]] = {}
        for pointer, name in names:
            earlier_pointer, earlier = first.setdefault(skeleton(name), (pointer, name))
            if earlier_pointer != pointer:
                yield Violation(pointer, f"'{name}' looks like '{earlier}' at {earlier_pointer}; rename one of the two")
