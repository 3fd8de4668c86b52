"""`dls attach`: point a model card to its statement, and write the statement's section into the card."""

import os
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from dls.errors import DlsError

if TYPE_CHECKING:  # start-up: --help needs none of this
    from dls.judging.context import RuleContext

EXAMPLE = """example:
  dls attach dls.yaml --card README.md
  dls attach dls.yaml --card README.md --picture losses.svg
  dls attach --card README.md --check
  dls attach --card README.md --remove

Writes the key `dls` into the front matter and a section between two comments, and no other byte. The statement has
to be without errors, and to lie beside or below the card. Write `<!-- dls:begin -->` and `<!-- dls:end -->` on two
lines of their own where you want the section; otherwise it comes last.
Exit code 1: the statement has an error, or with --check the card does not agree with it. 2: the card cannot be read; it
stays as it is."""


def configure(parser: ArgumentParser) -> None:
    """Declare the arguments."""
    parser.description = "Attach a statement to a model card, check that it is attached, or remove it again."
    parser.epilog = EXAMPLE
    parser.add_argument("statement", nargs="?", type=Path, metavar="STATEMENT", help="default: that of the card's key")
    parser.add_argument("--card", type=Path, required=True, metavar="README.md", help="the card")
    parser.add_argument("--picture", type=Path, metavar="FILE", help="a picture beside the card for the section")
    action = parser.add_mutually_exclusive_group()
    action.add_argument("--check", action="store_true", help="write nothing; fail where the card is not up to date")
    action.add_argument("--remove", action="store_true", help="restore the card as it was")


def run(arguments: Namespace) -> int:
    """Attach, check or remove."""
    from dls.document.reader import contents  # start-up: --help needs none of these

    if arguments.check:
        return _check(arguments.card, arguments.statement)
    if arguments.remove:
        from dls.card.splice import detach

        data = contents(arguments.card)
        return _save(arguments.card, data, detach(data, str(arguments.card)))
    return _attach(arguments)


def _attach(arguments: Namespace) -> int:
    from dls.card.pointer import Pointer
    from dls.card.splice import attach
    from dls.checking.card_check import open_statement
    from dls.document.reader import contents, read
    from dls.report.terminal import show_problem
    from dls.standard.numbers import VERSION

    card, statement = arguments.card, arguments.statement or _pointed_statement(arguments.card)
    data, name = contents(card), _name_beside(card, statement)
    read(statement)
    target = open_statement(card.parent, name, name)
    if isinstance(target, str):
        show_problem(f"{statement}: {target}; the card stays as it is")
        return 1
    picture = None if arguments.picture is None else _picture(card, arguments.picture, target.context)
    return _save(card, data, attach(data, str(card), Pointer(VERSION, name), picture, target.write))


def _check(card: Path, statement: Path | None) -> int:
    from dls.checking.card_check import check_card
    from dls.report.plain_text import file_lines
    from dls.report.terminal import show, show_problem
    from dls.rules.card_section_follows_from_the_statement import card_section_follows_from_the_statement

    result = check_card(str(card))
    for parts in file_lines(result):
        show(*parts)
    if not result.readable:
        return 2
    has_no_section = any(finding.code == card_section_follows_from_the_statement.code for finding in result.findings)
    if statement is not None and not result.errors and _pointed_path(card) != _name_beside(card, statement):
        show_problem(f"{card}: points to '{_pointed_path(card)}', not to '{statement}'; attach that statement")
        return 1
    return int(bool(result.errors) or has_no_section)


def _pointed_path(card: Path) -> str | None:
    from dls.card.pointer import pointer_of
    from dls.card.splice import read_parts
    from dls.document.reader import contents

    parts = read_parts(contents(card), str(card))
    pointer = pointer_of(parts.front, parts.card)
    return None if pointer is None else pointer.path


def _pointed_statement(card: Path) -> Path:
    path = _pointed_path(card)
    if path is None:
        raise DlsError(f"{card}: points to no statement; write `dls attach STATEMENT --card {card.name}`")
    return card.parent / path


def _name_beside(card: Path, file: Path) -> str:
    """Return the path of a file from the card's folder.

    Raises:
        DlsError: it lies neither beside nor below the card, or its name cannot stand in one.
    """
    from dls.card.pointer import path_problem

    folder = os.path.abspath(card.parent)  # noqa: PTH100 - of the name: a link in a repository is one of its files
    name = Path(os.path.relpath(os.path.abspath(file), folder)).as_posix()  # noqa: PTH100
    if (problem := path_problem(name)) is not None:
        raise DlsError(f"{file}: cannot be named in {card}: the path {problem}")
    return name


def _picture(card: Path, picture: Path, context: "RuleContext") -> str:
    from dls.checking.card_check import picture_problem

    if not picture.is_file():
        raise DlsError(f"{picture}: there is no such picture; `dls report STATEMENT -o {picture.name}` makes one")
    name = _name_beside(card, picture)
    if (problem := picture_problem(card.parent, name, context)) is not None:
        raise DlsError(f"{card}: would show {problem}")
    return name


def _save(card: Path, data: bytes, result: bytes) -> int:
    from dls.evidence.files import replace_file
    from dls.report.terminal import show

    if result == data:
        show(f"{card}: is up to date")
        return 0
    replace_file(Path(os.path.realpath(card)), result)
    show(f"{card}: written, {len(result) - len(data):+,} bytes")
    return 0
