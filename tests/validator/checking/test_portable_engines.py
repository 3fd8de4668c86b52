"""The engines in C and Rust and those in Python give the same findings, with the same lines and columns."""

import json
import os
import subprocess
import sys
import venv
from pathlib import Path

import pytest
from fuzz.mutation import mutate
from tests.validator.checking.awkward_texts import AWKWARD, DOCUMENTS, slipped
from tests.validator.checking.findings_of_files import findings

from dls.commands.cli import main
from dls.document.engines import PORTABLE, Engines, choice, engines_in_use, installed_engines
from dls.document.reader import parse
from dls.errors import UnreadableDocument

ROOT = Path(__file__).parents[3]
FAST = Engines("libyaml", "jsonschema-rs")
SUITE = sorted(path for path in DOCUMENTS.rglob("*") if path.suffix in (".yaml", ".json"))
LIGHT_PACKAGES = ("msgspec", "rfc8785", "rich", "markdown-it-py", "mdurl", "pygments", "confusable-homoglyphs")
SCHEMA_PACKAGES = {
    "4.17.3": ("jsonschema==4.17.3", "attrs", "pyrsistent"),
    "newest": ("jsonschema", "attrs", "referencing", "jsonschema-specifications", "rpds-py", "typing-extensions"),
}
COMPILED = {"4.17.3": {"msgspec"}, "newest": {"msgspec", "rpds"}}


def reading(text, engines):
    """Return the value, the places and the cut texts of a text, or the refusal with its place."""
    with choice(engines):
        try:
            document = parse(text.encode(), "text")
        except UnreadableDocument as refusal:
            return refusal.problem, refusal.line, refusal.column, refusal.excerpt
    return document.value, document.root, document.cuts


def mutants(count):
    """Return documents of the suite with changed values, as JSON."""
    sources = [data for path in SUITE if mutate(data := path.read_bytes(), 0) is not None]
    return (mutate(sources[seed % len(sources)], seed) for seed in range(count))


def differences(paths):
    return [path for path in paths if findings(path, FAST) != findings(path, PORTABLE)]


def test_the_engines_of_a_choice_are_in_use_and_the_installed_ones_after_it():
    with choice(PORTABLE):
        assert engines_in_use() == PORTABLE
    assert engines_in_use() == installed_engines() == FAST


@pytest.mark.parametrize("text", AWKWARD)
def test_both_parsers_read_an_awkward_text_alike(text):
    assert reading(text, FAST) == reading(text, PORTABLE)


def test_both_parsers_see_the_same_slips_of_the_hand():
    texts = [slipped(seed) for seed in range(100)]
    assert sum(isinstance(reading(text, FAST)[0], str) for text in texts) > len(texts) // 4
    assert [text for text in texts if reading(text, FAST) != reading(text, PORTABLE)] == []


def test_both_stacks_find_the_same_in_documents_of_the_suite():
    assert differences(SUITE[::12]) == []


def test_both_stacks_find_the_same_in_changed_documents(tmp_path):
    path = tmp_path / "dls.json"
    for data in mutants(20):
        path.write_bytes(data)
        assert differences([path]) == [], data


@pytest.mark.slow
def test_both_stacks_find_the_same_in_the_whole_suite():
    assert differences(SUITE) == []


@pytest.mark.slow
def test_both_stacks_find_the_same_in_two_thousand_changed_documents(tmp_path):
    path, texts = tmp_path / "dls.yaml", [slipped(seed).encode() for seed in range(1000)]
    for data in (*texts, *mutants(1000)):
        path.write_bytes(data)
        assert differences([path]) == [], data


def environment(folder, version):
    """Return the Python of a new environment that holds the portable engines, and no compiled package without need."""
    venv.create(folder, with_pip=True)
    packages = (*LIGHT_PACKAGES, *SCHEMA_PACKAGES[version], "ruamel.yaml")
    python = folder / "bin" / "python"
    subprocess.run([python, "-m", "pip", "install", "--quiet", "--no-deps", *packages], check=True)
    for extension in folder.rglob("pvectorc*.so"):
        extension.unlink()  # pyrsistent does without it, and its wheel cannot
    compiled = {path.relative_to(folder).parts[3] for path in folder.rglob("*.so")}
    assert compiled == COMPILED[version]
    return python


@pytest.mark.slow
@pytest.mark.parametrize("version", SCHEMA_PACKAGES)
def test_an_environment_without_the_fast_engines_finds_the_same(tmp_path, version):
    python = environment(tmp_path / "environment", version)
    slips = [tmp_path / f"{seed}.yaml" for seed in range(len(AWKWARD) + 200)]
    for path, text in zip(slips, (*AWKWARD, *map(slipped, range(200))), strict=True):
        path.write_bytes(text.encode())
    paths = [*SUITE, *slips]
    output = subprocess.run(
        [python, Path(__file__).with_name("findings_of_files.py")],
        input="\n".join(map(str, paths)),
        env={**os.environ, "PYTHONPATH": str(ROOT / "validator")},
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    answer = json.loads(output)
    assert Engines(*answer["engines"]) == PORTABLE
    assert set(answer["forbidden"]) <= COMPILED[version]
    assert answer["findings"] == [findings(path, FAST) for path in paths]


def test_the_version_names_the_engines(capsys):
    with pytest.raises(SystemExit):
        main(["--version"])
    assert capsys.readouterr().out.endswith("(libyaml and jsonschema-rs)\n")


def test_a_check_loads_no_numpy_and_starts_no_process():
    code = "import sys; from dls.commands.cli import main; main(['validate', sys.argv[1]]); print(*sys.modules)"
    path = DOCUMENTS / "publisher.yaml"
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "validator")}
    run = subprocess.run(
        [sys.executable, "-c", code, path], env=environment, capture_output=True, text=True, check=True
    )
    assert not {"numpy", "scipy", "subprocess", "multiprocessing"} & set(run.stdout.split())
