"""From its release on a version does not change by a byte, and what comes later says so."""

import json
import shutil

import pytest
from tools.release import NAME, Tree, changes, checkout_tree, current_digests, released_digests, write

from dls.errors import DlsError


def problems(tree):
    return list(changes(released_digests(tree), current_digests(tree), tree.version))


def test_what_was_released_stands():
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
def released(_original, tmp_path):
    """Return a copy of everything, released."""
    shutil.copytree(_original, tmp_path / "copy")
    return Tree(tmp_path / "copy" / "schema" / "1.0", tmp_path / "copy" / "spec" / "1.0")


def replaced(path, old, new):
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def test_nothing_changed_is_nothing_said(released):
    assert problems(released) == []


CHANGES = {
    "schema/scenario.schema.json": ("schema", "scenario.schema.json", "The profile's id.", "The id."),
    "metrics accuracy": ("spec", "metrics.yaml", "a tie goes to the first", "a tie goes to the last"),
    "inequalities gap_within_ece": ("spec", "metrics.yaml", "the overall gap is one bin", "so it is"),
    "scenarios/demo.yaml": ("spec", "scenarios/demo.yaml", "margin: 0.03", "margin: 0.04"),
    "conformance/documents/publisher.yaml": ("spec", "conformance/documents/publisher.yaml", "English", "German"),
    "fail DLS101-same-weights.yaml": ("spec", "conformance/expected.json", '"code": "DLS101"', '"code": "DLS102"'),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_changed_thing_is_named(released, name):
    part, file, old, new = CHANGES[name]
    replaced(getattr(released, part) / file, old, new)
    assert problems(released) == [f"{name} was changed since its release; give a new meaning a new name or version"]


@pytest.mark.parametrize("name", ["generator boundary.twins@1.0", "rule DLS203"])
def test_a_generator_or_a_rule_that_is_another_is_named(released, name):
    path = released.schema / NAME
    digest = released_digests(released)[name]
    replaced(path, f"{digest}  {name}", f"{digest[::-1]}  {name}")
    assert [problem.partition(" was ")[0] for problem in problems(released)] == [name]


def test_what_is_gone_is_named(released):
    (released.spec / "scenarios" / "demo.yaml").unlink()
    assert problems(released) == ["scenarios/demo.yaml is gone; a released thing stays"]


def test_what_is_new_may_come(released):
    shutil.copy(released.spec / "scenarios" / "demo.yaml", released.spec / "scenarios" / "another.yaml")
    expected = released.spec / "conformance" / "expected.json"
    suite = json.loads(expected.read_text())
    suite["fail"]["DLS101-another.yaml"] = []
    expected.write_text(json.dumps(suite))
    replaced(released.spec / "metrics.yaml", "metrics:\n", "metrics:\n  - {id: another}\n")
    assert problems(released) == []
    before = released_digests(released)
    write(released)
    assert released_digests(released).keys() - before.keys() == {
        "scenarios/another.yaml",
        "fail DLS101-another.yaml",
        "metrics another",
    }


def test_a_rule_that_came_later_says_since_when(released):
    path = released.schema / NAME
    path.write_text("".join(line for line in path.read_text().splitlines(keepends=True) if "rule DLS203" not in line))
    assert problems(released) == ["rule DLS203 came after the release of 1.0; its `since` says so"]


def test_a_release_is_not_written_over_a_change(released):
    replaced(released.spec / "scenarios" / "demo.yaml", "margin: 0.03", "margin: 0.04")
    before = (released.schema / NAME).read_bytes()
    with pytest.raises(DlsError, match="nothing was written"):
        write(released)
    assert (released.schema / NAME).read_bytes() == before
