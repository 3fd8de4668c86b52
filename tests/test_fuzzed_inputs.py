"""Whatever the fuzzer found worth keeping gets findings or one clear error, as does each input that it starts from."""

import pytest

pytest.importorskip("securesystemslib", reason="envelopes need the extra [sign]")

from fuzz.__main__ import KEPT
from fuzz.targets import TARGETS, Place


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    return Place(tmp_path_factory.mktemp("fuzz") / "documents")


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.name)
def test_a_kept_input_gets_an_answer(target, place):
    kept = sorted((KEPT / target.name).iterdir())
    assert kept
    for path in kept:
        target.run(path.read_bytes(), place)
