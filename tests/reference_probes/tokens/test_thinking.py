"""Thinking is off where the chat template can switch it off; where it cannot, nothing is claimed about first tokens."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from tests.reference_probes.conftest import build_model, build_tokenizer, vocabulary
from tests.reference_probes.reproduction.test_settings import repin
from tests.reference_probes.stated import filled
from transformers import LlamaConfig

from dls.checking.validate import check
from dls.commands.cli import main
from dls.document.reader import read
from dls.document.writer import yaml_text
from dls.verifying.recompute import open_context
from dls_probes.models.transformers_model import ModelSpec, load_text
from dls_probes.requests import Message, Prompt
from dls_probes.tokens.thinking import thinking_mode

PROBE = "diversity.open_answer"

# as Qwen3's: earlier thoughts are dropped, and an empty one stands before an answer without
SWITCH = """
{%- if messages[0].role == 'system' %}{{- '<|im_start|>system\\n' + messages[0].content + '<|im_end|>\\n' }}{%- endif %}
{%- for message in messages %}
    {%- if message.role == "user" or (message.role == "system" and not loop.first) %}
        {{- '<|im_start|>' + message.role + '\\n' + message.content + '<|im_end|>' + '\\n' }}
    {%- elif message.role == "assistant" %}
        {%- set content = message.content %}
        {%- if '</think>' in content %}{%- set content = content.split('</think>')[-1].lstrip('\\n') %}{%- endif %}
        {{- '<|im_start|>' + message.role + '\\n' + content + '<|im_end|>\\n' }}
    {%- endif %}
{%- endfor %}
{%- if add_generation_prompt %}
    {{- '<|im_start|>assistant\\n' }}
    {%- if enable_thinking is defined and enable_thinking is false %}{{- '<think>\\n\\n</think>\\n\\n' }}{%- endif %}
{%- endif %}"""
ALWAYS_OPEN = SWITCH.replace("{%- if enable_thinking is defined and enable_thinking is false %}", "").replace(
    "{{- '<think>\\n\\n</think>\\n\\n' }}{%- endif %}", "{{- '<think>\\n' }}"
)  # as those of models that do nothing but reason
NO_THINKING = SWITCH.partition("    {%- if enable_thinking")[0] + "{%- endif %}"
OTHER_SWITCH = NO_THINKING.replace(
    "'<|im_start|>assistant\\n'", "'<|Assistant|>' + ('<think>' if thinking else '</think>')"
)  # a closing tag alone
CHANNELS = NO_THINKING.replace(
    "{%- if messages[0]", "{%- set reasoning = '<|channel|>analysis<|message|>' %}{%- if messages[0]", 1
)
DIAMONDS = ALWAYS_OPEN.replace("'<think>\\n'", "'◁think▷'").replace("</think>", "◁/think▷")
BRACKETS = ALWAYS_OPEN.replace("'<think>\\n'", "'[THINK]'").replace("</think>", "[/THINK]")
NAMED_BLOCK = ALWAYS_OPEN.replace("'<think>\\n'", "'<|begin_of_thought|>\\n'").replace("</think>", "<|end_of_thought|>")
WITH_WORDS = ALWAYS_OPEN.replace("'<think>\\n'", "'<think>\\nOkay, '")
MENTIONED = NO_THINKING.replace("<|im_start|>system\\n'", "<|im_start|>system\\nThink inside <think> tags. '", 1)
TAGGED_TURNS = "{% for m in messages %}<{{ m.role }}>{{ m.content }}</{{ m.role }}>{% endfor %}<assistant>"
TEMPLATES = {
    "switched": (SWITCH, "off", "<|im_start|>assistant\n<think>\n\n</think>\n\n"),
    "another switch": (OTHER_SWITCH, "off", "<|Assistant|></think>"),
    "always open": (ALWAYS_OPEN, "open", "<|im_start|>assistant\n<think>\n"),
    "a channel of its own": (CHANNELS, "open", "<|im_start|>assistant\n"),
    "diamonds": (DIAMONDS, "open", "<|im_start|>assistant\n◁think▷"),
    "brackets": (BRACKETS, "open", "<|im_start|>assistant\n[THINK]"),
    "a name of its own": (NAMED_BLOCK, "open", "<|im_start|>assistant\n<|begin_of_thought|>\n"),
    "with first words": (WITH_WORDS, "open", "<|im_start|>assistant\n<think>\nOkay, "),
    "a mention in a system text": (MENTIONED, "none", "<|im_start|>assistant\n"),
    "turns in tags": (TAGGED_TURNS, "none", "<assistant>"),
    "without": (NO_THINKING, "none", "<|im_start|>assistant\n"),
}


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    paths = {}
    for name, (template, *_) in TEMPLATES.items():
        folder = paths[name] = tmp_path_factory.mktemp("model")
        build_tokenizer(folder, template=template)
        sizes = {"hidden_size": 16, "intermediate_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2}
        tokens = {"bos_token_id": 0, "eos_token_id": 1, "max_position_embeddings": 4096}
        build_model(folder, LlamaConfig(vocab_size=vocabulary(folder), **sizes, **tokens))
    return paths


@pytest.mark.parametrize("name", TEMPLATES)
def test_the_way_an_answer_begins_is_found_on_the_template_itself(name, folders):
    _, state, ending = TEMPLATES[name]
    text = load_text(ModelSpec(folders[name]))
    assert thinking_mode(text) == state
    assert text.render(Prompt.user("what is 3 + 4 ?")).endswith(ending)


CLOSED = {
    "always open": "<think>\n\n</think>\n\n",
    "diamonds": "◁think▷\n\n◁/think▷\n\n",
    "brackets": "[THINK]\n\n[/THINK]\n\n",
    "a name of its own": "<|begin_of_thought|>\n\n<|end_of_thought|>\n\n",
    "with first words": "<think>\nOkay, \n\n</think>\n\n",
    "a channel of its own": "<|im_start|>assistant\n<|channel|>final<|message|>",
}


@pytest.mark.parametrize("name", CLOSED)
def test_an_open_thought_is_closed_where_the_profile_says_so(name, folders):
    text = load_text(ModelSpec(folders[name], thoughts="closed"))
    assert thinking_mode(text) == "closed"
    assert text.render(Prompt.user("what is 3 + 4 ?") + "yes").endswith(CLOSED[name] + "yes")


@pytest.mark.parametrize("name", ["switched", "another switch", "without", "turns in tags"])
def test_nothing_is_closed_where_no_thought_is_open(name, folders):
    texts = [load_text(ModelSpec(folders[name], thoughts=thoughts)) for thoughts in ("open", "closed")]
    first, second = (text.render(Prompt.user("what is 3 + 4 ?")) for text in texts)
    assert first == second
    assert thinking_mode(texts[1]) == TEMPLATES[name][1]


FORMS = {
    "switched": ("</think>", False),
    "another switch": ("</think>", True),
    "always open": ("</think>", True),
    "diamonds": ("◁/think▷", True),
    "brackets": ("[/THINK]", True),
    "a name of its own": ("<|end_of_thought|>", True),
    "with first words": ("</think>", True),
}


@pytest.mark.parametrize("name", TEMPLATES)
def test_how_a_model_thinks_is_found_on_the_template_itself(name, folders):
    form = load_text(ModelSpec(folders[name], thoughts=512)).thought_form
    assert (form and (form.closing, form.is_opened)) == FORMS.get(name)


@pytest.mark.parametrize("name", FORMS)
def test_a_thought_stands_where_the_template_lets_the_model_think(name, folders):
    text = load_text(ModelSpec(folders[name], thoughts=512))
    prompt = Prompt.user("what is 3 + 4 ?")
    assert thinking_mode(text) == "limited"
    assert text.render(Prompt(prompt.messages, " 7", "hm </think>")).endswith("hm </think> 7")
    assert text.render(prompt) == load_text(ModelSpec(folders[name], thoughts="closed")).render(prompt)


def test_a_template_with_channels_stays_open_under_a_limit(folders):
    assert thinking_mode(load_text(ModelSpec(folders["a channel of its own"], thoughts=512))) == "open"


def test_a_tag_that_no_token_and_no_template_closes_stays_open(tmp_path):
    build_tokenizer(tmp_path, template=ALWAYS_OPEN.replace("'<think>\\n'", "'<muse>'").replace("</think>", "</m>"))
    (tmp_path / "config.json").write_text('{"model_type": "llama", "eos_token_id": 1}')
    (tmp_path / "model.safetensors").touch()
    text = load_text(ModelSpec(tmp_path, thoughts="closed"))
    assert thinking_mode(text) == "open"
    assert "the check thinking_off fails" in text.notes[0]


def test_a_solved_item_before_the_question_shows_no_thought(folders):
    turns = (Message("user", "3 + 4 ?"), Message("assistant", "<think>\nhm\n</think>\n\n7"), Message("user", "1 + 1 ?"))
    assert "hm" not in load_text(ModelSpec(folders["switched"])).render(Prompt(turns))


def test_plain_prompts_open_no_thought(folders):
    assert thinking_mode(load_text(ModelSpec(folders["always open"], prompt_format="plain"))) == "none"


def publish(folder: Path, model: Path) -> Any:
    """Publish a model as its own student, which is preserved wherever its answers are taken for answers."""
    run = ["probe", "run", "--teacher", str(model), "--student", str(model), "--scenario", "demo", "--n", "100"]
    assert main([*run, "--dimension", "diversity", "--frame", "none", "--out", str(folder / "evidence")]) == 0
    assert main(["draft", str(folder / "evidence"), "-o", str(folder / "dls.yaml")]) == 0
    (folder / "dls.yaml").write_text(yaml_text(filled(read(folder / "dls.yaml").value)))
    return json.loads((folder / "evidence" / PROBE / "manifest.json").read_text())


def failed_checks(folder: Path) -> set[str]:
    return {
        why for entry in open_context(folder / "dls.yaml").targets for why in entry.conditions.failed_checks.clauses
    }


@pytest.mark.slow
@pytest.mark.parametrize("name", ["switched", "without"])
def test_a_model_whose_thoughts_are_off_fails_no_check_by_them(name, folders, tmp_path):
    manifest = publish(tmp_path, folders[name])
    assert manifest["settings"]["student"]["thinking"] == TEMPLATES[name][1]
    assert not [entry for entry in manifest["checks"] if entry["check"] == "thinking_off"]


@pytest.mark.slow
def test_a_model_whose_thoughts_stay_open_fails_a_check_by_name_and_no_claim_is_decided(folders, tmp_path, capsys):
    manifest = publish(tmp_path, folders["always open"])
    assert "the chat template opens a reasoning block" in capsys.readouterr().out
    for arm in ("teacher", "student"):
        assert manifest["settings"][arm]["thinking"] == "open"
        assert {"arm": arm, "check": "thinking_off", "value": 0, "floor": 1, "passed": False} in manifest["checks"]
        assert f"thinking_off of the {arm} is 0.0, below 1.0" in failed_checks(tmp_path)
    claims = [claim for claim in read(tmp_path / "dls.yaml").value["claims"] if claim["targets"]]
    assert claims
    assert {claim["outcome"] for claim in claims} == {"inconclusive"}
    assert main(["recompute", str(tmp_path / "dls.yaml")]) == 0


@pytest.mark.slow
def test_striking_the_failed_check_is_found(folders, tmp_path):
    manifest = publish(tmp_path, folders["always open"])
    path = tmp_path / "evidence" / PROBE / "manifest.json"
    manifest["checks"] = [entry for entry in manifest["checks"] if entry["check"] != "thinking_off"]
    path.write_text(json.dumps(manifest))
    repin(tmp_path / "dls.yaml", path)
    messages = [entry.message for entry in check(tmp_path / "dls.yaml").findings if entry.code == "DLS316"]
    assert sum("its failed check 'thinking_off'" in message for message in messages) == 2


def test_a_failed_check_that_no_record_shows_is_kept_when_the_numbers_are_made_again(tmp_path, capsys):
    """The conformance suite's evidence, whose claim is decided, with the check of two models that think."""
    suite = Path("spec/1.0/conformance/documents")
    shutil.copytree(suite / "evidence", tmp_path / "evidence")
    shutil.copy(suite / "profile.yaml", tmp_path)
    path = tmp_path / "evidence" / PROBE / "manifest.json"
    manifest = json.loads(path.read_text())
    failure = {"check": "thinking_off", "value": 0, "floor": 1, "passed": False}
    for arm in ("teacher", "student"):
        manifest["checks"].append({"arm": arm, **failure})
        manifest["settings"][arm]["thinking"] = "open"
    path.write_text(json.dumps(manifest))
    statement = read(suite / "publisher-with-evidence.yaml").value
    claim = statement["claims"][0]
    assert claim["outcome"] == "lost"
    for entry in (claim, *claim["targets"]):
        entry["outcome"] = "inconclusive"
    (tmp_path / "dls.yaml").write_text(yaml_text(statement))
    repin(tmp_path / "dls.yaml", path)
    main(["recompute", str(tmp_path / "dls.yaml"), "--format", "json"])
    verdicts = {entry["id"]: entry["verdict"] for entry in json.loads(capsys.readouterr().out)["claims"]}
    assert verdicts[claim["id"]] == "confirmed"
