"""DLS904: card base agrees with the statement."""

from collections.abc import Iterator
from typing import Any

from dls.card.card_context import CardContext
from dls.card.model_names import same_model
from dls.finding import Violation, visible
from dls.model import Member, Statement
from dls.rules._rule import rule

_DISTILLATION = frozenset({"distill", "distillation", "distilled", "distil"})
"""Relations that people write, though a hub shows none of them: the base is then the teacher."""
_DERIVATIONS = {"quantized": "quantised", "adapter": "adapter", "merge": "merged"}


@rule("DLS904", spec="attaching")
def card_base_agrees_with_the_statement(context: CardContext) -> Iterator[Violation]:
    """The base model of a card and its relation contradict neither the teacher, the student's base nor its derivation.

    ## Why

    A hub draws the family of a model from `base_model`. Under a relation of distillation it names the teacher, and
    otherwise the weights that the student started from. A reader who finds two answers can trust neither.
    """
    statement = context.statement
    if statement is None:
        return
    members = context.document.value["front_matter"]
    bases, relation = _names(members.get("base_model")), members.get("base_model_relation")
    kind = relation.casefold() if isinstance(relation, str) else ""
    if bases:
        yield from _base(statement, bases, is_distilled=kind in _DISTILLATION)
    derivation = statement.student.derivation
    member = _DERIVATIONS.get(kind)
    if member is not None and derivation and member not in derivation:
        text = f"the card says '{kind}', and the student's derivation is {', '.join(derivation)}"
        yield Violation("/front_matter/base_model_relation", f"{text}; correct the card or the statement")


def _base(statement: Statement, bases: tuple[str, ...], *, is_distilled: bool) -> Iterator[Violation]:
    names = ", ".join(f"'{visible(base)[:80]}'" for base in bases[:3])
    if is_distilled:
        teachers = (statement.teacher, *statement.teacher.members)
        if not any(_is(base, teacher) for base in bases for teacher in teachers):
            teacher = f"the statement's teacher is '{visible(statement.teacher.name)}'"
            problem = f"the card says that the model was distilled from {names}, and {teacher}"
            yield Violation("/front_matter/base_model", f"{problem}; correct the card or the statement")
        return
    base = statement.student.base
    if base is None or any(same_model(name, base) for name in bases):
        return
    is_teacher = any(_is(name, statement.teacher) for name in bases)
    note = ", which is its teacher" if is_teacher else ""
    problem = f"the card's base is {names}{note}, and the statement's student started from '{visible(base)}'"
    yield Violation("/front_matter/base_model", f"{problem}; correct the card or the statement")


def _is(name: str, model: Member) -> bool:
    return same_model(name, model.name) or (model.source is not None and same_model(name, model.source))


def _names(value: Any) -> tuple[str, ...]:
    names = value if isinstance(value, list) else [value]
    return tuple(name for name in names if isinstance(name, str) and name.strip())
