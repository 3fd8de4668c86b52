"""The members of a statement that a format can carry, and those that it cannot."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

Members = Mapping[str, Any]


class CarriedMembers(NamedTuple):
    """The members that a format carries, as paths of names with `/` between them.

    Attributes:
        statement: of the statement, outside of its claims. claim: of each claim in which `needs` are there.
        needs: the members without which a claim is not carried at all. accepts: whether a statement's claim can be
        carried otherwise.

    """

    statement: Sequence[str]
    claim: Sequence[str]
    needs: Sequence[str] = ("student/value",)
    accepts: Callable[[Members, Members], bool] = lambda _statement, _claim: True

    def of_statement(self, statement: Mapping[str, Any]) -> dict[str, Any]:
        """Return the statement's carried members by path."""
        return _present(statement, self.statement)

    def of_claims(self, statement: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
        """Return each carried claim's members by path, by the claim's id."""
        claims = statement["claims"]
        return {
            claim["id"]: _present(claim, self.claim)
            for claim in claims
            if len(_present(claim, self.needs)) == len(self.needs) and self.accepts(statement, claim)
        }

    def lost(self, statement: Mapping[str, Any]) -> list[str]:
        """Return the JSON pointers of all values that the format does not carry, in the order of the statement."""
        places = {claim["id"]: i for i, claim in enumerate(statement["claims"])}
        pointers = {f"/{path}" for path in self.of_statement(statement)}
        pointers |= {
            f"/claims/{places[name]}/{path}" for name, row in self.of_claims(statement).items() for path in row
        }
        return [pointer for pointer, _ in leaves(statement) if pointer not in pointers]


class Export(NamedTuple):
    """A format: its name, the members that it carries, and the two directions."""

    name: str
    carried: CarriedMembers
    document: Any
    read: Any


def leaves(value: Any, pointer: str = "") -> Iterator[tuple[str, Any]]:
    """Yield pointer and value of everything in a JSON value that holds nothing else."""
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    if not parts or not value:
        yield pointer, value
        return
    for name, part in parts:
        yield from leaves(part, f"{pointer}/{str(name).replace('~', '~0').replace('/', '~1')}")


def _present(value: Mapping[str, Any], paths: Sequence[str]) -> dict[str, Any]:
    members = {path: _at(value, path) for path in paths}
    return {path: member for path, member in members.items() if member is not None}


def _at(value: Any, path: str) -> Any:
    for name in path.split("/"):
        value = value.get(name) if isinstance(value, dict) else None
    return value


def number_text(value: float) -> str:
    """Return a number as text that reads back as the same number."""
    return repr(value)


def text_number(text: str) -> float | int:
    """Return the number of a text of `number_text`."""
    return int(text) if re.fullmatch(r"-?[0-9]+", text) else float(text)
