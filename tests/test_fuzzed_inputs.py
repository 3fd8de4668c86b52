"""Each input in `fuzz/inputs` gets findings or one clear error."""

import pytest

pytest.importorskip("securesystemslib", reason="envelopes need the extra [sign]")

from fuzz.__main__ import INPUTS
from fuzz.place import Place
from fuzz.targets import TARGETS


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    return Place(tmp_path_factory.mktemp("fuzz") / "documents")


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.name)
def test_a_kept_input_gets_an_answer(target, place):
    paths = sorted((INPUTS / target.name).iterdir())
    assert paths
    for path in paths:
        target.run(path.read_bytes(), place)
