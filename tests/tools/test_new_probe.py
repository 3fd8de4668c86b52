"""The scaffold of a probe refuses a bad name, writes nothing by halves, and what it writes works."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tools.new_probe import NEW_FILES, ORDER, ROOT, changed_files, main, names_of, new_files, write_probe

from dls.errors import DlsError

ID = "boundary.my_probe"
NAMES = names_of(ID)
TREE = (
    "benchmarks",
    "docs",
    "planted",
    "reference_probes",
    "schema",
    "simulations",
    "spec",
    "tests",
    "tools",
    "validator",
)
NO_COPY = shutil.ignore_patterns("__pycache__", "node_modules")
LISTS = {
    "validator/dls/probes/__init__.py",
    "reference_probes/dls_probes/probes/__init__.py",
    "tests/validator/probes/test_items_are_immutable.py",
    "tests/reference_probes/few_shot/test_few_shot.py",
    "spec/1.0/metrics.yaml",
    "spec/1.0/metrics.json",
}

TESTS_OF_PROBES = (
    "tests/validator/probes/test_every_probe.py",
    "tests/validator/probes/test_items_are_immutable.py",
    "tests/validator/probes/test_phrasings.py",
    "tests/validator/standard/test_registry.py",
    "tests/validator/commands/test_probes_command.py",
    "tests/reference_probes/probes/test_elicitations.py",
    "tests/reference_probes/few_shot/test_few_shot.py",
)


@pytest.fixture(scope="module")
def tree(tmp_path_factory):
    """Return a copy of the repository in which the scaffold has written its probe."""
    root = tmp_path_factory.mktemp("tree")
    for name in TREE:
        shutil.copytree(ROOT / name, root / name, ignore=NO_COPY)
    shutil.copy(ROOT / "pyproject.toml", root)
    write_probe(root, NAMES)
    return root


def run(root, *arguments):
    """Run a Python module in a copy of the repository, with the packages of that copy."""
    packages = os.pathsep.join(str(root / name) for name in ("validator", "reference_probes"))
    return subprocess.run(
        [sys.executable, "-m", *arguments],
        cwd=root,
        env={**os.environ, "PYTHONPATH": packages, "MYPYPATH": packages},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("my_probe", "is no id of a probe"),
        ("boundary.My-probe", "is no id of a probe"),
        ("boundary.my_probe.two", "is no id of a probe"),
        ("../x.my_probe", "is no id of a probe"),
        ("courage.my_probe", "there is no dimension 'courage'; choose one of headline, "),
        ("boundary.twins", "the probe boundary.twins exists"),
        ("boundary.out_of_range", "the metric out_of_range_accuracy exists"),
        ("grounding.world", "the class WorldRecord exists"),
    ],
)
def test_a_name_that_cannot_be_a_new_probe_is_refused(name, problem):
    with pytest.raises(DlsError, match=problem):
        names_of(name)


def test_the_command_says_why_it_refuses(monkeypatch):
    monkeypatch.setattr(sys, "argv", ["new_probe", "boundary.twins"])
    with pytest.raises(SystemExit, match=r"the probe boundary\.twins exists; choose another name"):
        main()


@pytest.mark.parametrize("path", new_files(NAMES))
def test_nothing_is_written_where_a_new_file_exists(tmp_path, path):
    (tmp_path / path).parent.mkdir(parents=True)
    (tmp_path / path).touch()
    with pytest.raises(DlsError, match="exists; nothing was written"):
        write_probe(tmp_path, NAMES)
    assert [file for file in tmp_path.rglob("*") if file.is_file()] == [tmp_path / path]


def test_nothing_is_written_where_a_list_has_no_place_for_the_probe(tmp_path):
    for path in LISTS:
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).touch()
    with pytest.raises(DlsError, match=r"has no line that begins with .*; nothing was written"):
        write_probe(tmp_path, NAMES)
    assert not any(file.stat().st_size for file in tmp_path.rglob("*") if file.is_file())


def test_a_template_for_each_new_file():
    assert len(new_files(NAMES)) == len(NEW_FILES) == 5


def test_the_probe_is_entered_in_every_list():
    texts = changed_files(ROOT, NAMES)
    assert set(texts) == LISTS
    for path, text in texts.items():
        added = set(text.splitlines()) - set((ROOT / path).read_text().splitlines())
        assert any(name in line for line in added for name in (NAMES.module, ID)), path


@pytest.mark.parametrize("dimension", ORDER)
def test_a_probe_of_any_dimension_has_a_place(dimension):
    assert set(changed_files(ROOT, names_of(f"{dimension}.my_probe"))) == LISTS


def lint(root, paths):
    """Return the complaints of the linter and of the formatter about some files."""
    results = [run(root, "ruff", *command, *paths) for command in (["check"], ["format", "--check"])]
    return [result.stdout for result in results if result.returncode]


@pytest.mark.parametrize("dimension", ORDER)
def test_the_new_files_pass_the_linter_and_keep_the_format(tree, dimension):
    texts = new_files(names_of(f"{dimension}.any_probe"))
    for path, text in texts.items():
        (tree / path).write_text(text)
    complaints = lint(tree, [path for path in texts if path.endswith(".py")])
    for path in texts:
        (tree / path).unlink()
    assert complaints == []


def test_the_changed_files_pass_the_linter_and_keep_the_format(tree):
    assert lint(tree, [path for path in LISTS if path.endswith(".py")]) == []


@pytest.mark.slow
def test_the_tree_passes_the_type_checker(tree):
    result = run(tree, "mypy")
    assert result.returncode == 0, result.stdout


@pytest.mark.slow
def test_the_probe_passes_the_tests_that_hold_every_probe(tree):
    own = [path for path in new_files(NAMES) if Path(path).name.startswith("test_")]
    result = run(tree, "pytest", "-q", "-x", "-p", "no:cacheprovider", *TESTS_OF_PROBES, *own)
    assert result.returncode == 0, result.stdout[-4000:]
