import json
import shutil

import pytest
from tests.reference_probes.records import record_of

from dls.errors import DlsError
from dls_probes.engine.ledger import Ledger
from dls_probes.models.transformers_model import ModelSpec, load_model, load_text
from dls_probes.packs import GenerateJob, Pack
from dls_probes.requests import Generate, Prompt
from dls_probes.runs.open_models import open_model
from dls_probes.runs.run import ProbeRun, elicit_model


@pytest.fixture
def folder(llama, tmp_path):
    return shutil.copytree(llama, tmp_path / "model")


def change(folder, file, **values):
    path = folder / file
    path.write_text(json.dumps({**(json.loads(path.read_text()) if path.exists() else {}), **values}))


def test_an_ordinary_model_has_nothing_to_be_noted(folder):
    assert load_text(ModelSpec(folder)).notes == ()


def test_a_reasoning_block_that_stays_open_is_noted(folder):
    template = json.loads((folder / "tokenizer_config.json").read_text())["chat_template"]
    change(
        folder,
        "tokenizer_config.json",
        chat_template=template.replace("<|assistant|>{% endif %}", "<|assistant|><think>{% endif %}"),
    )
    text = load_text(ModelSpec(folder))
    assert "every answer begins inside a thought: the check thinking_off fails" in text.notes[0]


def open_with_bos(folder):
    """Let the tokenizer put BOS in front of each text by itself."""
    special = {"<s>": {"id": "<s>", "ids": [0], "tokens": ["<s>"]}}
    pieces = [{"SpecialToken": {"id": "<s>", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}]
    processor = {"type": "TemplateProcessing", "single": pieces, "pair": pieces, "special_tokens": special}
    change(folder, "tokenizer.json", post_processor=processor)


@pytest.mark.parametrize("in_template", [True, False])
@pytest.mark.parametrize("in_tokenizer", [True, False])
def test_bos_of_the_tokenizer_alone_is_noted(in_template, in_tokenizer, folder):
    if in_tokenizer:
        open_with_bos(folder)
    template = json.loads((folder / "tokenizer_config.json").read_text())["chat_template"]
    if not in_template:
        change(folder, "tokenizer_config.json", chat_template=template.removeprefix("<s>"))
    notes = load_text(ModelSpec(folder)).notes
    assert [note.startswith("the chat template writes no BOS") for note in notes] == [True] * (
        in_tokenizer and not in_template
    )
    assert load_text(ModelSpec(folder, prompt_format="plain")).notes == ()


def test_bos_in_the_middle_of_a_prompt_is_refused(folder):
    open_with_bos(folder)
    template = json.loads((folder / "tokenizer_config.json").read_text())["chat_template"]
    change(
        folder,
        "tokenizer_config.json",
        chat_template=template.replace("<|assistant|>{% endif %}", "<s><|assistant|>{% endif %}"),
    )
    with pytest.raises(DlsError, match="BOS 2 times"):
        load_text(ModelSpec(folder))


def test_a_tokenizer_file_that_asks_for_truncation_is_not_obeyed(folder):
    raw = json.loads((folder / "tokenizer.json").read_text())
    raw["truncation"] = {"direction": "Right", "max_length": 4, "strategy": "LongestFirst", "stride": 0}
    (folder / "tokenizer.json").write_text(json.dumps(raw))
    assert len(load_text(ModelSpec(folder)).prompt_ids([Prompt.user("what does anna have ? " * 5)])[0]) > 20


@pytest.mark.parametrize("layout", ["drop", "equal"])
def test_generation_defaults_of_the_model_are_noted_and_not_applied(layout, folder, llama):
    change(
        folder,
        "generation_config.json",
        repetition_penalty=9.0,
        do_sample=True,
        top_k=2,
        no_repeat_ngram_size=1,
        max_length=3,
        eos_token_id=1,
    )
    model, plain = load_model(ModelSpec(folder)), load_model(ModelSpec(llama))
    (note,) = model.text.notes
    assert "repetition_penalty 9.0" in note
    assert "top_k 2" in note
    pack = Pack("generate", layout, ((GenerateJob((0, 3, 9, 10, 4), 12),),))
    assert model.generate(pack) == plain.generate(pack)


def test_every_eos_of_the_generation_configuration_ends_an_answer(folder, tmp_path):
    def elicit(item):
        answer = yield Generate(item["prompt"], 12)
        yield record_of(item, tokens=answer.tokens, ended=answer.ended)

    items = [{"id": "one", "prompt": Prompt.user("what is 3 + 4 ?")}]

    def run(name):
        with open_model(ModelSpec(folder)) as model, Ledger(tmp_path / name) as ledger:
            return elicit_model(ProbeRun("test", "1.0", elicit, items, 0), model, ledger).records[0]

    before = run("before")
    change(folder, "generation_config.json", eos_token_id=[1, before.tokens[3]])
    first = before.tokens.index(before.tokens[3])
    assert run("after") == record_of(items[0], tokens=before.tokens[:first], ended=True)
