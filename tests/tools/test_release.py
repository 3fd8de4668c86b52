"""A released version does not change by a byte, and later rules name their version."""

import json
import shutil

import pytest
from tools.release import NAME, Tree, changes, checkout_tree, current_digests, released_digests, write

from dls.errors import DlsError


def problems(tree):
    return list(changes(released_digests(tree), current_digests(tree), tree.version))


def test_the_released_files_are_unchanged():
    """Of a draft there is nothing to hold on to: the file does not exist yet."""
    assert released_digests(checkout_tree()) is None or problems(checkout_tree()) == []


@pytest.fixture(scope="module")
def _original(tmp_path_factory):
    root = tmp_path_factory.mktemp("released")
    tree = Tree(root / "schema" / "1.0", root / "spec" / "1.0")
    for source, copy in zip(checkout_tree(), tree, strict=True):
        shutil.copytree(source, copy)
    (tree.schema / NAME).unlink(missing_ok=True)
    write(tree)
    return root


@pytest.fixture
def tree(_original, tmp_path):
    """Return a copy of everything, released."""
    shutil.copytree(_original, tmp_path / "copy")
    return Tree(tmp_path / "copy" / "schema" / "1.0", tmp_path / "copy" / "spec" / "1.0")


def replaced(path, old, new):
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def test_without_a_change_there_is_no_problem(tree):
    assert problems(tree) == []


CHANGES = {
    "schema/scenario.schema.json": ("schema", "scenario.schema.json", "The profile's id.", "The id."),
    "metrics accuracy": ("spec", "metrics.yaml", "a tie goes to the first", "a tie goes to the last"),
    "inequalities gap_within_ece": ("spec", "metrics.yaml", "the overall gap is one bin", "so it is"),
    "scenarios/demo.yaml": ("spec", "scenarios/demo.yaml", "margin: 0.03", "margin: 0.04"),
    "model_files.yaml": ("spec", "model_files.yaml", "- vocab.txt", "- vocabulary.txt"),
    "vectors/identity.json": ("spec", "vectors/identity.json", '"vectors": "1"', '"vectors": "2"'),
    "conformance/documents/publisher.yaml": ("spec", "conformance/documents/publisher.yaml", "English", "German"),
    "fail DLS101-same-weights.yaml": ("spec", "conformance/expected.json", '"code": "DLS101"', '"code": "DLS102"'),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_changed_thing_is_named(tree, name):
    part, file, old, new = CHANGES[name]
    replaced(getattr(tree, part) / file, old, new)
    assert problems(tree) == [f"{name} was changed since its release; give a new meaning a new name or version"]


@pytest.mark.parametrize("name", ["generator boundary.twins@1.0", "rule DLS203"])
def test_a_changed_generator_or_rule_is_named(tree, name):
    path = tree.schema / NAME
    digest = released_digests(tree)[name]
    replaced(path, f"{digest}  {name}", f"{digest[::-1]}  {name}")
    assert [problem.partition(" was ")[0] for problem in problems(tree)] == [name]


def test_a_missing_thing_is_named(tree):
    (tree.spec / "scenarios" / "demo.yaml").unlink()
    assert problems(tree) == ["scenarios/demo.yaml is gone; a released thing stays"]


def test_new_things_may_be_added(tree):
    shutil.copy(tree.spec / "scenarios" / "demo.yaml", tree.spec / "scenarios" / "another.yaml")
    path = tree.spec / "conformance" / "expected.json"
    suite = json.loads(path.read_text())
    suite["fail"]["DLS101-another.yaml"] = []
    path.write_text(json.dumps(suite))
    replaced(tree.spec / "metrics.yaml", "metrics:\n", "metrics:\n  - {id: another}\n")
    assert problems(tree) == []
    before = released_digests(tree)
    write(tree)
    assert released_digests(tree).keys() - before.keys() == {
        "scenarios/another.yaml",
        "fail DLS101-another.yaml",
        "metrics another",
    }


def test_a_later_rule_has_its_own_since(tree):
    path = tree.schema / NAME
    path.write_text("".join(line for line in path.read_text().splitlines(keepends=True) if "rule DLS203" not in line))
    assert problems(tree) == ["rule DLS203 came after the release of 1.0; its `since` says so"]


def test_a_release_is_not_written_over_a_change(tree):
    replaced(tree.spec / "scenarios" / "demo.yaml", "margin: 0.03", "margin: 0.04")
    before = (tree.schema / NAME).read_bytes()
    with pytest.raises(DlsError, match="nothing was written"):
        write(tree)
    assert (tree.schema / NAME).read_bytes() == before
