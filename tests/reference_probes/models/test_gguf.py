"""A folder with one GGUF file is the same model as the folder of safetensors that the file was made from."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import msgspec
import numpy as np
import pytest
from tests.reference_probes.conftest import SPECIAL, TEMPLATE, build_model, build_tokenizer
from transformers import LlamaConfig, LlamaTokenizer

from dls.commands.cli import main
from dls.errors import DlsError
from dls.model import ModelIdentity
from dls_probes.models.model_files import ModelFiles
from dls_probes.models.transformers_model import ModelSpec, load_model, load_text
from dls_probes.packs import GenerateJob, Pack, TextJob
from dls_probes.requests import Prompt

HEADS, GROUPS = 4, 2
SIZES = {
    "hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 2, "num_attention_heads": HEADS,
    "num_key_value_heads": GROUPS, "head_dim": 8, "max_position_embeddings": 512,
}  # fmt: skip
NAMES = {
    "input_layernorm": "attn_norm", "post_attention_layernorm": "ffn_norm", "self_attn.q_proj": "attn_q",
    "self_attn.k_proj": "attn_k", "self_attn.v_proj": "attn_v", "self_attn.o_proj": "attn_output",
    "mlp.gate_proj": "ffn_gate", "mlp.up_proj": "ffn_up", "mlp.down_proj": "ffn_down",
    "embed_tokens": "token_embd", "norm": "output_norm", "lm_head": "output",
}  # fmt: skip
TEXTS = ("what is 3 + 4 ?", "name a colour : green , yellow or white", "Zürich 1997", "")
NORMAL, CONTROL, BYTE = 1, 3, 6  # token types of the format
NOTHING: Mapping[str, Any] = MappingProxyType({})


def tokenizer_of(folder: Path) -> Any:
    """Turn the folder's tokenizer into the kind that GGUF calls `llama`, and return its vocabulary and merges."""
    build_tokenizer(folder)
    told = json.loads((folder / "tokenizer.json").read_text())["model"]
    (folder / "tokenizer.json").unlink()
    merges = [tuple(merge) for merge in told["merges"]]
    named = {"bos_token": "<s>", "eos_token": "</s>", "unk_token": None, "additional_special_tokens": list(SPECIAL[2:])}
    made = LlamaTokenizer(vocab=told["vocab"], merges=merges, add_bos_token=False, **named)
    made.chat_template = TEMPLATE
    made.save_pretrained(folder)
    return told["vocab"], merges


def llama_cpp_name(name: str) -> str:
    """Return the name of a tensor in the format."""
    inner = name.removeprefix("model.").removesuffix(".weight")
    if not inner.startswith("layers."):
        return f"{NAMES[inner]}.weight"
    _, layer, rest = inner.split(".", 2)
    return f"blk.{layer}.{NAMES[rest]}.weight"


def llama_cpp_rows(name: str, weight: Any) -> Any:
    """Return a weight with its rows as the format wants them: rotary pairs side by side, not half a head apart."""
    heads = {"q_proj": HEADS, "k_proj": GROUPS}.get(name.split(".")[-2])
    if heads is None:
        return weight
    return weight.reshape(heads, 2, len(weight) // heads // 2, -1).swapaxes(1, 2).reshape(weight.shape)


def write_gguf(
    path: Path,
    model: Any,
    vocab: dict[str, int],
    merges: list[tuple[str, str]],
    extra: Mapping[str, Any] = NOTHING,
    keys: Mapping[str, float] = NOTHING,
) -> None:
    """Write a Llama of float32 with its tokenizer, and with extra tensors and numbers."""
    import gguf

    writer = gguf.GGUFWriter(path, "llama")
    writer.add_context_length(SIZES["max_position_embeddings"])
    writer.add_embedding_length(SIZES["hidden_size"])
    writer.add_block_count(SIZES["num_hidden_layers"])
    writer.add_feed_forward_length(SIZES["intermediate_size"])
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(GROUPS)
    writer.add_rope_dimension_count(SIZES["head_dim"])
    writer.add_layer_norm_rms_eps(model.config.rms_norm_eps)
    writer.add_rope_freq_base(10_000.0)
    writer.add_vocab_size(model.config.vocab_size)
    tokens = sorted(vocab, key=vocab.__getitem__)
    kinds = [BYTE if t.startswith("<0x") else CONTROL if t in SPECIAL else NORMAL for t in tokens]
    writer.add_tokenizer_model("llama")
    writer.add_token_list(tokens)
    writer.add_token_types(kinds)
    writer.add_token_scores([-float(place) for place in range(len(tokens))])
    writer.add_token_merges([" ".join(merge) for merge in merges])
    writer.add_bos_token_id(0)
    writer.add_eos_token_id(1)
    writer.add_add_bos_token(False)  # noqa: FBT003  the writer's own signature
    writer.add_chat_template(TEMPLATE)
    for key, value in keys.items():
        writer.add_float32(key, value)
    for name, weight in model.state_dict().items():
        writer.add_tensor(llama_cpp_name(name), llama_cpp_rows(name, weight.float().numpy()))
    for name, rows in extra.items():
        writer.add_tensor(name, rows)
    for write in (writer.write_header_to_file, writer.write_kv_data_to_file, writer.write_tensors_to_file):
        write()
    writer.close()


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Return the folder of safetensors and the folder of the GGUF file."""
    pytest.importorskip("gguf")
    source, target = tmp_path_factory.mktemp("safetensors"), tmp_path_factory.mktemp("gguf")
    vocab, merges = tokenizer_of(source)
    size = len(vocab)
    build_model(source, LlamaConfig(vocab_size=size, bos_token_id=0, eos_token_id=1, pad_token_id=1, **SIZES))
    write_gguf(target / "model.gguf", load_model(ModelSpec(source)).model, vocab, merges)
    return source, target


@pytest.fixture(scope="module")
def models(folders: Any) -> list[Any]:
    return [load_model(ModelSpec(folder)) for folder in folders]


def test_the_digest_of_the_weights_is_that_of_the_file(folders):
    digest = hashlib.sha256((folders[1] / "model.gguf").read_bytes()).hexdigest()
    listing = hashlib.sha256(f"{digest}  model.gguf\n".encode()).hexdigest()
    assert ModelFiles(folders[1]).identity.weights_sha256 == listing


@pytest.mark.parametrize("text", TEXTS)
def test_a_question_becomes_the_same_tokens(text, folders):
    one, other = (load_text(ModelSpec(folder)).pairs([(Prompt.user(text), " yes")]) for folder in folders)
    assert one == other


def test_the_window_and_the_end_of_an_answer_are_the_same(folders):
    one, other = (load_text(ModelSpec(folder)) for folder in folders)
    assert (one.window, one.eos) == (other.window, other.eos) == (512, (1,))


@pytest.mark.parametrize("layout", ["tree/plain", "padded"])
def test_the_file_scores_as_the_weights_it_was_made_from(layout, models):
    jobs = TextJob((0, 5, 6, 7, 8), 3), TextJob((0, 5, 6, 9, 4, 3), 3), TextJob((0, *range(20, 60)), 2)
    pack = Pack("score", layout, tuple((job,) for job in jobs))
    one, other = ([scored.logprob for scored in model.score(pack)] for model in models)
    assert one == pytest.approx(other, abs=1e-4)


def test_the_file_generates_as_the_weights_it_was_made_from(models):
    pack = Pack("generate", "drop", ((GenerateJob((0, 5, 6, 7), 8),), (GenerateJob((0, 9), 8, noise=77),)))
    one, other = ([tokens for tokens, *_ in model.generate(pack)] for model in models)
    assert one == other


def test_a_run_records_the_file_and_what_it_answers(folders, tmp_path):
    words = [
        "--teacher",
        str(folders[0]),
        "--student",
        str(folders[1]),
        "--scenario",
        "demo",
        "--dimension",
        "headline",
    ]
    assert main(["probe", "run", *words, "--n", "6", "--out", str(tmp_path)]) == 0
    folder = tmp_path / "headline.multiple_choice"
    told = json.loads((folder / "manifest.json").read_text())["arms"]
    for arm, path in zip(("teacher", "student"), folders, strict=True):
        assert msgspec.convert(told[arm], ModelIdentity) == ModelFiles(path).identity
    one, other = ([json.loads(line) for line in (folder / f"{arm}.jsonl").read_text().splitlines()] for arm in told)
    assert [record["id"] for record in one] == [record["id"] for record in other]
    for mine, theirs in zip(one, other, strict=True):
        for asked, again in zip(mine["logprobs"], theirs["logprobs"], strict=True):
            assert asked == pytest.approx(again, abs=1e-4)


def test_several_files_are_refused(folders, tmp_path):
    for name in ("q4.gguf", "q8.gguf"):
        (tmp_path / name).write_bytes((folders[1] / "model.gguf").read_bytes())
    with pytest.raises(DlsError, match=r"q4\.gguf, q8\.gguf.*name the one you mean by its path"):
        load_model(ModelSpec(tmp_path))


@pytest.mark.parametrize(
    ("name", "shape", "words"),
    [
        ("rope_freqs.weight", (4,), r"holds 4 numbers \(rope_freqs\.weight among them\) that LlamaForCausalLM"),
        ("blk.0.attn_q.bias", (32,), "holds 32 numbers that LlamaForCausalLM"),
        ("blk.2.attn_q.weight", (32, 32), "holds 1024 numbers that LlamaForCausalLM"),
    ],
)
def test_a_file_with_tensors_that_the_library_drops_is_refused(name, shape, words, folders, tmp_path):
    vocab, merges = tokenizer_of(tmp_path)
    target = tmp_path / "gguf"
    target.mkdir()
    model = load_model(ModelSpec(folders[0])).model
    write_gguf(target / "model.gguf", model, vocab, merges, {name: np.ones(shape, np.float32)})
    with pytest.raises(DlsError, match=words):
        load_model(ModelSpec(target))


@pytest.mark.parametrize("key", ["llama.rope.scaling.factor", "llama.logit_scale", "llama.attention.sliding_window"])
def test_a_file_with_a_key_about_the_model_that_the_library_drops_is_refused(key, folders, tmp_path):
    vocab, merges = tokenizer_of(tmp_path)
    target = tmp_path / "gguf"
    target.mkdir()
    model = load_model(ModelSpec(folders[0])).model
    write_gguf(target / "model.gguf", model, vocab, merges, keys={key: 4.0, "llama.attention.key_length": 8.0})
    with pytest.raises(DlsError, match=f"says {key}, which the library does not read"):
        load_model(ModelSpec(target))
