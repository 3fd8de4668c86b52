"""A metric that is the same elsewhere names the other registry's id, which exists in the copy that the tests have."""

import re
import tarfile
from pathlib import Path

import pytest

from dls.standard.registry import metrics

COPY = Path(__file__).parents[2] / "data" / "interop" / "eee.tar.xz"
LINKED = [entry for entry in metrics() if entry.same_as]


@pytest.fixture(scope="module")
def entries():
    """The ids of the other registry, each with its direction and largest value."""
    with tarfile.open(COPY) as archive:
        text = archive.extractfile("eee/registry/metrics.yaml").read().decode()
    blocks = re.split(r"^- id: ", text, flags=re.MULTILINE)[1:]
    return {block.split("\n", 1)[0].strip(): "lower_is_better: true" in block for block in blocks}


def test_the_metrics_of_common_tasks_have_links():
    assert {"accuracy", "exact_match", "f1", "wer", "perplexity"} <= {entry.id for entry in LINKED}


@pytest.mark.parametrize("entry", LINKED, ids=lambda entry: entry.id)
def test_a_link_leads_to_a_metric_with_the_same_direction(entry, entries):
    registry, name = entry.same_as.split(":")
    assert registry == "eval-card-registry"
    assert entries[name] == (entry.direction == "lower")


def test_no_two_metrics_are_the_same_as_one():
    assert len({entry.same_as for entry in LINKED}) == len(LINKED)
