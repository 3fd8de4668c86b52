"""Each kind of model in the table of the page of models is really measured, or refused with the table's words."""

import json
import shutil
from pathlib import Path

import pytest
from tests.model_doors import MEASURED, NEVER, REFUSED, TABLE, as_markdown
from tests.reference_probes.models.adapters import adapt
from tests.reference_probes.models.saved import change_json, llama, save
from tests.reference_probes.models.test_gguf import SIZES, tokenizer_of, write_gguf
from tests.reference_probes.models.test_refused_models import (
    KINDS,
    of_a_newer_release,
    quantised_in_an_unknown_way,
    with_code,
    with_nan,
)
from transformers import LlamaConfig, LlamaForCausalLM

from dls.errors import DlsError
from dls_probes.models.model_place import ModelWords, find_model
from dls_probes.models.transformers_model import ModelSpec, load_model

ELSEWHERE = {"bitsandbytes, 8 or 4 bits", "fp8 in blocks", "compressed-tensors"}  # `test_quantised.py` makes them


def gguf(path):
    vocab, merges = tokenizer_of(path)
    config = LlamaConfig(vocab_size=len(vocab), bos_token_id=0, eos_token_id=1, pad_token_id=1, **SIZES)
    write_gguf(path / "q.gguf", LlamaForCausalLM(config), vocab, merges)
    return ModelWords(path / "q.gguf")


def several_gguf(path):
    (path / "a.gguf").touch()
    (path / "b.gguf").touch()
    return ModelWords(path)


def adapter(path, **settings):
    adapted = adapt(path / "adapter", llama(path / "base"), **settings)
    return ModelWords(adapted.folder, base=adapted.base)


def without_base(path):
    words = adapter(path)
    change_json(words.name / "adapter_config.json", base_model_name_or_path="example/base")
    return ModelWords(words.name)


def learned_prompts(path):
    words = adapter(path)
    change_json(words.name / "adapter_config.json", peft_type="PROMPT_TUNING")
    return words


def beside(path):
    return ModelWords(adapt(llama(path / "model"), path / "model").folder)


def cached(path):
    commit = "0123456789abcdef0123456789abcdef01234567"
    root = path / "models--example--tiny"
    shutil.copytree(llama(path / "model"), root / "snapshots" / commit)
    return ModelWords(root)


def training(path, steps):
    llama(path / "model")
    for step in steps:
        shutil.copytree(path / "model", path / "run" / f"checkpoint-{step}")
    return ModelWords(path / "run")


def binaries(path):
    folder = llama(path / "model")
    (folder / "model.safetensors").rename(folder / "pytorch_model.bin")
    return ModelWords(folder)


def spoilt(change):
    def make(path):
        folder = llama(path / "model")
        change(folder)
        return ModelWords(folder)

    return make


def kind(name):
    def make(path):
        class_name, family, settings, _ = KINDS[name]
        return ModelWords(save(path / "model", class_name, family, **settings))

    return make


def classifier(path):
    layers = {"hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 1, "num_attention_heads": 4}
    return ModelWords(save(path / "model", "LlamaForSequenceClassification", "Llama", num_labels=3, **layers))


MAKE = {
    "a folder with `model.safetensors`, or with shards": spoilt(lambda _: None),
    "a GGUF file": gguf,
    "a LoRA or other PEFT adapter on its base": adapter,
    "an adapter that added tokens": lambda path: adapter(path, rows=400),
    "a name in the hub's cache, or the root of a cache": cached,
    "a training folder with one checkpoint": lambda path: training(path, [90]),
    "a sequence classifier": classifier,
    "whole weights beside an adapter": beside,
    "an adapter without its base": without_base,
    "an adapter of learned prompts": learned_prompts,
    "a training folder with several checkpoints": lambda path: training(path, [90, 500]),
    "a folder with several GGUF files": several_gguf,
    "`pytorch_model.bin` alone": binaries,
    "a name that the hub's cache lacks": lambda _: ModelWords("example/absent"),
    "a quantisation that transformers does not know": spoilt(quantised_in_an_unknown_way),
    "an architecture with code of its own": spoilt(with_code),
    "an architecture of a newer transformers": spoilt(of_a_newer_release),
    "an encoder with a decoder": kind("T5"),
    "a masked language model": kind("BERT"),
    "a model of images and text": kind("images"),
    "weights that give NaN": spoilt(with_nan),
}


def load(words):
    place = find_model("student", words)
    return load_model(ModelSpec(place.folder, base=place.base))


@pytest.mark.parametrize("door", [door for door in TABLE if door.name in MAKE], ids=lambda door: door.name)
def test_a_model_is_measured_or_refused_as_the_table_says(door, tmp_path):
    words = MAKE[door.name](tmp_path)
    if door.verdict == MEASURED:
        assert load(words)
        return
    with pytest.raises(DlsError) as error:
        load(words)
    assert door.words in str(error.value)


def test_every_row_of_the_table_is_made_somewhere():
    names = [door.name for door in TABLE]
    assert len(set(names)) == len(names)
    assert set(MAKE) | ELSEWHERE == {door.name for door in TABLE if door.verdict != NEVER}
    assert {door.verdict for door in TABLE} == {MEASURED, REFUSED, NEVER}


def test_the_page_shows_the_table():
    """Printed by `python -m tests.model_doors`."""
    assert as_markdown() in Path("docs/models.md").read_text()


def test_the_profile_on_the_page_is_one(tmp_path):
    from dls.document.reader import parse
    from dls.scenarios.problems import profile_problems
    from dls.scenarios.profile import load_profile

    text = Path("docs/models.md").read_text().partition("```yaml\n")[2].partition("```")[0]
    assert json.loads(json.dumps(parse(text.encode(), "page").value))["thoughts"] == "closed"
    (tmp_path / "profile.yaml").write_text(text)
    profile = load_profile(tmp_path / "profile.yaml")
    assert profile.thoughts == "closed"
    assert profile.targets == load_profile("general_chat").targets
    assert list(profile_problems(profile)) == []
