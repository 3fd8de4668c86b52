"""Check a model card: that it can be read, and that it agrees with the statement that it leads to."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from dls.card.marks import is_card_name
from dls.checking.findings import findings_of, in_order, unreadable
from dls.checking.validate import Report, check, fault
from dls.document.beside import locate
from dls.document.reader import UnreadableDocument, contents, read
from dls.errors import DlsError
from dls.evidence.named_paths import folder_of
from dls.judging.context import RuleContext
from dls.model import Statement, frozen
from dls.rules import Waivers
from dls.scenarios.profile import Profile
from dls.standard.form import violations
from dls.standard.schemas import kind_of

if TYPE_CHECKING:  # with the extra [sign], and under --trust alone
    from dls.card.card_context import CardContext
    from dls.card.splice import CardParts, Write
    from dls.signing.keys import TrustedKey


class JudgedStatement(msgspec.Struct, frozen=True):
    """A statement without an error, and the function that makes its section of a card."""

    context: RuleContext
    write: "Write"


def check_file(
    path: str | Path,
    scenario: Profile | None = None,
    waivers: Waivers | None = None,
    trust: "Sequence[TrustedKey] | None" = None,
) -> Report:
    """Check one file: a card by its ending `.md`, any other as a document (see `check`)."""
    if is_card_name(str(path)):
        return check_card(str(path))
    return check(path, scenario, waivers, trust)


def check_card(path: str) -> Report:
    """Check one card. Each fault of it, and of the statement that it leads to, is a finding."""
    from dls.card.splice import read_parts  # start-up: cards alone need these three
    from dls.rules.card_is_readable import card_is_readable
    from dls.rules.card_rules import CARD_RULES

    try:
        context = card_context(read_parts(contents(path), path), Path(path).parent)
    except UnreadableDocument as problem:
        return Report(path, unreadable(problem, path, card_is_readable), readable=False)
    except (DlsError, OSError, RecursionError) as error:
        return fault(path, f"cannot be checked: {error}")
    findings = list(findings_of(context.document, context, *CARD_RULES))
    return Report(path, in_order(findings))


def card_context(parts: "CardParts", folder: Path) -> "CardContext":
    """Return the context of the rules about a card that lies in a folder.

    Raises:
        UnreadableDocument: the card's key `dls` is no pointer.
    """
    from dls.card.card_context import CardContext  # start-up: cards alone need these four
    from dls.card.expected import card_document, expected_section
    from dls.card.pointer import pointer_of
    from dls.card.scores import card_scores

    document, pointer = card_document(parts), pointer_of(parts.front, parts.card)
    target = None if pointer is None else open_statement(folder, pointer.path, pointer.path)
    problem = target if isinstance(target, str) else None
    judgement = target if isinstance(target, JudgedStatement) else None
    picture = parts.section.members.get("picture") if parts.section else None
    return CardContext(
        document=document,
        pointer=pointer,
        problem=problem,
        statement=judgement.context.statement if judgement else None,
        source=judgement.context.document if judgement else None,
        section=None if parts.section is None else parts.card.text[slice(*parts.section.span)],
        expected=(expected_section(parts, judgement.write) or "") if judgement else None,
        picture_problem=picture_problem(folder, picture, judgement.context) if picture and judgement else None,
        scores=card_scores(document, folder),
    )


def open_statement(folder: Path, path: str, name: str) -> JudgedStatement | str:
    """Return the statement at a path from a card's folder, or why it supports no section, as the end of a sentence.

    Args:
        folder: of the card.
        path: of the statement, from the folder.
        name: the path as the section names it.
    """
    from dls.card.expected import writer  # start-up: cards alone need it
    from dls.card.pointer import path_problem

    if (problem := path_problem(path)) is not None:
        return problem
    location = locate(folder, path, _is_statement)
    if location.path is None:
        return f"is {location.state}; a statement has to lie beside or below the card"
    result = check(location.path)
    if result.kind != "statement" or result.statement is None:
        return f"leads to no statement that can be read; `dls validate {path}` says why"
    if result.errors or result.profile is None:
        count = f"{result.errors} error" if result.errors == 1 else f"{result.errors} errors"
        return f"leads to a statement with {count}; `dls validate {path}` lists them"
    document = read(location.path)
    statement = frozen(document.value, Statement)
    context = RuleContext(document, statement, folder_of(location.path, statement))
    return JudgedStatement(context, writer(context, result.profile, name))


def picture_problem(folder: Path, picture: str, context: RuleContext) -> str | None:
    """Return a picture's name and why it is not the statement's own; None where nothing speaks against it.

    Args:
        folder: of the card.
        picture: its path from there.
        context: the statement.
    """
    from dls.card.picture_mark import statement_of_picture  # start-up: cards alone need it

    path = locate(folder, picture, _is_file).path
    if path is None:
        return f"'{picture}', which is not beside the card; add it, or attach again"
    if statement_of_picture(path) not in (None, context.core_sha256):
        return f"'{picture}', which was made from another statement; make it again with `dls report`"
    return None


def _is_file(path: Path) -> bool:
    return path.is_file()


def _is_statement(path: Path) -> bool:
    """Whether a file behind a link out of the folder is a statement; of any other nothing is told."""
    try:
        document = read(path)
    except UnreadableDocument:
        return False
    return kind_of(document.value) == "statement" and not any(violations(document, "statement"))
