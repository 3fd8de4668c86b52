"""A document of the standard in Python: built from members, changed as a copy, written to a file."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

import msgspec

from dls.model.value import Frozen


class StandardDocument(Frozen, frozen=True):
    """One of the four documents, each of which is a file of its own.

    The constructor looks at no value, so that the command stays fast; `of`, `replace` and `save` look at each.
    """

    @classmethod
    def of(cls, members: Mapping[str, Any]) -> Self:
        """Return the document with these members, which are JSON values or objects of `dls.model`.

        Raises:
            DlsError: a member is missing, unknown, or has a type or value that the standard does not allow.
        """
        from dls.model.validation import validated  # start-up: loads pydantic

        return validated(dict(members), cls)

    def replace(self, **members: Any) -> Self:
        """Return a copy with other values of these members.

        Raises:
            DlsError: a member is unknown, or has a type or value that the standard does not allow.
        """
        return self.of({name: getattr(self, name) for name in self.__struct_fields__} | members)

    def save(self, path: str | Path) -> None:
        """Write the document as YAML, or as JSON where the name ends in `.json`; a file that is there is replaced.

        The order of the members is the one in which people read them. Numbers are written without zeros at the end.
        `dls.validate` then says whether the document follows every rule.

        Raises:
            DlsError: a member has a type or value that the standard does not allow, or the file cannot be written.
        """
        from dls.document.writer import yaml_text  # start-up: for authors alone
        from dls.evidence.files import replace_file

        value = msgspec.to_builtins(self.replace())
        is_json = Path(path).suffix == ".json"
        data = (
            msgspec.json.format(msgspec.json.encode(value), indent=1) + b"\n" if is_json else yaml_text(value).encode()
        )
        replace_file(Path(path), data)
