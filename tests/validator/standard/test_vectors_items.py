"""The test vectors of items: the stream of integers behind them, their canonical lines, and their digest."""

import json
import subprocess

import msgspec
import pytest
from tests.validator.standard.vector_files import vectors
from tests.validator.standard.vector_oracle import first_chains

from dls.draw import Draw
from dls.probe import items_sha256
from dls.probes.catalogue import find_probe

VECTORS = vectors("items")


def name(case):
    return f"{case['probe']}-{case['n']}"


def made_items(case):
    return find_probe(*case["probe"].split("@")).items(case["seed"], case["n"])


@pytest.mark.parametrize("case", VECTORS["streams"], ids=lambda case: case["key"])
def test_a_stream_has_its_expected_integers(case):
    draw = Draw(*case["key"].split("/"))
    assert [draw.below(bound) for bound in case["bounds"]] == case["below"]


@pytest.mark.parametrize("case", VECTORS["items"], ids=name)
def test_a_seed_has_its_expected_items(case):
    items = made_items(case)
    lines = msgspec.json.Encoder(order="sorted").encode_lines(items).decode().splitlines()
    assert (len(items), lines[:2]) == (case["count"], case["first"])
    assert items_sha256(items) == case["items_sha256"]


SHORT = [case for case in VECTORS["items"] if case["count"] == len(case["first"])]


@pytest.mark.parametrize("case", SHORT, ids=name)
def test_the_digest_of_items_is_that_of_sha256sum_over_their_lines(case):
    text = "".join(f"{line}\n" for line in case["first"])
    digest = subprocess.run(["sha256sum"], input=text, capture_output=True, text=True, check=True).stdout
    assert digest.split()[0] == case["items_sha256"]


CHAINS = [case for case in VECTORS["items"] if case["probe"] == "process.chain@1.0"]


@pytest.mark.parametrize("case", CHAINS, ids=name)
def test_the_chains_are_those_of_a_second_generator(case):
    assert [json.loads(line) for line in case["first"]] == first_chains(case["seed"])
