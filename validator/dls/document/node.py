"""The place of each value of a document, and its source text."""

from collections.abc import Iterator

import msgspec

from dls.finding import escape_token

_DIGITS = 20  # of an index; the largest document has fewer entries


class Node(msgspec.Struct, frozen=True, gc=False):
    """The place of a value, from 1: the first character of its key, or of the value where it has no key."""

    line: int
    column: int
    source: str | None  # a scalar's text without its quotes; None for a mapping or sequence
    children: "dict[str, Node] | list[Node] | None"

    def at(self, pointer: str) -> "tuple[Node, bool]":
        """Return the node at a JSON pointer from here and True, or its nearest existing ancestor and False."""
        node = self
        for token in pointer.split("/")[1:]:
            children = node.children
            if type(children) is dict and "~" not in token:  # the usual case
                child = children.get(token)
            else:
                child = node.child(token.replace("~1", "/").replace("~0", "~") if "~" in token else token)
            if child is None:
                return node, False
            node = child
        return node, True

    def pointers(self, nodes: "frozenset[int]", pointer: str = "") -> "Iterator[tuple[int, str]]":
        """Yield the id and the JSON pointer from here of each node below whose id is among some."""
        children = self.children
        for name, child in children.items() if isinstance(children, dict) else enumerate(children or ()):
            place = f"{pointer}/{escape_token(str(name))}"
            if id(child) in nodes:
                yield id(child), place
            yield from child.pointers(nodes, place)

    def child(self, token: str) -> "Node | None":
        """Return the member of this name, or the entry of this index; None where there is none."""
        children = self.children
        if isinstance(children, dict):
            return children.get(token)
        if children and token.isdecimal() and token.isascii() and len(token) < _DIGITS and int(token) < len(children):
            return children[int(token)]
        return None
