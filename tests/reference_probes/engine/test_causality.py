"""A model whose earlier scores depend on later tokens is refused before any number."""

from pathlib import Path

import pytest
import torch
import transformers as t
from tests.reference_probes.conftest import vocabulary
from tests.reference_probes.engine.test_architectures import GQA, SMALL

from dls.errors import DlsError
from dls_probes.engine.causality import later_token_effect, refuse_noncausal
from dls_probes.models.transformers_model import ModelSpec, load_model

ENCODER = {**SMALL, "intermediate_size": 64, "max_position_embeddings": 64}
DTYPES = ("float32", "bfloat16", "float16")


def asking(llama, config, dtype="float32"):
    """Return a model of the engine around a random causal model of the library, as its loader makes it."""
    torch.manual_seed(0)
    model = load_model(ModelSpec(llama))
    model.model = t.AutoModelForCausalLM.from_config(config, dtype=getattr(torch, dtype)).eval()
    return model


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("config", [t.BertConfig, t.RobertaConfig])
@pytest.mark.filterwarnings("default")
def test_an_encoder_as_a_causal_model_is_refused(config, dtype, llama):
    model = asking(llama, config(vocab_size=vocabulary(llama), **ENCODER), dtype)
    with pytest.raises(DlsError, match=r"the model in some/folder reads later tokens: .* no causal language model"):
        refuse_noncausal(Path("some/folder"), model)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("config", [t.BertConfig, t.RobertaConfig])
@pytest.mark.filterwarnings("default")
def test_the_same_architecture_as_a_decoder_is_measured(config, dtype, llama):
    model = asking(llama, config(vocab_size=vocabulary(llama), is_decoder=True, **ENCODER), dtype)
    refuse_noncausal(Path("folder"), model)


def test_a_configuration_without_a_causal_mask_is_refused_as_the_model_loads(tiny):
    """EmbeddingGemma has such a configuration."""
    folder = tiny(t.Gemma3TextConfig, **GQA, head_dim=8, use_bidirectional_attention=True)
    with pytest.raises(DlsError, match="reads later tokens"):
        load_model(ModelSpec(folder))


@pytest.mark.parametrize("dtype", DTYPES)
def test_a_look_at_the_next_token_alone_is_seen(dtype, llama):
    """Each token then sees the answer that it predicts, and nothing after that."""
    model = load_model(ModelSpec(llama, dtype=dtype))
    assert later_token_effect(model) < model.tolerance()
    embedding = model.model.get_input_embeddings()
    embedding.register_forward_hook(lambda _module, _inputs, states: states + 0.02 * states.roll(-1, dims=1))
    with pytest.raises(DlsError, match="reads later tokens"):
        refuse_noncausal(Path("folder"), model)


def test_two_short_passes_are_enough(llama):
    model = load_model(ModelSpec(llama))
    shapes = []
    model.model.register_forward_pre_hook(
        lambda _, __, inputs: shapes.append(inputs["input_ids"].shape), with_kwargs=True
    )
    refuse_noncausal(Path("folder"), model)
    assert shapes == [(1, 8), (1, 8)]


def test_a_model_that_fails_on_one_request_is_refused_with_its_reason(llama):
    model = load_model(ModelSpec(llama))
    model.model.register_forward_pre_hook(lambda *_: 1 / 0)
    with pytest.raises(DlsError, match=r"the model in folder cannot answer a single request \(ZeroDivisionError"):
        refuse_noncausal(Path("folder"), model)
