"""A document of the standard, written to a file of its own."""

from pathlib import Path

import msgspec

from dls.model.value import Frozen


class StandardDocument(Frozen, frozen=True):
    """One of the four documents: statement, scenario profile, evidence manifest, reproduction report."""

    def save(self, path: str | Path) -> None:
        """Write the document as YAML, or as JSON where the name ends in `.json`; a file that is there is replaced.

        The members stand in the order in which people read them. The document's own members are written even where they
        are empty, those of its parts are not. Numbers lose their zeros at the end. `dls.validate` then says
        whether the document follows every rule.

        Raises:
            DlsError: a member has a type or value that the standard does not allow, or the file cannot be written.
        """
        from dls.document.writer import yaml_text  # start-up: for authors alone
        from dls.evidence.files import replace_file

        document = self.replace()
        members = ((name, getattr(document, name)) for name in self.__struct_fields__)
        value = {name: msgspec.to_builtins(member) for name, member in members if member is not None}
        if Path(path).suffix == ".json":
            data = msgspec.json.format(msgspec.json.encode(value), indent=1) + b"\n"
        else:
            data = yaml_text(value).encode()
        replace_file(Path(path), data)
