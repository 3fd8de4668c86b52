"""DLS002: version is known."""

from collections.abc import Iterator

from dls.document.reader import Document
from dls.finding import Violation, visible
from dls.rules._rule import rule
from dls.standard.numbers import VERSION
from dls.standard.schemas import VERSION_KEYS


@rule("DLS002", spec="versioning")
def version_is_known(document: Document) -> Iterator[Violation]:
    """A document names its kind and its version of the standard, and this release knows that version.

    ## Why

    `dls_version`, `dls_scenario`, `dls_evidence` or `dls_reproduction` names one of the four kinds. A later version may
    hold members that this release does not know. The release then says so once and judges nothing. Otherwise it would
    report each of these members as a mistake.
    """
    members = document.value if isinstance(document.value, dict) else {}
    keys = [key for key in VERSION_KEYS if key in members]
    if len(keys) != 1:
        text = " and ".join(keys) or "none"
        yield Violation("", f"found {text} of the version keys; wanted exactly one of {', '.join(VERSION_KEYS)}")
        return
    version = members[keys[0]]
    if version != VERSION:
        text = visible(document.source(f"/{keys[0]}") or "nothing")[:40]
        hint = (
            f"{VERSION}; take a newer release for later ones" if isinstance(version, str) else f'"{VERSION}", in quotes'
        )
        yield Violation(f"/{keys[0]}", f"found version {text}; this release knows {hint}")
