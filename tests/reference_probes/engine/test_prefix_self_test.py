"""The prefix self-test catches a cached prefix that changes answers."""

from typing import Any

import pytest
import torch
from tests.reference_probes.engine.test_prefixes import JOBS, PROMPTS, ROOM, N

from dls_probes.engine.prefix_self_test import prefix_verdict
from dls_probes.engine.prefixes import prefix_groups
from dls_probes.models.transformers_model import ModelSpec, load_model
from dls_probes.packs import Pack


@pytest.mark.parametrize("dtype", ["float32", "bfloat16"])
def test_a_prefix_that_is_read_wrongly_is_not_cached(dtype, llama):
    model = load_model(ModelSpec(llama, dtype=dtype))
    (group,) = prefix_groups(JOBS[: 2 * N], ROOM)
    check = Pack("check_text", "tree/plain", (group.jobs[:4], group.jobs[-3:]), group.prefix)
    assert prefix_verdict(model, check) == ("tree/plain", "")
    erase_a_layer(model)
    verdict = prefix_verdict(model, check)
    assert verdict.layout == "alone"
    assert verdict.reason.startswith("off by")


def test_a_prefix_that_changes_answers_is_not_cached(llama):
    model = load_model(ModelSpec(llama))
    group = prefix_groups(PROMPTS, ROOM)[0]
    check = Pack("check_generation", "drop", ((group.jobs[0],), (group.jobs[-1],)), group.prefix)
    assert prefix_verdict(model, check) == ("drop", "")
    erase_a_layer(model)
    assert prefix_verdict(model, check) == ("alone", "another text than alone")


def erase_a_layer(model: Any) -> None:
    """Erase one layer of every prefix that a model caches."""
    honest = model.prefix

    def forgetful(pack: Pack) -> Any:
        cache = honest(pack)
        if cache is not None:
            cache.layers[-1].values = torch.zeros_like(cache.layers[-1].values)
        return cache

    model.prefix = forgetful
