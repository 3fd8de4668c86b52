"""A model is measured by exactly the tensors of its files, or it is refused with their names."""

import json

import pytest
import torch
import transformers
from safetensors.torch import save_file
from tests.reference_probes.models.saved import (
    GROUPS,
    LAYERS,
    change_json,
    change_tensors,
    llama,
    save,
    write_adapter,
)

from dls.commands.cli import main
from dls.errors import DlsError
from dls_probes.models.model_files import ModelFiles
from dls_probes.models.transformers_model import ModelSpec, load_model
from dls_probes.packs import Pack, TextJob
from dls_probes.runs.open_models import open_model

TOKENS = (0, 9, 40, 5, 77, 23, 60, 11)
LABELS = {0: "yes", 1: "no"}
NEXT = {
    **GROUPS, "head_dim": 8, "num_experts": 2, "num_experts_per_tok": 1, "moe_intermediate_size": 16,
    "shared_expert_intermediate_size": 16, "linear_num_key_heads": 2, "linear_num_value_heads": 2,
    "linear_key_head_dim": 8, "linear_value_head_dim": 8, "layer_types": ["linear_attention", "full_attention"],
}  # fmt: skip


def with_fewer_layers(folder):
    change_json(folder / "config.json", num_hidden_layers=1)


def with_scales_alone(folder):
    """As FP8 weights whose configuration was lost: the scales of the weights lie beside them."""
    names = "mlp.up_proj.weight", "self_attn.q_proj.weight"
    change_tensors(
        folder,
        lambda tensors: (
            {name: tensor.to(torch.float8_e4m3fn) for name, tensor in tensors.items() if name.endswith(names)}
            | {f"{name}_scale": torch.ones(1) for name in tensors if name.endswith(names)}
        ),
    )


def with_a_stranger(folder):
    change_tensors(folder, lambda _: {"model.layers.0.mlp.extra_proj.weight": torch.ones(2)})


def with_narrower_layers(folder):
    change_json(folder / "config.json", intermediate_size=48)


REFUSED = {
    "fewer layers": (
        with_fewer_layers,
        "model.layers.1.mlp.gate_proj.weight and 6 more, which LlamaForCausalLM does not use",
        "config.json leaves them out (`num_hidden_layers` is 1)",
    ),
    "scales": (
        with_scales_alone,
        "model.layers.0.mlp.up_proj.weight_scale, model.layers.0.self_attn.q_proj.weight_scale",
        "config.json lacks its `quantization_config`",
    ),
    "a stranger": (
        with_a_stranger,
        "model.layers.0.mlp.extra_proj.weight, which LlamaForCausalLM does not use",
        "fetch the config.json of these weights",
    ),
    "other shapes": (
        with_narrower_layers,
        "model.layers.0.mlp.down_proj.weight is [32, 64], and [32, 48] is wanted",
        "fetch config.json again",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_tensors_that_the_model_does_not_use_are_refused_by_name_and_with_a_remedy(name, tmp_path):
    change, words, remedy = REFUSED[name]
    folder = llama(tmp_path / "model")
    change(folder)
    with pytest.raises(DlsError) as error:
        load_model(ModelSpec(folder))
    assert words in str(error.value)
    assert remedy in str(error.value)


def without_prefix(folder):
    change_tensors(folder, lambda tensors: {"norm.weight": tensors["model.norm.weight"] * 2})


def with_an_old_name(folder):
    name = "bert.embeddings.LayerNorm"
    change_tensors(folder, lambda tensors: {f"{name}.gamma": tensors[f"{name}.weight"] * 2})


@pytest.mark.parametrize(
    ("kind", "family", "settings", "change", "words"),
    [
        ("LlamaForCausalLM", "Llama", GROUPS, without_prefix, "hold model.norm.weight and norm.weight, which Llama"),
        (
            "BertForSequenceClassification",
            "Bert",
            LAYERS | {"id2label": LABELS},
            with_an_old_name,
            "hold bert.embeddings.LayerNorm.gamma and bert.embeddings.LayerNorm.weight, which Bert",
        ),
    ],
)
def test_two_tensors_for_one_place_are_refused(kind, family, settings, change, words, tmp_path):
    folder = save(tmp_path / "model", kind, family, **settings)
    change(folder)
    with pytest.raises(DlsError, match=words):
        load_model(ModelSpec(folder))


def test_fewer_experts_than_the_files_hold_are_refused(tmp_path):
    folder = save(
        tmp_path / "model", "MixtralForCausalLM", "Mixtral", **GROUPS, num_local_experts=4, num_experts_per_tok=2
    )
    change_json(folder / "config.json", num_local_experts=2)
    with pytest.raises(DlsError, match=r"is \[4, .*\], and \[2, .*\] is wanted"):
        load_model(ModelSpec(folder))


def test_a_classifier_with_surplus_layers_is_refused(tmp_path):
    folder = save(tmp_path / "model", "BertForSequenceClassification", "Bert", **LAYERS, id2label=LABELS)
    with_fewer_layers(folder)
    with pytest.raises(DlsError, match="BertForSequenceClassification does not use"):
        load_model(ModelSpec(folder))


def test_a_classifier_without_its_head_is_refused(tmp_path):
    folder = save(tmp_path / "model", "BertModel", "Bert", **LAYERS, id2label=LABELS)
    change_json(folder / "config.json", architectures=["BertForSequenceClassification"])
    with pytest.raises(DlsError, match=r"lack classifier\.bias, classifier\.weight, and random numbers"):
        load_model(ModelSpec(folder))


def tied_twice(factor):
    def change(folder):
        change_tensors(folder, lambda tensors: {"lm_head.weight": tensors["model.embed_tokens.weight"] * factor})

    return change


def beside_an_adapter(folder):
    write_adapter(folder, folder)


def beside_other_formats(folder):
    """As folders on a hub that hold the same weights in the form of their makers too."""
    save_file({"layers.0.attention.wq.weight": torch.ones(2)}, folder / "consolidated.safetensors")
    torch.save({}, folder / "pytorch_model.bin")


LLAMA = ("LlamaForCausalLM", "Llama")
MEASURED = {
    "tied weights twice": (*LLAMA, GROUPS | {"tie_word_embeddings": True}, tied_twice(1)),
    "tied by the configuration alone": (*LLAMA, GROUPS | {"tie_word_embeddings": True}, tied_twice(2)),
    "an adapter beside": (*LLAMA, GROUPS, beside_an_adapter),
    "other formats beside": (*LLAMA, GROUPS, beside_other_formats),
    "a decoder of BERT": ("BertLMHeadModel", "Bert", LAYERS | {"is_decoder": True}, beside_other_formats),
}


@pytest.mark.parametrize("name", MEASURED)
def test_other_folders_are_measured_as_the_library_alone_does(name, tmp_path, oracle):
    kind, family, settings, change = MEASURED[name]
    folder = save(tmp_path / "model", kind, family, **settings)
    change(folder)
    model = load_model(ModelSpec(folder))
    if name == "an adapter beside":
        (folder / "adapter_config.json").unlink()  # the library would apply it where peft is installed
    plain = getattr(transformers, kind).from_pretrained(folder).eval()
    (answer,) = model.score(Pack("score", "alone", ((TextJob(TOKENS, 1),),)))
    assert answer.logprob == pytest.approx(oracle.score(plain, TOKENS, 1), abs=1e-4)


@pytest.mark.parametrize("change", [beside_an_adapter, beside_other_formats])
def test_a_file_that_loading_does_not_read_is_no_part_of_the_identity(change, tmp_path):
    folder = llama(tmp_path / "model")
    identity = ModelFiles(folder).identity
    change(folder)
    assert ModelFiles(folder).identity == identity


HEADS = ("mtp.fc.weight", "mtp.layers.0.mlp.experts.0.gate_proj.weight", "mtp.layers.0.mlp.experts.1.gate_proj.weight")
UNUSED = {
    "nothing": (*LLAMA, GROUPS, ()),
    "rotary buffers": (*LLAMA, GROUPS, ("model.layers.0.self_attn.rotary_emb.inv_freq",)),
    "masks": (
        "GPTNeoXForCausalLM",
        "GPTNeoX",
        LAYERS,
        ("gpt_neox.layers.0.attention.bias", "gpt_neox.layers.0.attention.masked_bias"),
    ),
    "heads for further tokens": ("Qwen3NextForCausalLM", "Qwen3Next", NEXT, HEADS),
    "positions of a classifier": (
        "BertForSequenceClassification",
        "Bert",
        LAYERS | {"id2label": LABELS},
        ("bert.embeddings.position_ids",),
    ),
}


@pytest.mark.parametrize("name", UNUSED)
def test_tensors_that_the_architecture_itself_ignores_are_listed(name, tmp_path):
    kind, family, settings, names = UNUSED[name]
    folder = save(tmp_path / "model", kind, family, **settings)
    change_tensors(folder, lambda _: {name: torch.ones(2) for name in names})
    assert load_model(ModelSpec(folder)).describe()["unused"] == names


@pytest.fixture
def with_buffers(tmp_path):
    folder = llama(tmp_path / "model", max_position_embeddings=512)
    change_tensors(folder, lambda _: {"model.layers.1.self_attn.rotary_emb.inv_freq": torch.ones(4)})
    return folder


@pytest.mark.parametrize("workers", [0, pytest.param(1, marks=pytest.mark.slow)])
def test_an_open_model_has_them_in_its_identity(workers, with_buffers):
    with open_model(ModelSpec(with_buffers), workers=workers) as model:
        assert model.identities[0].unused == ("model.layers.1.self_attn.rotary_emb.inv_freq",)


def test_a_manifest_lists_them(with_buffers, tmp_path):
    words = ["--teacher", str(with_buffers), "--student", str(with_buffers), "--scenario", "demo"]
    assert main(["probe", "run", *words, "--dimension", "headline", "--n", "6", "--out", str(tmp_path / "out")]) == 0
    arms = json.loads((tmp_path / "out" / "headline.multiple_choice" / "manifest.json").read_text())["arms"]
    assert arms["student"]["unused"] == ["model.layers.1.self_attn.rotary_emb.inv_freq"]
