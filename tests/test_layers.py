"""Which room may import which, that nothing imports in a circle, and that the light commands stay light."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
HEAVY = (
    *("torch", "transformers", "pydantic", "numpy", "scipy", "securesystemslib", "cryptography", "altair"),
    "dls.signing.keys",
)
HONEST = ("publisher.yaml", "publisher-with-evidence.yaml", "third-party.yaml", "report.yaml")
ORDER = (
    "dls.version",
    "dls.stand_ins",
    *("dls.errors", "dls.finding", "dls.canonical", "dls.draw", "dls.document", "dls.evidence.files"),
    "dls.model",
    *("dls.standard", "dls.identity", "dls.statistics", "dls.metrics", "dls.access_level"),
    *("dls.probe", "dls.probes.shared", "dls.probes"),
    *("dls.scenarios", "dls.logs", "dls.evidence", "dls.measuring", "dls.judging", "dls.card", "dls.rules"),
    *("dls.signing", "dls.importing", "dls.authoring", "dls.checking", "dls.verifying", "dls.revisions", "dls.door"),
    *("dls.page", "dls.plot", "dls.hub", "dls.exporting", "dls.report", "dls.bot", "dls.commands", "dls"),
    *("dls_probes.requests", "dls_probes.packs", "dls_probes.tokens", "dls_probes.arithmetic", "dls_probes.engine"),
    *("dls_probes.models", "dls_probes.servers", "dls_probes.few_shot", "dls_probes.probes", "dls_probes.runs"),
    *("dls_probes.reproduction", "dls_probes.pair", "dls_probes.commands", "dls_probes"),
)
"""Rooms and the modules beside them; each imports only from those before it. The two faces come after their rooms."""


def modules(package: Path) -> dict[str, Path]:
    """Return the modules below a package's folder, by name."""
    paths = {}
    for path in package.rglob("*.py"):
        parts = path.relative_to(package.parent).with_suffix("").parts
        paths[".".join(part for part in parts if part != "__init__")] = path
    return paths


def imported(path: Path) -> Iterator[str]:
    """Yield every module that a file imports anywhere, inside of functions too."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports relatively"
            assert node.module is not None
            submodules = [f"{node.module}.{alias.name}" for alias in node.names]
            yield from (name for name in submodules if name in ALL)
            if not all(name in ALL for name in submodules):
                yield node.module


LIGHT = modules(ROOT / "validator" / "dls")
PROBES = modules(ROOT / "reference_probes" / "dls_probes")
ALL = LIGHT | PROBES


@cache
def graph() -> dict[str, set[str]]:
    """Return the modules that each module imports."""
    return {name: {target for target in imported(path) if target in ALL} for name, path in ALL.items()}


def room(name: str) -> str:
    """Return the room of a module: the longest entry of the order that it lies in."""
    return max((entry for entry in ORDER if name == entry or name.startswith(f"{entry}.")), key=len)


def below(name: str) -> set[str]:
    """Return everything that a module imports, directly or through others."""
    reached: set[str] = set()
    waiting = [name]
    while waiting:
        new = graph()[waiting.pop()] - reached
        reached |= new
        waiting += new
    return reached


def test_the_walk_sees_both_packages():
    assert {"dls.commands.cli", "dls.rules", "dls.model.statement"} <= set(LIGHT)
    assert "dls.evidence.records" in below("dls.verifying.recompute")
    assert "dls_probes.runs.regenerate" in PROBES


def test_every_room_stands_in_the_order_and_is_there():
    assert {room(name) for name in ALL} == set(ORDER)
    assert not [name for name in ALL if room(name) in {"dls", "dls_probes"} and name not in {"dls", "dls_probes"}]


@pytest.mark.parametrize("name", sorted(ALL))
def test_a_module_imports_from_its_own_room_and_those_before_it(name):
    place = ORDER.index(room(name))
    assert not [target for target in graph()[name] if ORDER.index(room(target)) > place]


def test_the_map_for_contributors_lists_the_rooms_in_their_order():
    section = (ROOT / "CONTRIBUTING.md").read_text().partition("\n## The map\n")[2].partition("\n## ")[0]
    assert re.findall(r"^- `([\w.]+)`: ", section, re.MULTILINE) == list(ORDER)


def circle(graph: Mapping[str, set[str]]) -> list[str]:
    """Return the modules of one circle, the first again at its end; empty where there is none."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def test_a_circle_is_seen():
    assert circle({"a": {"b"}, "b": {"a"}, "c": {"a"}}) in (["a", "b", "a"], ["b", "a", "b"])


def test_nothing_imports_in_a_circle():
    assert circle(graph()) == []


@pytest.mark.parametrize("name", sorted(LIGHT))
def test_the_validator_imports_neither_probes_nor_torch(name):
    assert not [t for t in imported(LIGHT[name]) if t.partition(".")[0] in ("dls_probes", "torch", "transformers")]


def test_a_module_with_an_underscore_is_used_in_its_own_folder_alone():
    for name, targets in graph().items():
        for target in targets:
            folder, _, basename = target.rpartition(".")
            assert not basename.startswith("_") or name.rpartition(".")[0] == folder or name == folder, (name, target)


def loaded(code: str) -> str:
    """Run code in a fresh process and return which of the heavy libraries it loaded."""
    tell = f"import sys; print('loaded:', *sorted(set({HEAVY!r}) & set(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\n{tell}"], capture_output=True, text=True, check=False, cwd=ROOT
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.rpartition("loaded:")[2].strip()


def command(*words: str) -> str:
    return f"from dls.commands.cli import main\ntry:\n    main({list(words)!r})\nexcept SystemExit:\n    pass"


def test_the_oracle_sees_a_heavy_library():
    assert loaded("import numpy") == "numpy"


@pytest.mark.parametrize(
    "code",
    [
        "import dls",
        command("--help"),
        command("validate", "--help"),
        command("validate", *(str(ROOT / "spec/1.0/conformance/documents" / name) for name in HONEST)),
        command("explain", "DLS203"),
    ],
    ids=["import", "help", "validate --help", "validate", "explain"],
)
def test_the_light_commands_load_nothing_heavy(code):
    assert loaded(code) == ""


def test_help_of_every_command_loads_no_torch():
    from dls.commands.cli import COMMANDS

    code = "\n".join(command(one.name, "--help") for one in COMMANDS)
    assert not {"torch", "transformers"} & set(loaded(code).split())
