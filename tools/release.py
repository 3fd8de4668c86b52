"""The list of everything that a released version fixes byte for byte: `python -m tools.release` writes it.

``schema/1.0/RELEASED`` holds a line ``<sha256>  <name>`` for each schema, registry entry, inequality, profile,
generator, fixture and rule. While the file does not exist, the version is a draft. A thing that it names may not change
and may not go. Other things may be added; a later rule has a `since` of its own.
"""

import sys
from collections.abc import Iterator, Mapping
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

from dls.canonical import canonical_json, file_sha256, sha256_hex
from dls.document.reader import parse
from dls.errors import DlsError
from dls.probe import items_sha256
from dls.probes.collection import GENERATED_PROBES
from dls.rules.all_rules import ALL
from dls.standard.schemas import schema_folder
from dls.standard.specification import spec_folder

NAME = "RELEASED"
_UNITS, _SEED = 100, 3  # of each generator's items


class Tree(NamedTuple):
    """The folders that hold the normative files of one version."""

    schema: Path
    spec: Path

    @property
    def version(self) -> str:
        """The version of the standard."""
        return self.schema.name


def checkout_tree() -> Tree:
    """Return the folders of this checkout."""
    return Tree(schema_folder(), spec_folder())


def current_digests(tree: Tree) -> dict[str, str]:
    """Return the SHA-256 of each thing that a release fixes, by name."""
    return dict(sorted(chain(_files(tree), _registry(tree), _expected(tree), _generators(), _rules())))


def released_digests(tree: Tree) -> dict[str, str] | None:
    """Return the SHA-256 of each thing that was released, by name; None for a draft.

    Raises:
        DlsError: a line has another form.
    """
    path = tree.schema / NAME
    if not path.is_file():
        return None
    entries = [line.partition("  ") for line in path.read_text().splitlines()]
    malformed = next((digest for digest, separator, name in entries if not separator or not name), None)
    if malformed is not None:
        raise DlsError(f"{path} has the line {malformed!r}; every line is a digest, two spaces and a name")
    return {name: digest for digest, _, name in entries}


def changes(released: Mapping[str, str], current: Mapping[str, str], version: str) -> Iterator[str]:
    """Yield a sentence for each released thing that is gone or changed, and for each later rule without its `since`.

    Args:
        released: digests by name.
        current: digests by name, of this checkout.
        version: of the standard.
    """
    for name, digest in released.items():
        if name not in current:
            yield f"{name} is gone; a released thing stays"
        elif current[name] != digest:
            yield f"{name} was changed since its release; give a new meaning a new name or version"
    for rule in ALL:
        if f"rule {rule.code}" not in released and rule.since == version:
            yield f"rule {rule.code} came after the release of {version}; its `since` says so"


def write(tree: Tree) -> int:
    """Write the list, or add later things to it; return the number of things in it.

    Raises:
        DlsError: a released thing has changed.
    """
    current, released = current_digests(tree), released_digests(tree)
    if released is not None and (problem := next(changes(released, current, tree.version), None)):
        raise DlsError(f"{problem}; nothing was written")
    (tree.schema / NAME).write_text("".join(f"{digest}  {name}\n" for name, digest in current.items()))
    return len(current)


def _files(tree: Tree) -> Iterator[tuple[str, str]]:
    for path in sorted(tree.schema.rglob("*.json")):
        yield f"schema/{path.relative_to(tree.schema).as_posix()}", file_sha256(path)
    suite = tree.spec / "conformance"
    lists = (tree.spec / "scenarios").glob("*.yaml"), tree.spec.glob("model_files.yaml")
    fixtures = (suite / "documents").rglob("*"), (tree.spec / "vectors").rglob("*")
    for path in sorted(chain(*lists, *fixtures)):
        if path.is_file():
            yield path.relative_to(tree.spec).as_posix(), file_sha256(path)


def _registry(tree: Tree) -> Iterator[tuple[str, str]]:
    registry: dict[str, Any] = parse((tree.spec / "metrics.yaml").read_bytes(), "metrics.yaml").value
    for kind in ("metrics", "inequalities"):
        for entry in registry[kind]:
            yield f"{kind} {entry['id']}", sha256_hex(canonical_json(entry))


def _expected(tree: Tree) -> Iterator[tuple[str, str]]:
    suite: dict[str, Any] = parse((tree.spec / "conformance" / "expected.json").read_bytes(), "expected.json").value
    yield from ((f"pass {name}", sha256_hex(name.encode())) for name in suite["pass"])
    yield from ((f"fail {name}", sha256_hex(canonical_json(findings))) for name, findings in suite["fail"].items())
    for case in suite["reader"]:
        names = ("scenario", "repository", "waivers", "today")
        arguments = " ".join(f"{name} {case[name]}" for name in names if name in case)
        yield f"reader {case['document']} {arguments}", sha256_hex(canonical_json(case))


def _generators() -> Iterator[tuple[str, str]]:
    yield from ((f"generator {probe.name}", items_sha256(probe.items(_SEED, _UNITS))) for probe in GENERATED_PROBES)


def _rules() -> Iterator[tuple[str, str]]:
    """Yield a digest for each rule: of its code, its severity, whether it may be waived, and its first version."""
    for rule in ALL:
        members = [rule.code, rule.severity, rule.waivable, rule.since]
        yield f"rule {rule.code}", sha256_hex(canonical_json(members))


if __name__ == "__main__":
    try:
        count = write(checkout_tree())
        print(f"{count} things are fixed in {checkout_tree().schema / NAME}")  # noqa: T201 - a command of maintainers
    except DlsError as error:
        sys.exit(str(error))
