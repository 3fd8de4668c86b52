"""A base model with an adapter on it computes as peft computes it, has both digests, and hides nothing."""

import shutil

import pytest
import torch
from tests.reference_probes.models.adapters import adapt, quiet
from tests.reference_probes.models.saved import change_json, llama, save

from dls.canonical import sha256_hex
from dls.errors import DlsError
from dls.identity.identification import identify
from dls.identity.key import model_key
from dls.identity.model_folder import open_adapter_folder, open_model_folder
from dls_probes.models.model_place import ModelWords, find_model
from dls_probes.models.transformers_model import ModelSpec, load_model, load_text
from dls_probes.requests import Prompt

IDS = [5, 6, 7, 8, 9, 40]
GROWN = 400  # more rows than the tiny vocabulary has


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    return llama(tmp_path_factory.mktemp("base"))


def answers(spec):
    with torch.no_grad():
        return load_model(spec).model(torch.tensor([IDS])).logits[0]


KINDS = {
    "plain": {},
    "DoRA": {"use_dora": True},
    "rank-stabilised": {"use_rslora": True},
    "a head of its own": {"modules_to_save": ["lm_head"]},
    "biases and a pattern": {"target_modules": "all-linear", "bias": "none"},
    "resized embeddings": {"rows": GROWN},
    "resized embeddings, trained whole": {"rows": GROWN, "modules_to_save": ["embed_tokens", "lm_head"]},
}


@pytest.mark.parametrize("name", KINDS)
def test_a_model_with_an_adapter_answers_as_peft_computes_it(name, base, tmp_path):
    adapted = adapt(tmp_path / "adapter", base, **KINDS[name])
    logits, plain = answers(ModelSpec(adapted.folder, base=base)), answers(ModelSpec(base))
    torch.testing.assert_close(logits, adapted.logits(IDS), atol=1e-4, rtol=0)
    assert (logits[:, : plain.shape[1]] - plain).abs().max() > 0.1


def test_tied_embeddings_grow_together(tmp_path):
    base = llama(tmp_path / "base", tie_word_embeddings=True)
    adapted = adapt(tmp_path / "adapter", base, rows=GROWN)
    logits = answers(ModelSpec(adapted.folder, base=base))
    torch.testing.assert_close(logits, adapted.logits(IDS), atol=1e-4, rtol=0)


def test_the_identity_is_that_of_the_base_with_the_adapters_beside_it(base, tmp_path):
    adapted = adapt(tmp_path / "adapter", base)
    identity = ModelSpec(adapted.folder, base=base).files.identity
    parts = identify(open_model_folder(base)).identity, identify(open_adapter_folder(adapted.folder)).identity
    assert (identity.tensors_sha256, identity.adapter.tensors_sha256) == tuple(part.tensors_sha256 for part in parts)
    assert {file.name for file in identity.adapter.files} == {"adapter_config.json", "adapter_model.safetensors"}
    pair = "".join(f"{part.tensors_sha256}\n" for part in parts)
    assert model_key(identity).sha256 == sha256_hex(pair.encode())


def test_the_tokenizer_and_the_template_are_the_adapters_where_it_has_a_tokenizer(base, tmp_path):
    adapted = adapt(tmp_path / "adapter", base, tokenizer=True)
    for path in adapted.folder.glob("chat_template.jinja"):
        path.write_text("{{ messages[0]['content'] }} of the adapter")
    assert load_text(ModelSpec(adapted.folder, base=base)).render(Prompt.user("x")) == "x of the adapter"
    for path in adapted.folder.glob("*token*.json"):
        path.unlink()
    plain = load_text(ModelSpec(base)).render(Prompt.user("x"))
    assert load_text(ModelSpec(adapted.folder, base=base)).render(Prompt.user("x")) == plain


def test_a_model_changed_between_its_digest_and_its_use_is_refused_also_in_the_adapter(base, tmp_path):
    adapted = adapt(tmp_path / "adapter", base)
    spec = ModelSpec(adapted.folder, base=base)
    assert spec.files.identity.adapter
    load_model(spec)
    change_json(adapted.folder / "adapter_config.json", lora_alpha=99)
    with pytest.raises(DlsError, match=r"adapter_config\.json changed while the model was read"):
        spec.files.expect_same_files()


def of_another_base(_, tmp_path):
    return llama(tmp_path / "other", num_hidden_layers=1)


def with_code(adapted, _):
    change_json(adapted.folder / "adapter_config.json", megatron_config={"a": 1}, megatron_core="os")


def with_prompts(adapted, _):
    change_json(adapted.folder / "adapter_config.json", peft_type="PREFIX_TUNING")


def started_on_the_base(adapted, _):
    change_json(adapted.folder / "adapter_config.json", init_lora_weights="pissa")


def for_another_task(adapted, _):
    change_json(adapted.folder / "adapter_config.json", task_type="SEQ_2_SEQ_LM")


def for_labels(adapted, _):
    change_json(adapted.folder / "adapter_config.json", task_type="SEQ_CLS")


def with_fewer_layers_named(adapted, _):
    change_json(adapted.folder / "adapter_config.json", layers_to_transform=[0])


def with_more_layers_named(adapted, _):
    change_json(adapted.folder / "adapter_config.json", target_modules=["q_proj", "v_proj", "k_proj"])


def broken(adapted, _):
    (adapted.folder / "adapter_config.json").write_text("{")


REFUSALS = {
    "another base": (of_another_base, "which no place of it takes; name the model that it was trained on"),
    "code": (with_code, "that names code to import, which is never done; merge it"),
    "learned prompts": (with_prompts, "of type PREFIX_TUNING, which puts learned vectors before each prompt"),
    "a start on the base": (started_on_the_base, "whose `init_lora_weights` is pissa: applying it may change"),
    "another task": (for_another_task, "for the task SEQ_2_SEQ_LM"),
    "labels without names": (for_labels, "that makes a classifier of LlamaForCausalLM, and no file names its labels"),
    "tensors left over": (with_fewer_layers_named, "which no place of it takes"),
    "tensors lacking": (with_more_layers_named, "lacks base_model.model.model.layers.0.self_attn.k_proj"),
    "no JSON": (broken, "is no JSON"),
}


@pytest.mark.parametrize("name", REFUSALS)
def test_an_adapter_that_would_be_applied_in_another_way_is_refused(name, base, tmp_path):
    spoil, words = REFUSALS[name]
    adapted = adapt(tmp_path / "adapter", base)
    changed_base = spoil(adapted, tmp_path)
    with pytest.raises(DlsError) as error:
        load_model(ModelSpec(adapted.folder, base=changed_base or base))
    assert words in str(error.value)
    assert "dls-model-" not in str(error.value)  # the folder of links means nothing to a reader


def test_rows_that_no_tensor_fills_are_refused(base, tmp_path):
    adapted = adapt(tmp_path / "adapter", base, rows=GROWN, modules_to_save=["embed_tokens"])
    from safetensors.torch import load_file, save_file

    path = adapted.folder / "adapter_model.safetensors"
    tensors = {name: tensor for name, tensor in load_file(path).items() if "lm_head" not in name}
    save_file(tensors, path, metadata={"format": "pt"})
    with pytest.raises(DlsError, match="so random numbers would be measured; save it with"):
        load_model(ModelSpec(adapted.folder, base=base))


def test_the_base_that_the_adapter_names_is_found(base, tmp_path):
    adapted = adapt(tmp_path / "adapter", base)
    assert find_model("student", ModelWords(adapted.folder)) == (adapted.folder, base)
    assert find_model("student", ModelWords(adapted.folder, base=tmp_path)) == (adapted.folder, tmp_path)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("example/base-1b", "--student-base FOLDER (There is no folder example/base-1b, and no model of this name in"),
        (None, "holds an adapter that names no base model; name its folder with --student-base FOLDER"),
    ],
)
def test_a_base_that_is_not_on_this_machine_is_asked_for(name, words, base, tmp_path):
    adapted = adapt(tmp_path / "adapter", base)
    change_json(adapted.folder / "adapter_config.json", base_model_name_or_path=name)
    with pytest.raises(DlsError) as error:
        find_model("student", ModelWords(adapted.folder))
    assert words in str(error.value)


def test_whole_weights_beside_an_adapter_are_refused_until_the_user_says_which(base, tmp_path):
    folder = shutil.copytree(base, tmp_path / "both")
    adapted = adapt(folder, base)
    with pytest.raises(DlsError) as error:
        find_model("teacher", ModelWords(folder))
    assert "--teacher-base none for the whole weights, or --teacher-base" in str(error.value)
    whole = find_model("teacher", ModelWords(folder, base="none"))
    pair = find_model("teacher", ModelWords(folder, base=base))
    plain, both = (answers(ModelSpec(place.folder, base=place.base)) for place in (whole, pair))
    torch.testing.assert_close(plain, answers(ModelSpec(base)), atol=0, rtol=0)
    torch.testing.assert_close(both, adapted.logits(IDS), atol=1e-4, rtol=0)


def test_without_peft_the_refusal_names_the_extra(base, tmp_path, monkeypatch):
    adapted = adapt(tmp_path / "adapter", base)
    monkeypatch.setattr("dls_probes.models.adapter.find_spec", lambda _: None)
    with pytest.raises(DlsError, match=r"the package peft applies: pip install 'distillation-loss-statement\[lora\]'"):
        load_text(ModelSpec(adapted.folder, base=base))


def test_a_classifier_with_an_adapter_keeps_its_labels(tmp_path):
    from peft import LoraConfig, get_peft_model
    from transformers import AutoModelForSequenceClassification

    base = save(tmp_path / "base", "LlamaForSequenceClassification", "Llama", num_labels=3, hidden_size=32,
                intermediate_size=64, num_hidden_layers=1, num_attention_heads=4)  # fmt: skip
    model = AutoModelForSequenceClassification.from_pretrained(base)
    with quiet(), torch.no_grad():
        adapted = get_peft_model(model, LoraConfig(r=2, target_modules=["q_proj"], task_type="SEQ_CLS"))
        adapted.base_model.model.score.modules_to_save["default"].weight.mul_(-2)
        adapted.save_pretrained(tmp_path / "adapter")
    loaded = load_model(ModelSpec(tmp_path / "adapter", base=base))
    with torch.no_grad():
        logits, oracle = (entry.eval()(torch.tensor([IDS])).logits for entry in (loaded.model, adapted))
    torch.testing.assert_close(logits, oracle, atol=1e-4, rtol=0)
    assert len(loaded.text.labels) == 3


def test_an_adapters_weights_that_could_run_code_are_not_read(base, tmp_path):
    adapted = adapt(tmp_path / "adapter", base)
    (adapted.folder / "adapter_model.safetensors").rename(adapted.folder / "adapter_model.bin")
    with pytest.raises(DlsError, match=r"holds adapter_model\.bin; only safetensors and GGUF weights are read"):
        find_model("student", ModelWords(adapted.folder, base=base))
