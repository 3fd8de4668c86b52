"""A model of a kind that is not asked, or that cannot be loaded, is refused with its cause and its remedy."""

import pytest
from tests.reference_probes.models.saved import (
    BOTH_SIDES,
    GROUPS,
    LAYERS,
    change_json,
    change_tensors,
    llama,
    save,
)

from dls.errors import DlsError
from dls_probes.models.transformers_model import ModelSpec, load_model

WHISPER = {**BOTH_SIDES, "num_mel_bins": 8, "max_source_positions": 10, "max_target_positions": 64}
T5 = {"d_model": 32, "d_kv": 8, "d_ff": 64, "num_layers": 1, "num_heads": 4}
VISION = {"depth": 1, "hidden_size": 32, "intermediate_size": 64, "num_heads": 4, "out_hidden_size": 32}

KINDS = {
    "BART": ("BartForConditionalGeneration", "Bart", BOTH_SIDES, "an encoder with a decoder (BartForCond"),
    "Marian": ("MarianMTModel", "Marian", BOTH_SIDES, "an encoder with a decoder (MarianMTModel)"),
    "T5": ("T5ForConditionalGeneration", "T5", T5, "an encoder with a decoder (T5ForCond"),
    "Whisper": ("WhisperForConditionalGeneration", "Whisper", WHISPER, "an encoder with a decoder (WhisperForCond"),
    "BERT": ("BertForMaskedLM", "Bert", LAYERS, "a masked language model, which reads the answer that it scores"),
    "RoBERTa": ("RobertaForMaskedLM", "Roberta", LAYERS, "a masked language model"),
    "a body": ("BertModel", "Bert", LAYERS, "a body without a head that writes text"),
    "a causal body": ("Qwen2Model", "Qwen2", GROUPS, "models for sentence embeddings are (Qwen2Model)"),
    "labels for tokens": ("LlamaForTokenClassification", "Llama", GROUPS, "a head for another task"),
    "images": (
        "Qwen2_5_VLForConditionalGeneration",
        "Qwen2_5_VL",
        {"text_config": GROUPS, "vision_config": VISION},
        "has no class of this architecture that continues one text, as of most models for images and sound",
    ),
}


@pytest.mark.parametrize("name", KINDS)
def test_a_model_of_another_kind_is_refused_by_its_kind(name, tmp_path):
    kind, family, settings, words = KINDS[name]
    with pytest.raises(DlsError) as error:
        load_model(ModelSpec(save(tmp_path / "model", kind, family, **settings)))
    assert words in str(error.value)
    assert "again, whole" not in str(error.value)


def test_the_decoder_of_an_encoder_with_a_decoder_is_asked_where_it_was_saved_alone(tmp_path):
    assert load_model(ModelSpec(save(tmp_path / "model", "BartForCausalLM", "Bart", **BOTH_SIDES)))


def test_a_model_for_sentence_embeddings_is_refused_though_it_has_a_head(tmp_path):
    folder = llama(tmp_path / "model")
    (folder / "config_sentence_transformers.json").write_text("{}")
    with pytest.raises(DlsError, match="a model for sentence embeddings"):
        load_model(ModelSpec(folder))


def with_code(folder):
    files = {"AutoConfig": "mine.Config", "AutoModelForCausalLM": "mine.Model"}
    change_json(folder / "config.json", model_type="mine", auto_map=files)
    (folder / "mine.py").write_text("raise SystemExit('the code ran')")


def of_a_newer_release(folder):
    change_json(folder / "config.json", model_type="llama9", transformers_version="9.1.0")


def with_nan(folder):
    change_tensors(folder, lambda tensors: {"model.norm.weight": tensors["model.norm.weight"] * float("nan")})


def without_tokenizer(folder):
    (folder / "tokenizer.json").unlink()


def quantised(folder):
    change_json(folder / "config.json", quantization_config={"quant_method": "bitsandbytes", "load_in_8bit": True})


def with_heads_that_do_not_fit(folder):
    change_json(folder / "config.json", num_attention_heads=5, num_key_value_heads=5)


def with_positions_of_an_unknown_kind(folder):
    change_json(folder / "config.json", rope_parameters={"rope_type": "spiral", "rope_theta": 1e4})


def with_numbers_that_overflow(folder):
    change_tensors(folder, lambda tensors: {n: t * 1e30 for n, t in tensors.items() if "v_proj" in n or "o_proj" in n})


def quantised_by_gptq(folder):
    change_json(folder / "config.json", quantization_config={"quant_method": "gptq", "bits": 4, "group_size": 32})


def quantised_in_an_unknown_way(folder):
    change_json(folder / "config.json", quantization_config={"quant_method": "secret"})


CAUSES = {
    "heads": (with_heads_that_do_not_fit, "correct it or fetch it again"),
    "positions": (with_positions_of_an_unknown_kind, "correct it or fetch it again"),
    "an overflow": (with_numbers_that_overflow, "its numbers overflow even in float32"),
    "GPTQ": (quantised_by_gptq, "install the package that this names"),
    "an unknown quantisation": (
        quantised_in_an_unknown_way,
        "which the installed transformers does not know and would skip",
    ),
    "own code": (with_code, "it needs code from its folder, which could do anything on your machine and is never run"),
    "a newer release": (of_a_newer_release, "of this folder, which 9.1.0 wrote; pip install --upgrade transformers"),
    "NaN": (with_nan, "answers with NaN: NaN or an infinity stands in model.norm.weight"),
    "no tokenizer": (without_tokenizer, "put those of the teacher or of the base model beside the weights"),
    "a missing package": (quantised, "`pip install -U bitsandbytes"),
}


@pytest.mark.parametrize("name", CAUSES)
def test_a_model_that_cannot_be_loaded_is_refused_with_its_cause_and_remedy(name, tmp_path):
    spoil, words = CAUSES[name]
    folder = llama(tmp_path / "model")
    spoil(folder)
    with pytest.raises(DlsError) as error:
        load_model(ModelSpec(folder))
    assert words in str(error.value)
    assert str(folder) in str(error.value)
    assert "again, whole" not in str(error.value)


def test_an_architecture_of_the_library_is_loaded_though_its_folder_has_code(tmp_path):
    folder = llama(tmp_path / "model")
    with_code(folder)
    change_json(folder / "config.json", model_type="llama")
    assert type(load_model(ModelSpec(folder)).model).__module__.startswith("transformers.")


def test_numbers_beyond_the_range_of_half_precision_name_float32(tmp_path):
    folder = llama(tmp_path / "model")
    change_tensors(folder, lambda tensors: {name: tensor * 300 for name, tensor in tensors.items()})
    with pytest.raises(DlsError, match=r"leave the range of torch\.float16; choose --dtype float32"):
        load_model(ModelSpec(folder, dtype="float16"))
