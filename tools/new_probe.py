"""Write a new probe: `python -m tools.new_probe boundary.my_probe`.

It writes both halves, their tests, the page and a metric from `tools/probe_template`: a small probe that works. It
enters the probe wherever probes are listed, and prints the steps that need a person.
"""

import argparse
import re
import sys
from pathlib import Path
from string import Template
from typing import Any, NamedTuple

from dls.errors import DlsError
from dls.probe import Probe, items_sha256
from dls.probes.catalogue import reference_probes
from dls.probes.collection import PROBES
from dls.standard.registry import DIMENSIONS, READINGS, as_json, load_registry

ROOT = Path(__file__).parents[1]
TEMPLATES = Path(__file__).parent / "probe_template"
FORM = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*\.[a-z][a-z0-9]*(_[a-z0-9]+)*")
ORDER = (*READINGS, *DIMENSIONS)

LIGHT_HALVES = "validator/dls/probes"
HEAVY_HALVES = "reference_probes/dls_probes/probes"
ITEM_DIGESTS = "tests/validator/probes/test_items_are_immutable.py"
SHOT_DIGESTS = "tests/reference_probes/few_shot/test_few_shot.py"
REGISTRY = "spec/1.0/metrics.yaml"
NEW_FILES = {
    "light_half.py": f"{LIGHT_HALVES}/$module.py",
    "heavy_half.py": f"{HEAVY_HALVES}/$module.py",
    "test_light_half.py": "tests/validator/probes/test_$module.py",
    "test_heavy_half.py": "tests/reference_probes/probes/test_$module.py",
    "page.md": "docs/probes/$id.md",
}
"""The path of each new file, by its template."""


class Names(NamedTuple):
    """Names of a probe: `boundary.my_probe`, `boundary`, `boundary_my_probe`, `MyProbe`, `my_probe_accuracy`."""

    id: str
    dimension: str
    module: str
    prefix: str
    metric: str
    title: str

    def fill(self, template: str) -> str:
        """Return a template's text with the names in it."""
        return Template(template).substitute(self._asdict())


def names_of(probe: str) -> Names:
    """Return the names of a new probe.

    Raises:
        DlsError: the id is malformed or exists, its dimension does not exist, or its metric or class exists.
    """
    if not FORM.fullmatch(probe):
        raise DlsError(
            f"{probe!r} is no id of a probe; write <dimension>.<name> in lower case, as in boundary.my_probe"
        )
    dimension, _, name = probe.partition(".")
    if dimension not in ORDER:
        raise DlsError(f"{probe}: there is no dimension {dimension!r}; choose one of {', '.join(ORDER)}")
    if probe in {entry.id for entry in reference_probes()}:
        raise DlsError(f"the probe {probe} exists; choose another name")
    metric = f"{name}_accuracy"
    if metric in load_registry().metrics:
        raise DlsError(f"{probe}: the metric {metric} exists; choose another name")
    words = name.split("_")
    prefix = "".join(word.capitalize() for word in words)
    if f"{prefix}Record" in {entry.record.__name__ for entry in reference_probes()}:
        raise DlsError(f"{probe}: the class {prefix}Record exists; choose another name")
    return Names(probe, dimension, f"{dimension}_{name}", prefix, metric, f"Accuracy of {' '.join(words)}")


def write_probe(root: Path, names: Names) -> tuple[Path, ...]:
    """Write and change the files of a new probe; return the new ones.

    Raises:
        DlsError: a new file exists, or a list has no line after which the probe belongs. Nothing is written then.
    """
    new = {root / path: text for path, text in new_files(names).items()}
    if existing := [path for path in new if path.exists()]:
        raise DlsError(f"{existing[0]} exists; nothing was written. Choose another name, or remove the file")
    changed = {root / path: text for path, text in changed_files(root, names).items()}
    for path, text in {**new, **changed}.items():
        path.write_text(text)
    return tuple(new)


def new_files(names: Names) -> dict[str, str]:
    """Return the text of every new file, by its path from the root."""
    return {names.fill(path): names.fill(template_text(name)) for name, path in NEW_FILES.items()}


def template_text(name: str) -> str:
    """Return the text of a template."""
    return (TEMPLATES / f"{name}.txt").read_text()


def changed_files(root: Path, names: Names) -> dict[str, str]:
    """Return the new text of every file that lists probes, by its path from the root.

    Raises:
        DlsError: a file has no line after which the probe belongs.
    """
    before = previous_probe(names.dimension)
    key = f'"{before.id}": '
    light, heavy = f"{LIGHT_HALVES}/__init__.py", f"{HEAVY_HALVES}/__init__.py"
    item_digest, shot_digest = digests(names)
    entries = {
        light: (f'    "{before.id}",', f'    "{names.id}",'),
        heavy: (f"        {key}", f'        "{names.id}": {names.module}.elicit,'),
        ITEM_DIGESTS: (f"    {key}", f'    "{names.id}": "{item_digest}",'),
        SHOT_DIGESTS: (f"    {key}", f'    "{names.id}": "{shot_digest}",'),
    }
    texts = {path: with_line((root / path).read_text(), path, *entry) for path, entry in entries.items()}
    registry = with_metric((root / REGISTRY).read_text(), names)
    return {
        **texts,
        heavy: with_import(texts[heavy], names.module),
        REGISTRY: registry,
        REGISTRY.replace(".yaml", ".json"): as_json(registry.encode()).decode(),
    }


def previous_probe(dimension: str) -> Probe:
    """Return the probe after which one of a dimension is listed: the last of the dimension, or of those before it."""
    return [probe for probe in PROBES if ORDER.index(probe.dimension) <= ORDER.index(dimension)][-1]


def digests(names: Names) -> tuple[str, str]:
    """Return the digest of the template's items, and the beginning of that of its solved items."""
    from dls_probes.few_shot.prompt import few_shot_sha256

    module: dict[str, Any] = {"__name__": f"dls.probes.{names.module}"}
    exec(names.fill(template_text("light_half.py")), module)  # noqa: S102  the template beside this file
    probe: Probe = module["PROBE"]
    return items_sha256(probe.items(3, 100)), few_shot_sha256(probe.shots())[:12]


def with_line(text: str, path: str, start: str, line: str) -> str:
    """Return a text with a line after the first one that begins with ``start``.

    Raises:
        DlsError: no line does.
    """
    lines = text.split("\n")
    place = next((number for number, known in enumerate(lines, 1) if known.startswith(start)), None)
    if place is None:
        raise DlsError(f"{path} has no line that begins with {start!r}; nothing was written. Enter the probe by hand")
    return "\n".join((*lines[:place], line, *lines[place:]))


def with_import(text: str, module: str) -> str:
    """Return a text with a module in its first import of several lines, in alphabetical order."""
    head, opening, rest = text.partition(" import (\n")
    block, closing, tail = rest.partition(")\n")
    lines = sorted((*block.splitlines(keepends=True), f"    {module},\n"))
    return "".join((head, opening, *lines, closing, tail))


def with_metric(text: str, names: Names) -> str:
    """Return the registry with the probe's metric at the end of its dimension.

    Raises:
        DlsError: the registry has no heading of the dimension.
    """
    heading = re.search(rf"^  # -+ {names.dimension}\b", text, re.MULTILINE)
    if heading is None:
        raise DlsError(f"{REGISTRY} has no heading of {names.dimension}; nothing was written. Enter the probe by hand")
    section, gap, tail = text[heading.start() :].partition("\n\n")
    entry = names.fill(template_text("metric.yaml"))
    return f"{text[: heading.start()]}{section.rstrip()}\n{entry.rstrip()}{gap or chr(10)}{tail}"


def main() -> int:
    """Write the probe that the command line names, and print the steps that are left."""
    parser = argparse.ArgumentParser(prog="python -m tools.new_probe", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("probe", help="its id: <dimension>.<name>, as in boundary.my_probe")
    try:
        names = names_of(parser.parse_args().probe)
        paths = write_probe(ROOT, names)
    except DlsError as error:
        sys.exit(str(error))
    sys.stdout.write("".join(f"wrote {path.relative_to(ROOT)}\n" for path in paths))
    sys.stdout.write(names.fill(template_text("steps.md")))
    return 0


if __name__ == "__main__":
    sys.exit(main())
