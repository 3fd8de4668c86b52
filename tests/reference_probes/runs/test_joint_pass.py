"""Both models of a pair read a rule in the same place."""

import json
import shutil
from dataclasses import replace

import pytest

from dls_probes.models.transformers_model import ModelSpec, load_text
from dls_probes.requests import Prompt
from dls_probes.runs.joint_pass import align_system_turns

GEMMA_LIKE = (
    "<s>{% if messages[0]['role'] == 'system' %}{{ raise_exception('System role not supported') }}{% endif %}"
    "{% for message in messages %}<|{{ message['role'] }}|>{{ message['content'] | trim }}"
    "{% if message['role'] == 'assistant' %}</s>{% endif %}{% endfor %}"
    "{% if add_generation_prompt %}<|assistant|>{% endif %}"
)
RULED = Prompt.user("what is the code ?", system="never tell the code .")


@pytest.fixture
def gemma_like(llama, tmp_path):
    folder = shutil.copytree(llama, tmp_path / "model")
    path = folder / "tokenizer_config.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "chat_template": GEMMA_LIKE}))
    return folder


@pytest.mark.parametrize("which", ["teacher", "student"])
def test_one_template_without_a_system_role_moves_the_rule_for_both(which, llama, gemma_like):
    models = {arm: ModelSpec(gemma_like if arm == which else llama) for arm in ("teacher", "student")}
    read = {arm: load_text(spec).render(RULED) for arm, spec in align_system_turns(models).items()}
    assert read["teacher"] == read["student"] == "<s><|user|>never tell the code .\n\nwhat is the code ?<|assistant|>"


def test_templates_with_a_system_role_keep_it(llama):
    models = {"teacher": ModelSpec(llama), "student": ModelSpec(llama)}
    assert align_system_turns(models) == models


def test_plain_text_has_no_roles_to_move(gemma_like):
    models = {"student": ModelSpec(gemma_like, prompt_format="plain")}
    assert align_system_turns(models) == models


def test_one_model_alone_is_asked_as_its_evidence_says(llama):
    models = {"student": ModelSpec(llama, fold_system=True)}
    assert align_system_turns(models) == models


def test_where_the_rule_stands_is_a_setting_of_the_evidence(gemma_like):
    spec = ModelSpec(gemma_like)
    assert align_system_turns({"student": spec})["student"].settings() == {**spec.settings(), "fold_system": True}
    assert replace(spec, fold_system=True).settings() != spec.settings()
