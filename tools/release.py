"""What a released version fixes, byte for byte, and whether it still stands: `python -m tools.release` writes the list.

``schema/1.0/RELEASED`` holds a line ``<sha256>  <name>`` for every schema, registry entry, inequality, profile, generator, fixture and
rule. While the file does not exist the version is a draft. What it names may not change and may not go; what it does not
name may come, a rule with a `since` of its own.
"""

import sys
from collections.abc import Iterator, Mapping
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

from dls.canonical import canonical_json, file_sha256, sha256_hex
from dls.document.reader import parse
from dls.errors import DlsError

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
    from dls.standard.schemas import schema_folder
    from dls.standard.specification import spec_folder

    return Tree(schema_folder(), spec_folder())


def current_digests(tree: Tree) -> dict[str, str]:
    """Return the SHA-256 of everything that a release fixes, by name."""
    return dict(sorted(chain(_files(tree), _registry(tree), _expected(tree), _generators(), _rules())))


def released_digests(tree: Tree) -> dict[str, str] | None:
    """Return what the release wrote down; None for a draft.

    Raises:
        DlsError: a line has another form.
    """
    path = tree.schema / NAME
    if not path.is_file():
        return None
    lines = [line.partition("  ") for line in path.read_text().splitlines()]
    wrong = next((digest for digest, gap, name in lines if not gap or not name), None)
    if wrong is not None:
        raise DlsError(f"{path} has the line {wrong!r}; every line is a digest, two spaces and a name")
    return {name: digest for digest, _, name in lines}


def changes(released: Mapping[str, str], now: Mapping[str, str], version: str) -> Iterator[str]:
    """Yield a sentence for everything released that is gone or is another, and for every later rule without a `since` of its own."""
    from dls.rules import ALL

    for name, digest in released.items():
        if name not in now:
            yield f"{name} is gone; what was released stays"
        elif now[name] != digest:
            yield f"{name} was changed since its release; give what has another meaning another name or version"
    for rule in ALL:
        if f"rule {rule.code}" not in released and rule.since == version:
            yield f"rule {rule.code} came after the release of {version}; its `since` says so"


def write(tree: Tree) -> int:
    """Write down what is released, or add what has come since; return how many things are fixed.

    Raises:
        DlsError: something that was released has changed.
    """
    now, before = current_digests(tree), released_digests(tree)
    if before is not None and (problem := next(changes(before, now, tree.version), None)):
        raise DlsError(f"{problem}; nothing was written")
    (tree.schema / NAME).write_text("".join(f"{digest}  {name}\n" for name, digest in now.items()))
    return len(now)


def _files(tree: Tree) -> Iterator[tuple[str, str]]:
    for path in sorted(tree.schema.rglob("*.json")):
        yield f"schema/{path.relative_to(tree.schema).as_posix()}", file_sha256(path)
    suite = tree.spec / "conformance"
    for path in sorted((*(tree.spec / "scenarios").glob("*.yaml"), *(suite / "documents").rglob("*"))):
        if path.is_file():
            yield path.relative_to(tree.spec).as_posix(), file_sha256(path)


def _registry(tree: Tree) -> Iterator[tuple[str, str]]:
    written: dict[str, Any] = parse((tree.spec / "metrics.yaml").read_bytes(), "metrics.yaml").value
    for kind in ("metrics", "inequalities"):
        for entry in written[kind]:
            yield f"{kind} {entry['id']}", sha256_hex(canonical_json(entry))


def _expected(tree: Tree) -> Iterator[tuple[str, str]]:
    suite: dict[str, Any] = parse((tree.spec / "conformance" / "expected.json").read_bytes(), "expected.json").value
    yield from ((f"pass {name}", sha256_hex(name.encode())) for name in suite["pass"])
    yield from ((f"fail {name}", sha256_hex(canonical_json(findings))) for name, findings in suite["fail"].items())
    for case in suite["reader"]:
        asked = {name: case[name] for name in ("scenario", "waivers", "today") if name in case}
        brought = " ".join(f"{name} {value}" for name, value in asked.items())
        yield f"reader {case['document']} {brought}", sha256_hex(canonical_json(case))


def _generators() -> Iterator[tuple[str, str]]:
    from dls.probe import items_sha256
    from dls.probes import GENERATED_PROBES

    yield from ((f"generator {probe.name}", items_sha256(probe.items(_SEED, _UNITS))) for probe in GENERATED_PROBES)


def _rules() -> Iterator[tuple[str, str]]:
    """Yield what of a rule is fixed: its code, its severity, whether it may be waived, and since when it holds."""
    from dls.rules import ALL

    for rule in ALL:
        fixed = [rule.code, rule.severity, rule.waivable, rule.since]
        yield f"rule {rule.code}", sha256_hex(canonical_json(fixed))


if __name__ == "__main__":
    try:
        print(f"{write(checkout_tree())} things are fixed in {checkout_tree().schema / NAME}")  # noqa: T201 - a command of maintainers
    except DlsError as error:
        sys.exit(str(error))
