"""The last layer's feed-forward part runs at the places that are read alone, where that changes no score."""

import pytest
import torch
import transformers as t

from dls_probes.models.checked_last_layer import narrow_part
from dls_probes.models.transformers_model import ModelSpec, load_model
from dls_probes.packs import Pack, TextJob

LLAMA = {
    "hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 4, "intermediate_size": 64,
    "num_key_value_heads": 2, "max_position_embeddings": 256, "head_dim": 8,
}  # fmt: skip
JOBS = (TextJob((0, *range(10, 40), 50, 51), 31), TextJob((0, *range(10, 20), 60), 11))
READ = 3


class Running(torch.nn.Module):
    """A last step that gives each place the mean of the places before it."""

    def forward(self, states):
        return states.cumsum(1) / torch.arange(1, states.shape[1] + 1)[:, None]


def test_the_part_gets_the_read_places_alone_and_the_scores_stay(tiny, oracle):
    model = load_model(ModelSpec(tiny(t.LlamaConfig, **LLAMA)))
    sizes = []
    model.last.down_proj.register_forward_pre_hook(lambda _part, inputs: sizes.append(inputs[0].shape[:-1].numel()))
    answers = model.score(Pack("score", "sorted", tuple((job,) for job in JOBS)))
    assert sizes[-1] == READ
    expected = [oracle.score(model.model, job.tokens, job.start) for job in JOBS]
    assert [answer.logprob for answer in answers] == pytest.approx(expected, abs=1e-5)


def test_a_part_whose_other_places_are_read_later_runs_whole(tiny):
    model = load_model(ModelSpec(tiny(t.LlamaConfig, **LLAMA)))
    model.model.model.norm = Running()
    assert narrow_part(model) is None


def test_experts_run_whole(tiny):
    model = load_model(ModelSpec(tiny(t.MixtralConfig, **LLAMA, num_local_experts=4)))
    assert narrow_part(model) is None
