"""A choice that keeps every claim from being preserved is said before the first question."""

import msgspec
import pytest

from dls.model import PinnedData
from dls.scenarios.profile import load_profile
from dls_probes.runs.unplanned_choices import forfeits

DEMO = load_profile("demo")


@pytest.mark.parametrize(
    ("n", "seed", "data", "sentences"),
    [
        (None, None, (), []),
        (100, None, (), ["--n 100: the profile plans 120 to 1,500 units"]),
        (None, 7, (), ["--seed 7: a claim on items of a chosen seed"]),
        (None, None, ("headline.multiple_choice",), ["--data headline.multiple_choice: the profile demo pins no file"]),
        (9, 9, ("headline.labels",), ["--n 9", "--seed 9", "--data headline.labels"]),
    ],
)
def test_each_choice_has_a_sentence(n, seed, data, sentences):
    lines = list(forfeits(DEMO, n, seed, data))
    assert len(lines) == len(sentences)
    assert all(line.startswith(sentence) for line, sentence in zip(lines, sentences, strict=True))


def test_a_pinned_file_forfeits_nothing():
    pin = PinnedData(sha256="a" * 64, fixed_on="2026-11-02", units=4000)
    pinned = DEMO._replace(targets=tuple(msgspec.structs.replace(target, data=pin) for target in DEMO.targets))
    assert list(forfeits(pinned, None, None, [target.probe for target in DEMO.targets])) == []
