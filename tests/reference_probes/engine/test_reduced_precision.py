"""In bfloat16 and float16 layouts get the same verdicts as in float32, where rounding hides no error."""

import pytest
import torch
import transformers as t
from tests.reference_probes.engine.test_architectures import GQA, SLIDING
from tests.reference_probes.engine.test_self_test import JOBS, PROMPT, claiming

from dls_probes.arithmetic.full_precision import in_float32
from dls_probes.engine.self_test import generation_verdict, text_verdict
from dls_probes.models.checked_head import logits_width
from dls_probes.models.pair_model import PairModel
from dls_probes.models.transformers_model import ModelSpec, load_model
from dls_probes.packs import Pack, TextJob

DTYPES = ("bfloat16", pytest.param("float16", marks=pytest.mark.slow))
LONG = (0, *range(10, 70))
ROWS = [[TextJob((*LONG, 50, 51, 52), 61), TextJob((*LONG, 60, 61), 61)], [TextJob((0, 7, 8), 1)]]
LOCAL = {
    "hidden_size": 32, "num_layers": 2, "num_heads": 4, "attention_types": [[["global", "local"], 1]], "window_size": 8,
    "max_position_embeddings": 256,
}  # fmt: skip
STATES = {"attn_layer_period": 2, "attn_layer_offset": 1, "num_experts": 2, "mamba_d_state": 8, "mamba_dt_rank": 4}
EXPERTS = {**SLIDING, "num_local_experts": 4, "num_experts_per_tok": 2}


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(
    ("config", "arguments", "layout", "reason"),
    [
        (t.GPTNeoConfig, LOCAL, "padded", "tree/plain: off by 0.21 nats"),
        (t.MistralConfig, {**GQA, "head_dim": 8, "sliding_window": 8}, "tree/window", ""),
        (t.GptOssConfig, EXPERTS, "tree/layers", ""),
        (t.LlamaConfig, GQA, "tree/plain", ""),
        (t.BloomConfig, {"hidden_size": 32, "n_layer": 2, "n_head": 4}, "padded", ""),
    ],
    ids=["GPT-Neo", "Mistral", "GPT-OSS", "Llama", "BLOOM"],
)
@pytest.mark.filterwarnings("default")
def test_a_layout_is_right_or_wrong_in_any_precision(config, arguments, layout, reason, dtype, tiny):
    folder = tiny(config, **arguments)
    model, exact = load_model(ModelSpec(folder, dtype=dtype)), load_model(ModelSpec(folder))
    assert text_verdict(model, ROWS) == text_verdict(exact, ROWS) == (layout, reason)
    assert generation_verdict(model, JOBS) == generation_verdict(exact, JOBS)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.filterwarnings("default")
def test_a_branch_that_leaks_less_than_rounding_moves_a_score_is_caught(dtype, tiny):
    model = claiming(tiny(t.JambaConfig, **GQA, **STATES), "tree/plain", dtype=dtype)
    assert text_verdict(model, ROWS) == ("padded", "tree/plain: off by 0.04 nats")


@pytest.mark.parametrize("dtype", DTYPES)
def test_an_answer_within_rounding_of_another_is_still_a_fault(dtype, llama):
    """A text that differs at a gap below the precision's tolerance is a near tie in it, and a fault in float32."""
    model = load_model(ModelSpec(llama, dtype=dtype))
    honest = model.generate
    model.generate = lambda pack: [
        ([*tokens, 9] if pack.layout == "drop" else tokens, end, min(gap, 0.1)) for tokens, end, gap in honest(pack)
    ]
    assert generation_verdict(model, JOBS) == ("keep", "drop: another text than alone")


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("config", [t.LlamaConfig, t.Gemma2Config])
def test_in_float32_a_model_computes_as_its_copy_in_float32(config, dtype, tiny):
    """Gemma ties its output embeddings to those of its input, and scales with a buffer."""
    model = load_model(ModelSpec(tiny(config, **{**GQA, "head_dim": 8}), dtype=dtype)).model
    tokens = torch.tensor([PROMPT])
    before = {name: (id(tensor), tensor.dtype) for name, tensor in model.state_dict(keep_vars=True).items()}
    with torch.no_grad():
        low_precision = model(tokens).logits
        with in_float32(model):
            logits = model(tokens).logits
        assert {name: (id(tensor), tensor.dtype) for name, tensor in model.state_dict(keep_vars=True).items()} == before
        assert torch.equal(model(tokens).logits, low_precision)
        reference = model.float()(tokens).logits
    assert logits.dtype == torch.float32
    assert torch.equal(logits, reference)
    assert (logits - low_precision.float()).abs().max() > 1e-3


def test_a_model_has_its_weights_back_after_a_failure_in_float32(llama):
    model = load_model(ModelSpec(llama, dtype="bfloat16")).model
    last = model.model.layers[1].mlp
    last.register_forward_pre_hook(lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError), in_float32(model):
        model(torch.tensor([PROMPT]))
    assert {parameter.dtype for parameter in model.parameters()} == {torch.bfloat16}


def test_a_model_that_cannot_compute_in_float32_shares_no_prefixes(llama):
    model = load_model(ModelSpec(llama, dtype="bfloat16"))

    def only_half(_layer, arguments):
        if arguments[0].dtype == torch.float32:
            raise NotImplementedError

    model.model.model.layers[0].register_forward_pre_hook(only_half)
    reason = "cannot be told from rounding (NotImplementedError in float32)"
    assert text_verdict(model, ROWS) == ("padded", reason)
    assert generation_verdict(model, JOBS) == ("equal", reason)


@pytest.mark.parametrize("dtype", DTYPES)
def test_a_pair_has_the_layout_that_suits_both_models(dtype, tiny, llama):
    right, wrong = (load_model(ModelSpec(folder, dtype=dtype)) for folder in (llama, tiny(t.GPTNeoConfig, **LOCAL)))
    pair = PairModel(right, wrong)
    assert text_verdict(pair, ROWS).layout == "padded"
    assert text_verdict(PairModel(right, load_model(ModelSpec(llama))), ROWS).layout == "tree/plain+tree/plain"


@pytest.mark.parametrize("dtype", [*DTYPES, "float32"])
def test_a_tail_that_the_configuration_does_not_name_is_seen_in_any_precision(dtype, llama):
    model = load_model(ModelSpec(llama, dtype=dtype))
    assert logits_width(model) == model.describe()["vocabulary"]  # decides how its head runs

    def scaled(_model, _arguments, output):
        output.logits = output.logits * 1.002
        return output

    model.model.register_forward_hook(scaled)
    assert logits_width(model) is None


def test_in_full_precision_nothing_is_computed_twice(llama):
    model = load_model(ModelSpec(llama))
    assert model.full_precision() is None
    packs: list[Pack] = []
    honest = model.score
    model.score = lambda pack: packs.append(pack) or honest(pack)
    text_verdict(model, ROWS)
    assert len(packs) == len(set(packs))
