"""Every architecture answers packs as it answers one request at a time, under any kind of mask and cache."""

from types import SimpleNamespace

import pytest
import transformers as t
from tests.reference_probes.records import record_of
from tests.some import every

from dls_probes.engine.ledger import Ledger
from dls_probes.models.transformers_model import ModelSpec
from dls_probes.packs import Budget
from dls_probes.requests import Generate, Prompt, Score
from dls_probes.runs.open_models import open_model
from dls_probes.runs.run import ProbeRun, elicit_model

SMALL = {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 4}
GQA = {**SMALL, "intermediate_size": 64, "num_key_value_heads": 2, "max_position_embeddings": 256}
SLIDING = {
    **GQA,
    "head_dim": 8,
    "sliding_window": 8,
    "layer_types": ["sliding_attention", "full_attention"],
}

# name: configuration, arguments, whether tree rows must work
ARCHITECTURES = {
    "gpt2": (t.GPT2Config, {"n_embd": 32, "n_layer": 2, "n_head": 4, "n_positions": 256}, True),
    "gpt_neox": (t.GPTNeoXConfig, {**SMALL, "intermediate_size": 64, "max_position_embeddings": 256}, True),
    "llama": (t.LlamaConfig, GQA, True),
    "qwen2": (t.Qwen2Config, GQA, True),
    "qwen3": (t.Qwen3Config, {**GQA, "head_dim": 8}, True),
    "phi3": (t.Phi3Config, {**GQA, "original_max_position_embeddings": 256}, True),
    "phi3_windowed": (t.Phi3Config, {**GQA, "original_max_position_embeddings": 256, "sliding_window": 8}, True),
    "olmo2": (t.Olmo2Config, GQA, True),
    "mistral": (t.MistralConfig, {**GQA, "head_dim": 8, "sliding_window": None}, True),
    "mistral_past_its_window": (t.MistralConfig, {**GQA, "head_dim": 8, "sliding_window": 8}, True),
    "gemma2_past_its_window": (t.Gemma2Config, SLIDING, True),
    "gemma3_past_its_window": (t.Gemma3TextConfig, SLIDING, True),
    "cohere2_past_its_window": (t.Cohere2Config, SLIDING, True),
    "gpt_oss_past_its_window": (t.GptOssConfig, {**SLIDING, "num_local_experts": 4, "num_experts_per_tok": 2}, True),
    "llama4_past_its_chunk": (
        t.Llama4TextConfig,
        {
            **GQA, "head_dim": 8, "intermediate_size_mlp": 64, "attention_chunk_size": 8, "num_local_experts": 4,
            "layer_types": ["chunked_attention", "full_attention"], "no_rope_layers": [1, 0],
        },
        True,
    ),
    "gptj": (t.GPTJConfig, {"n_embd": 32, "n_layer": 2, "n_head": 4, "n_positions": 256, "rotary_dim": 4}, True),
    "opt": (t.OPTConfig, {**SMALL, "ffn_dim": 64, "word_embed_proj_dim": 32, "max_position_embeddings": 256}, True),
    "bloom": (t.BloomConfig, {"hidden_size": 32, "n_layer": 2, "n_head": 4}, False),
    "falcon_alibi": (t.FalconConfig, {**SMALL, "alibi": True}, False),
    "falcon_rotary": (t.FalconConfig, {**SMALL, "alibi": False, "max_position_embeddings": 256}, None),
    "mpt": (t.MptConfig, {"d_model": 32, "n_layers": 2, "n_heads": 4, "max_seq_len": 256}, False),
    "gpt_neo": (
        t.GPTNeoConfig,
        {
            "hidden_size": 32, "num_layers": 2, "num_heads": 4, "attention_types": [[["global", "local"], 1]],
            "window_size": 8, "max_position_embeddings": 256,
        },
        None,
    ),
    "mamba": (t.MambaConfig, {"hidden_size": 32, "num_hidden_layers": 2, "state_size": 8}, False),
    "mamba2": (
        t.Mamba2Config,
        {
            "hidden_size": 32, "num_hidden_layers": 2, "state_size": 8, "num_heads": 8, "head_dim": 8, "n_groups": 2,
            "chunk_size": 8,
        },
        False,
    ),
    "rwkv": (t.RwkvConfig, {"hidden_size": 32, "num_hidden_layers": 2, "attention_hidden_size": 32}, False),
    "lfm2": (t.Lfm2Config, {**GQA, "layer_types": ["conv", "full_attention"]}, False),
    "qwen3_next": (
        t.Qwen3NextConfig,
        {
            **GQA, "head_dim": 8, "layer_types": ["linear_attention", "full_attention"], "linear_num_value_heads": 4,
            "linear_num_key_heads": 2, "linear_key_head_dim": 8, "linear_value_head_dim": 8, "num_experts": 4,
            "num_experts_per_tok": 2, "moe_intermediate_size": 32, "shared_expert_intermediate_size": 32,
        },
        False,
    ),
    "jamba": (
        t.JambaConfig,
        {
            **GQA, "attn_layer_period": 2, "attn_layer_offset": 1, "num_experts": 2, "mamba_d_state": 8,
            "mamba_dt_rank": 4,
        },
        False,
    ),
}  # fmt: skip

ITEMS = [
    SimpleNamespace(
        id=f"item {i}", prompt=Prompt.user("what does anna have ? " + "not stated , " * (i % 4)), answers=answers
    )
    for i, answers in enumerate(
        [("a red box", "a blue cup"), ("green", "yellow or white"), ("7", "9", "tom has it")] * 3
    )
]


def elicit(item):
    scores = yield [Score(item.prompt, answer) for answer in item.answers]
    greedy = yield Generate(item.prompt, max_tokens=4 + len(item.answers) * 3)
    samples = yield [Generate(item.prompt, 4, sample=k) for k in range(2)]
    yield record_of(
        item,
        scores=[score.logprob for score in scores],
        greedy=greedy.tokens,
        gap=greedy.gap,
        samples=[sample.tokens for sample in samples],
    )


@pytest.mark.parametrize("name", every(2, ARCHITECTURES))
@pytest.mark.filterwarnings("default")
def test_answers_are_those_of_one_request_at_a_time(name, tiny, tmp_path, oracle):
    config_class, arguments, tree = ARCHITECTURES[name]
    folder = tiny(config_class, **arguments)
    with open_model(ModelSpec(folder)) as model, Ledger(tmp_path / "ledger") as ledger:
        result = elicit_model(ProbeRun("test", "1.0", elicit, ITEMS, seed=1), model, ledger, budget=Budget(tokens=256))
        raw = model.executor.model.model
        for item, record in zip(ITEMS, result.records, strict=True):
            for answer, score in zip(item.answers, record.scores, strict=True):
                ((tokens, start),) = model.text.pairs([(item.prompt, answer)])
                assert score == pytest.approx(oracle.score(raw, tokens, start), abs=1e-4)
            prompt = model.text.prompt_ids([item.prompt])[0]
            reference = oracle.greedy(raw, prompt, 4 + len(item.answers) * 3, model.text.eos)
            assert list(record.greedy) == reference or record.gap < 1e-3
    if tree is not None:
        assert (result.tree is True) == tree
