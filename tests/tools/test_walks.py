"""The walks that CONTRIBUTING.md shows are those of the code."""

import re
from functools import cache
from pathlib import Path

import pytest
from tests.test_layers import ALL
from tools import walks

from dls.probes.catalogue import find_probe

TEXT = (Path(__file__).parents[2] / "CONTRIBUTING.md").read_text()
TITLES = {
    "validate": "A statement through `dls validate`",
    "recompute": "A claim through `dls recompute`",
    "item": "An item from seed to record",
}
traces = cache(walks.walks)


def section(name):
    """Return the number of rooms in the heading of a walk, and its steps: the room, and the words in backticks."""
    heading = re.search(rf"^### {re.escape(TITLES[name])}: (\d+) rooms$", TEXT, re.MULTILINE)
    steps = re.findall(r"^\d+\. `([\w.]+)`: (.*)$", TEXT[heading.end() :].partition("\n#")[0], re.MULTILINE)
    return int(heading[1]), {room: re.findall(r"`(\w+)`", story) for room, story in steps}


@pytest.mark.parametrize("name", TITLES)
def test_a_walk_passes_the_rooms_that_it_is_said_to_pass(name):
    assert list(section(name)[1]) == list(traces()[name])


@pytest.mark.parametrize("name", TITLES)
def test_a_walk_has_as_many_rooms_as_its_heading_says(name):
    rooms, steps = section(name)
    assert rooms == len(steps)


@pytest.mark.parametrize("name", TITLES)
def test_a_module_that_a_step_names_is_passed(name):
    modules = {f"{room}.{word}" for room, words in section(name)[1].items() for word in words} & set(ALL)
    assert modules
    assert modules <= {module for names in traces()[name].values() for module in names}


def test_a_walk_passes_the_room_of_each_function_that_runs():
    assert walks.walk(lambda: find_probe(walks.PROBE).items(1, 1)) == {
        "dls.probes": ["dls.probes.catalogue", "dls.probes.uncertainty_lottery"],
        "dls.probes.shared": ["dls.probes.shared.per_item", "dls.probes.shared.phrasings"],
        "dls.draw": ["dls.draw"],
        "dls.canonical": ["dls.canonical"],
    }
