"""The budget of a pack follows from the model and the kind of device, never from the memory that is free."""

import pytest

from dls_probes.engine.pack_budget import budget_for

GIB = 1 << 30
KV = {
    "Llama 3.1 8B in bfloat16": 2 * 32 * 8 * 128 * 2,
    "Llama 2 7B in float32": 2 * 32 * 32 * 128 * 4,
    "SmolLM2 135M in float32": 2 * 30 * 3 * 64 * 4,
}


def budget(device, name=None, **more):
    description = {"device_class": device, "vocabulary": 50_000, "parameters": 10**9, **more}
    return budget_for(description | ({"cache_bytes": KV[name]} if name else {}))


@pytest.mark.parametrize("name", KV)
@pytest.mark.parametrize(("device", "limit"), [("cuda", 8 * GIB), ("cpu", GIB)])
def test_the_cache_of_a_pack_takes_a_fixed_number_of_bytes_at_most(device, limit, name):
    assert budget(device, name).cache * KV[name] <= limit


@pytest.mark.parametrize(
    ("device", "name", "tokens"),
    [
        ("cuda", "Llama 3.1 8B in bfloat16", 65_536),
        ("cuda", "Llama 2 7B in float32", 8192),
        ("cpu", "SmolLM2 135M in float32", 8192),
        ("cpu", "Llama 2 7B in float32", 1024),
        ("cuda", None, 65_536),
    ],
)
def test_the_tokens_of_a_cache_follow_from_its_bytes(device, name, tokens):
    assert budget(device, name).cache == tokens
