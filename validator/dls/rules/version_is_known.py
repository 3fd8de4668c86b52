"""DLS002: version is known."""

from collections.abc import Iterator

from dls.document.reader import Document
from dls.finding import Violation, visible
from dls.rules._rule import rule
from dls.standard.numbers import VERSION
from dls.standard.schemas import VERSION_KEYS


@rule("DLS002", spec="versioning")
def version_is_known(document: Document) -> Iterator[Violation]:
    """A document says what it is and which version of the standard it follows, and this release knows that version.

    ## Why

    `dls_version`, `dls_scenario`, `dls_evidence` or `dls_reproduction` tells the four kinds apart. A later version may hold members that
    this release does not know; it then says so once, and judges nothing, instead of calling each of them a mistake.
    """
    members = document.value if isinstance(document.value, dict) else {}
    keys = [key for key in VERSION_KEYS if key in members]
    if len(keys) != 1:
        yield Violation(
            "", f"found {' and '.join(keys) or 'none'} of the version keys; wanted one of {', '.join(VERSION_KEYS)}"
        )
        return
    found = members[keys[0]]
    if found != VERSION:
        text = visible(document.source(f"/{keys[0]}") or "nothing")[:40]
        known = (
            f'"{VERSION}", in quotes'
            if not isinstance(found, str)
            else f"{VERSION}; take a newer release for later ones"
        )
        yield Violation(f"/{keys[0]}", f"found version {text}; this release knows {known}")
