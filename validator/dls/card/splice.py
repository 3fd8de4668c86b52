"""Put the pointer and the section of a statement into a card's bytes, and take them out again.

Nothing but the key `dls` and the marked section is ever written; all else stays byte for byte. Each result is read
again before it is returned: its front matter has the same data as before, and without pointer and section it is the
card as it was.
"""

import json
from collections.abc import Callable, Mapping
from typing import NamedTuple

from dls.card.front_matter import KEY, FrontMatter, read_front_matter
from dls.card.layout import CardText, Span, card_text
from dls.card.markers import END, Section, begin, find_section, refuse_open_block
from dls.card.pointer import Pointer, pointer_of
from dls.errors import DlsError, UnreadableDocument

Write = Callable[[Mapping[str, str]], str]
"""From the members of the opening marker to the lines of a section, each of which ends with `\\n`."""


class CardParts(NamedTuple):
    """A card with its front matter and its section."""

    card: CardText
    front: FrontMatter
    section: Section | None


def read_parts(data: bytes, path: str) -> CardParts:
    """Read a card; `path` is only for messages.

    Raises:
        UnreadableDocument: it is not UTF-8, or its front matter or its markers are broken.
    """
    card = card_text(data, path)
    return CardParts(card, read_front_matter(card), find_section(card))


def attach(data: bytes, path: str, pointer: Pointer, picture: str | None, write: Write) -> bytes:
    """Return a card that points to a statement and holds its section.

    Args:
        data: the card.
        path: of the card, for messages.
        pointer: to the statement.
        picture: the file that the section shows; None for the one of the present section, where it has one.
        write: makes the section.

    Raises:
        UnreadableDocument: the card cannot be read, or its own key `dls` says something else.
        DlsError: the result would not be the card with pointer and section, and nothing else.
    """
    parts = read_parts(data, path)
    _refuse_unfit(parts)
    with_pointer, kind = _with_pointer(parts, pointer)
    pointing = read_parts(with_pointer.encode(), path)
    _check_front_matter(parts.card, pointing.card)
    members = _marker_members(pointing, kind, picture)
    result = _with_section(pointing, members, write(members)).encode()
    again = read_parts(result, path)
    if pointer_of(again.front, again.card) != pointer or again.section is None:
        raise DlsError(f"{path}: cannot be given pointer and section without another change; close its open blocks")
    if parts.section is None and detach(result, path) != data:
        raise DlsError(f"{path}: could not be restored to its present bytes afterwards; end its last line first")
    return result


def detach(data: bytes, path: str) -> bytes:
    """Return a card without the section and, where `attach` had added it, without the pointer.

    Raises:
        UnreadableDocument: the card cannot be read.
    """
    parts = read_parts(data, path)
    if parts.section is None:
        return data
    kind = parts.section.members.get("pointer", "card")
    text = _without_section(parts.card, parts.section)
    if kind == "card" or parts.front.pointer is None:
        return text.encode()
    if kind == "block" and set(parts.front.members) == {KEY}:
        mark = int(text.startswith("\ufeff"))
        return (text[:mark] + text[parts.card.body :]).encode()
    return _without_pointer(text, parts.front).encode()


def _refuse_unfit(parts: CardParts) -> None:
    """Refuse a card that gives a section no place, or has a text of its own between its markers."""
    card, section = parts.card, parts.section
    if section is None:
        refuse_open_block(card)
    elif not section.members and card.text[slice(*section.content)] != card.newline:
        card.refuse(section.span.start, "a text stands between both markers, and would be lost; remove it")


def _marker_members(parts: CardParts, kind: str, picture: str | None) -> dict[str, str]:
    card, section = parts.card, parts.section
    if section is None:
        body, ends = card.text[card.body :], card.text.endswith(("\n", "\r"))
        breaks = ("0" if ends or not card.text else "1") if not body else ("1" if ends else "2")
        members = {"pointer": kind, "breaks": breaks}
    elif section.members:
        members = dict(section.members) | ({"pointer": kind} if kind != "card" else {})
    else:
        members = {"pointer": kind, "breaks": "card"}
    return members if picture is None else members | {"picture": picture}


def _with_section(parts: CardParts, members: Mapping[str, str], lines: str) -> str:
    card, section = parts.card, parts.section
    text = f"{begin(members)}\n{lines}{END}".replace("\n", card.newline)
    if section is not None:
        return card.text[: section.span.start] + text + card.text[section.span.end :]
    return f"{card.text}{card.newline * int(members['breaks'])}{text}{card.newline}"


def _without_section(card: CardText, section: Section) -> str:
    before, after = card.text[: section.span.start], card.text[section.span.end :]
    breaks = section.members.get("breaks", "card")
    if breaks == "card":
        return f"{before}{begin({})}{card.newline}{END}{after}"
    for _ in range(int(breaks)):
        before = before.removesuffix(card.newline)
    return before + after.removeprefix(card.newline)


def _with_pointer(parts: CardParts, pointer: Pointer) -> tuple[str, str]:
    """Return the text with the pointer, and how it came there: see `dls.card.markers`."""
    card, front, section = parts
    present = pointer_of(front, card)
    if present == pointer:
        return card.text, "card"
    if present is not None:
        is_own = section is not None and section.members.get("pointer") in ("line", "block")
        if not is_own and front.pointer is not None:
            card.refuse(front.pointer.start, f"the card's own key '{KEY}' names '{present.path}'; remove it first")
        return _with_line(_read_again(_without_pointer(card.text, front), card.path), pointer), "card"
    if card.yaml is None:
        mark = int(card.text.startswith("\ufeff"))
        block = f"---{card.newline}{_key(pointer)}{card.newline}---{card.newline}"
        return card.text[:mark] + block + card.text[mark:], "block"
    return _with_line(parts, pointer), "line"


def _read_again(text: str, path: str) -> CardParts:
    return read_parts(text.encode(), path)


def _with_line(parts: CardParts, pointer: Pointer) -> str:
    """Return the text with the pointer as the last member; as the first where the last is a text that goes on."""
    card, front = parts.card, parts.front
    if card.yaml is None:
        raise AssertionError("a card without front matter gets a block")
    if front.flow is not None:
        comma = ", " if front.members else ""
        return f"{card.text[: front.flow]}{comma}{_key(pointer)}{card.text[front.flow :]}"
    first = card.yaml.start if front.first is None else front.first
    indent = "" if front.first is None else card.text[_line_start(card.text, first) : first]
    line = f"{indent}{_key(pointer)}{card.newline}"
    texts = (card.text[:place] + line + card.text[place:] for place in (card.yaml.end, _line_start(card.text, first)))
    last, top = texts
    return last if _has_same_data(card, card_text(last.encode(), card.path)) else top


def _without_pointer(text: str, front: FrontMatter) -> str:
    """Return the text without the member `dls`: its lines, or its place between the braces."""
    if front.pointer is None:
        return text
    start, end = front.pointer
    if front.flow is not None:
        comma = 2 if text[:start].endswith(", ") else 0
        return text[: start - comma] + text[end:]
    breaks = [place for place in (text.find("\n", end), text.find("\r", end)) if place >= 0]
    after = min(breaks)  # the line `---` follows
    after += 2 if text.startswith("\r\n", after) else 1
    return text[: _line_start(text, start)] + text[after:]


def _key(pointer: Pointer) -> str:
    path = json.dumps(pointer.path, ensure_ascii=False)
    return f'{KEY}: {{version: "{pointer.version}", path: {path}}}'


def _line_start(text: str, position: int) -> int:
    return max(text.rfind("\n", 0, position), text.rfind("\r", 0, position)) + 1


def _check_front_matter(before: CardText, after: CardText) -> None:
    """Refuse a change of the front matter that is more than the pointer.

    Raises:
        UnreadableDocument: it is.
    """
    if not _has_same_data(before, after):
        place = (before.yaml or Span(0, 0)).start
        before.refuse(place, f"the key '{KEY}' cannot be added without another change; write each member on its line")


def _has_same_data(before: CardText, after: CardText) -> bool:
    """Whether two front matters hold the same members in the same order, apart from `dls`.

    A hub's client reads a front matter without its last line break, which counts where a text in a block ends there.
    """
    ends_in_block = before.yaml is not None and set("|>") & set(before.text[slice(*before.yaml)])
    cuts = (False, True) if ends_in_block else (False,)
    return all(_data(before, cut=cut) == _data(after, cut=cut) for cut in cuts)


def _data(card: CardText, *, cut: bool) -> str | None:
    """Return the members of a front matter without `dls`, as JSON; None where it is no YAML."""
    if card.yaml is not None and cut:
        text = card.text[slice(*card.yaml)]
        end = card.yaml.start + len(text.removesuffix("\n").removesuffix("\r"))
        card = card._replace(yaml=Span(card.yaml.start, end))
    try:
        members = read_front_matter(card).members
    except UnreadableDocument:
        return None
    return json.dumps({name: value for name, value in members.items() if name != KEY})
