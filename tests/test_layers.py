"""Who may import whom, and that the light commands stay light."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
HEAVY = ("torch", "transformers", "numpy", "scipy", "securesystemslib", "cryptography", "dls.signing.keys")
HONEST = ("publisher.yaml", "publisher-with-evidence.yaml", "third-party.yaml", "report.yaml")
ORDER = (
    "dls.document.reader",
    "dls.model",
    "dls.rules",
    "dls.report",
    "dls.commands.cli",
)  # each may import those before it


def modules(package: Path) -> dict[str, Path]:
    """Return the modules below a package's folder, by name."""
    found = {}
    for path in package.rglob("*.py"):
        parts = path.relative_to(package.parent).with_suffix("").parts
        found[".".join(part for part in parts if part != "__init__")] = path
    return found


def imported(path: Path) -> Iterator[str]:
    """Yield every module that a file imports anywhere, inside of functions too."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports relatively"
            assert node.module is not None
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


LIGHT = modules(ROOT / "validator" / "dls")
PROBES = modules(ROOT / "reference_probes" / "dls_probes")
GRAPH = {name: {target for target in imported(path) if target in LIGHT} for name, path in LIGHT.items()}


def below(name: str) -> set[str]:
    """Return everything that a module imports, directly or through others."""
    seen: set[str] = set()
    waiting = [name]
    while waiting:
        new = GRAPH[waiting.pop()] - seen
        seen |= new
        waiting += new
    return seen


def inside(name: str, package: str) -> bool:
    return name == package or name.startswith(f"{package}.")


def test_the_walk_sees_both_packages():
    assert {"dls.commands.cli", "dls.rules", "dls.model.statement"} <= set(LIGHT)
    assert "dls.evidence.records" in below("dls.verifying.recompute")
    assert "dls_probes.runs.regenerate" in PROBES


@pytest.mark.parametrize("name", sorted(LIGHT))
def test_the_validator_imports_neither_probes_nor_torch(name):
    assert not [t for t in imported(LIGHT[name]) if t.partition(".")[0] in ("dls_probes", "torch", "transformers")]


@pytest.mark.parametrize(("earlier", "later"), [(a, b) for i, a in enumerate(ORDER) for b in ORDER[i + 1 :]])
def test_a_layer_imports_no_later_one(earlier, later):
    offenders = {
        name: [target for target in below(name) if inside(target, later)] for name in LIGHT if inside(name, earlier)
    }
    assert not {name: targets for name, targets in offenders.items() if targets}


def test_what_a_probe_measures_knows_nothing_of_commands():
    for name in LIGHT:
        if inside(name, "dls.probes") or inside(name, "dls.statistics") or inside(name, "dls.metrics"):
            assert not [
                target for target in below(name) if inside(target, "dls.commands") or inside(target, "dls.rules")
            ]


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
