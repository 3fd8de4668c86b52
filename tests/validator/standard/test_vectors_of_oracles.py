"""The test vectors follow from their inputs by two implementations that share no code with this project."""

import shutil
import subprocess
from pathlib import Path

import pytest
from tests.validator.standard.vector_files import FOLDER, LISTS, expected, vectors


@pytest.mark.parametrize("name", LISTS)
def test_a_file_holds_the_results_of_the_oracle(name):
    assert vectors(name) == expected(name), "run python -m tests.validator.standard.vector_files"


def test_every_file_has_an_oracle():
    assert {path.stem for path in FOLDER.glob("*.json")} == {*LISTS, "identity"}


@pytest.mark.parametrize("name", [*LISTS, "identity"])
def test_the_readme_explains_each_list_of_a_file(name):
    section = (FOLDER / "README.md").read_text().partition(f"\n`{name}.json` has ")[2].partition("\n## ")[0]
    assert [part for part in vectors(name).keys() - {"vectors"} if f"`{part}`" not in section] == []


def test_an_implementation_in_another_language_has_the_same_results():
    node = shutil.which("node")
    if node is None:
        pytest.skip("needs node")
    script = Path(__file__).with_name("node") / "vectors.mjs"
    process = subprocess.run([node, script, FOLDER], capture_output=True, text=True, check=False)
    assert (process.returncode, process.stdout) == (0, f"{len(LISTS)} files agree\n"), process.stdout + process.stderr
