"""The self-test catches the silent errors of architectures."""

import pytest
import transformers as t

from dls_probes.engine.self_test import generation_verdict, text_verdict
from dls_probes.models.transformers_model import ModelSpec, load_model
from dls_probes.packs import GenerateJob, Pack, TextJob

GQA = {
    "hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 4, "intermediate_size": 64,
    "num_key_value_heads": 2, "max_position_embeddings": 256, "head_dim": 8,
}  # fmt: skip
PROMPT = (0, *range(10, 40))
ROWS = [[TextJob((*PROMPT, 50, 51, 52), 31), TextJob((*PROMPT, 60, 61), 31)], [TextJob((0, 7, 8), 1)]]
JOBS = [GenerateJob(PROMPT, 12), GenerateJob(PROMPT[:9], 12, noise=5), GenerateJob(PROMPT[:20], 12)]


def claiming(folder, *layouts, dtype="float32"):
    """Load a model that claims these tree layouts."""
    model = load_model(ModelSpec(folder, dtype=dtype))
    model.tree_layouts = lambda: layouts
    return model


@pytest.fixture(scope="module")
def sliding_window(tiny):
    return tiny(t.MistralConfig, **GQA, sliding_window=8)


def test_a_plain_mask_past_the_window_is_caught(sliding_window):
    verdict = text_verdict(claiming(sliding_window, "tree/plain", "tree/window"), ROWS)
    assert verdict.layout == "tree/window"
    assert verdict.reason.startswith("tree/plain: off by")


def test_a_plain_mask_within_the_window_is_right(sliding_window):
    short = [[TextJob((0, 7, 8, 9, 50), 4), TextJob((0, 7, 8, 9, 60), 4)]]
    assert text_verdict(claiming(sliding_window, "tree/plain"), short) == ("tree/plain", "")


def test_one_mask_for_two_types_of_layers_is_caught(tiny):
    folder = tiny(t.Gemma2Config, **GQA, sliding_window=8, layer_types=["sliding_attention", "full_attention"])
    assert text_verdict(claiming(folder, "tree/plain", "tree/window", "tree/layers"), ROWS).layout == "tree/layers"


@pytest.mark.parametrize(
    ("config", "arguments"),
    [
        (t.MptConfig, {"d_model": 32, "n_layers": 2, "n_heads": 4, "max_seq_len": 256}),
        (t.BloomConfig, {"hidden_size": 32, "n_layer": 2, "n_head": 4}),
        (
            t.Mamba2Config,
            {
                "hidden_size": 32,
                "num_hidden_layers": 2,
                "state_size": 8,
                "num_heads": 8,
                "head_dim": 8,
                "n_groups": 2,
                "chunk_size": 8,
            },
        ),
        (t.Lfm2Config, {**GQA, "layer_types": ["conv", "full_attention"]}),
    ],
    ids=["MPT", "BLOOM", "Mamba-2", "LFM2"],
)
@pytest.mark.filterwarnings("default")
def test_a_tree_is_never_taken_from_an_architecture_that_cannot_read_it(config, arguments, tiny):
    verdict = text_verdict(claiming(tiny(config, **arguments), "tree/layers", "tree/plain"), ROWS)
    assert verdict.layout == "padded"
    assert "tree/plain: " in verdict.reason


def test_a_branch_that_leaks_into_another_is_caught(llama):
    model = claiming(llama, "tree/plain")
    honest = model.score

    def leaking(pack):
        """Score correctly, but add to every branch of a row the sum of all tokens of the row."""
        extra = [1e-3 * sum(sum(job.tokens) for job in row) * (len(row) > 1) for row in pack.rows for _ in row]
        return [
            type(answer)(answer.logprob + leak, answer.tokens, answer.greedy, answer.gap)
            for answer, leak in zip(honest(pack), extra, strict=True)
        ]

    model.score = leaking
    assert text_verdict(model, ROWS).layout == "padded"


def test_padding_that_moves_a_score_is_caught(llama):
    model = claiming(llama)
    honest = model.score

    def padded_wrongly(pack):
        longest = max(len(row[0].path) for row in pack.rows)
        short = [len(row[0].path) < longest for row in pack.rows]
        return [
            type(answer)(answer.logprob - 0.01 * wrong, answer.tokens, answer.greedy, answer.gap)
            for answer, wrong in zip(honest(pack), short, strict=True)
        ]

    model.score = padded_wrongly
    assert text_verdict(model, ROWS) == ("equal", "padded: off by 0.01 nats")


@pytest.mark.parametrize(
    ("wrong", "layout"),
    [((), "drop"), (("drop",), "keep"), (("drop", "keep"), "equal"), (("drop", "keep", "equal"), "alone")],
)
def test_generation_falls_back_until_it_agrees_with_one_prompt_at_a_time(wrong, layout, llama):
    model = load_model(ModelSpec(llama))
    honest = model.generate
    model.generate = lambda pack: [
        ([*tokens, 9], end, 1.0) if pack.layout in wrong else (tokens, end, gap) for tokens, end, gap in honest(pack)
    ]
    assert generation_verdict(model, JOBS).layout == layout


def test_dropping_rows_leaves_the_others_text_as_it_is(llama):
    model = load_model(ModelSpec(llama))
    jobs = tuple(
        (GenerateJob((0, 7 + k, *range(9, 12 + k)), 2 + 3 * (k % 4), noise=k if k % 2 else None),) for k in range(9)
    )
    drop, keep = (model.generate(Pack("generate", layout, jobs)) for layout in ("drop", "keep"))
    assert [answer[:2] for answer in drop] == [answer[:2] for answer in keep]
