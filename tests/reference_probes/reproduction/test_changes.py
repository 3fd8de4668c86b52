"""Each change between two runs, really made: the words of `dls reproduce` and of `--resume` are those of the table."""

import json
import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import save_file
from tests.changes import ANEW, KEPT, REFUSED, REFUTED, TABLE, as_markdown
from tests.reference_probes.models.adapters import adapt
from tests.reference_probes.published import shift_logits
from tests.reference_probes.situation import Situation
from tests.reference_probes.stated import digests
from tests.some import every

CLAIM = "headline-accuracy"
ADAPTER = {"peft_type": "LORA", "base_model_name_or_path": "base", "r": 2, "target_modules": ["q_proj"]}


def other_day(situation: Situation) -> None:
    class Clock(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> "Clock":
            return cls(2027, 3, 5, tzinfo=tz)

    situation.monkeypatch.setattr("transformers.utils.chat_template_utils.datetime", Clock)


def renamed_and_linked(situation: Situation) -> None:
    place = situation.student.rename(situation.student.with_name("another name ü"))
    situation.student = situation.student.with_name("link")
    situation.student.symlink_to(place, target_is_directory=True)


def other_device(situation: Situation) -> None:
    situation.edit_circumstances(device="cuda")


def other_version(situation: Situation) -> None:
    situation.edit_circumstances(transformers="4.57.1")


def unreleased_version(situation: Situation) -> None:
    situation.edit_records()
    situation.edit_circumstances(transformers="5.24.0.dev0")


def invented_device(situation: Situation) -> None:
    situation.edit_circumstances(device="quantum")


def invented_day(situation: Situation) -> None:
    situation.edit_circumstances(template_day="2036-01-01")


def other_prompt(situation: Situation) -> None:
    situation.edit_records()
    situation.edit_circumstances(prompts_sha256="0" * 64)


def and_other_numbers(change: Callable[[Situation], None]) -> Callable[[Situation], None]:
    def make(situation: Situation) -> None:
        situation.edit_records()
        change(situation)

    return make


def configuration(**members: Any) -> Callable[[Situation], None]:
    return lambda situation: situation.edit_json("config.json", **members)


def rope(situation: Situation) -> None:
    parameters = json.loads((situation.student / "config.json").read_text())["rope_parameters"]
    situation.edit_json("config.json", rope_parameters=parameters | {"rope_theta": 500.0})


def another_form(situation: Situation) -> None:
    """Write the same JSON values with other spaces and in another order."""
    for name in ("tokenizer.json", "tokenizer_config.json"):
        path = situation.student / name
        value = json.loads(path.read_text())
        path.write_text(json.dumps(dict(reversed(value.items())), indent=3))


def another_vocabulary(situation: Situation) -> None:
    path = situation.student / "tokenizer.json"
    value = json.loads(path.read_text())
    vocabulary = value["model"]["vocab"]
    vocabulary[-1], vocabulary[-2] = vocabulary[-2], vocabulary[-1]
    path.write_text(json.dumps(value))


def part_of_the_template_that_no_prompt_uses(situation: Situation) -> None:
    situation.edit_text("chat_template.jinja", "{% for", "{% if tools %}tools{% endif %}{% for")


def template(situation: Situation) -> None:
    situation.edit_text("chat_template.jinja", "today", "the day")


def consolidated(situation: Situation) -> None:
    shutil.copy(situation.student / "model.safetensors", situation.student / "consolidated.safetensors")


def stale_file_beside_shards(situation: Situation) -> None:
    tensors = situation.tensors()
    situation.store_shards()
    situation.store({name: tensor * 2 for name, tensor in tensors.items()})


def header(situation: Situation) -> None:
    situation.store(situation.tensors(), note="saved by a trainer")


def stored_twice(situation: Situation) -> None:
    tensors = situation.tensors()
    situation.store(tensors | {"lm_head.weight": tensors["model.embed_tokens.weight"].clone()})


def wider(situation: Situation) -> None:
    situation.store({name: tensor.float() for name, tensor in situation.tensors().items()})


def nudged(situation: Situation) -> None:
    tensors = situation.tensors()
    tensors["model.norm.weight"][0] += 0.01
    situation.store(tensors)


def merged_adapter(situation: Situation) -> None:
    tensors = situation.tensors()
    weight = tensors["model.layers.0.self_attn.q_proj.weight"]
    weight += (torch.full((weight.shape[0], 2), 0.01) @ torch.full((2, weight.shape[1]), 0.01)).to(weight.dtype)
    situation.store(tensors)


def adapter_beside(situation: Situation) -> None:
    (situation.student / "adapter_config.json").write_text(json.dumps(ADAPTER))
    weights = {f"base_model.model.model.layers.0.self_attn.q_proj.lora_{x}.weight": torch.ones(2, 2) for x in "AB"}
    save_file(weights, situation.student / "adapter_model.safetensors")


def adapter_alone(situation: Situation) -> None:
    adapter_beside(situation)
    for name in ("model.safetensors", "config.json", "generation_config.json"):
        (situation.student / name).unlink()


def adapter_under_base(situation: Situation) -> None:
    base = shutil.copytree(situation.student, situation.folder / "base")
    for path in situation.student.iterdir():
        path.unlink()
    adapt(situation.student, base)
    situation.options += ["--student-base", str(base)]


def adapter_beside_whole(situation: Situation) -> None:
    adapter_beside(situation)
    situation.options += ["--student-base", "none"]


def nudged_in_the_cache(situation: Situation) -> None:
    nudged(situation)
    situation.move_into_a_cache()


def part_of_the_cache(situation: Situation) -> None:
    (situation.student / "generation_config.json").unlink()
    situation.move_into_a_cache()


def rope_at_the_source(situation: Situation) -> None:
    rope(situation)
    situation.flags.append("--student-is-source")


MAKE: dict[str, Callable[[Situation], None]] = {
    "nothing": lambda _: None,
    "the day, which the chat template prints": other_day,
    "another machine, with the same kind of device": lambda situation: shift_logits(situation.monkeypatch, 1e-5),
    "the folder: renamed, or a symbolic link": renamed_and_linked,
    "another kind of device; the numbers agree": other_device,
    "another kind of device; the numbers differ": and_other_numbers(other_device),
    "transformers' version; the numbers agree": other_version,
    "transformers' version; the numbers differ": and_other_numbers(other_version),
    "a version that was never released; the numbers differ": unreleased_version,
    "hardware that there is not; the numbers differ": and_other_numbers(invented_device),
    "templates of another date; the numbers differ": and_other_numbers(invented_day),
    "another precision (`--dtype bfloat16`)": lambda situation: situation.options.extend(["--dtype", "bfloat16"]),
    "another prompt, from the same model and versions; the numbers differ": other_prompt,
    "nothing, and the numbers differ": Situation.edit_records,
    "`rope_theta`": rope,
    "`rms_norm_eps`": configuration(rms_norm_eps=0.1),
    "`num_hidden_layers`": configuration(num_hidden_layers=1),
    "a member of `config.json` that no code reads": configuration(note="hello"),
    "`_name_or_path`, `transformers_version` in `config.json`": configuration(
        _name_or_path="elsewhere", transformers_version="4.57.1"
    ),
    "an end token in `generation_config.json`": lambda situation: situation.edit_json(
        "generation_config.json", eos_token_id=[2, 3]
    ),
    "the tokenizer, saved again in another form": another_form,
    "the tokenizer's files, which do the same": lambda situation: situation.edit_json(
        "tokenizer_config.json", clean_up_tokenization_spaces=False, note="hello"
    ),
    "a tokenizer with another vocabulary": another_vocabulary,
    "the chat template, where no prompt uses it": part_of_the_template_that_no_prompt_uses,
    "the chat template": template,
    "`consolidated.safetensors` beside the weights": consolidated,
    "the weights in other shards": Situation.store_shards,
    "an index that points into a subfolder": lambda situation: situation.store_shards("parts/"),
    "a stale `model.safetensors` beside the shards": stale_file_beside_shards,
    "a note in the header of a safetensors file": header,
    "a tied weight that is stored twice": stored_twice,
    "the weights in a wider type": wider,
    "one weight, by a little": nudged,
    "an adapter, merged into the weights": merged_adapter,
    "an adapter alone in the folder": adapter_alone,
    "an adapter alone, under `--student-base`": adapter_under_base,
    "an adapter beside the whole weights": adapter_beside,
    "the same, under `--student-base none`": adapter_beside_whole,
    "one weight, in a hub's cache of the named source": nudged_in_the_cache,
    "`rope_theta`, under `--student-is-source`": rope_at_the_source,
    "a file that a cache of the named source lacks": part_of_the_cache,
}


@pytest.mark.parametrize("change", every(3, TABLE), ids=lambda change: change.name)
def test_a_second_run_says_of_a_change_what_the_table_says(situation, change, capsys):
    MAKE[change.name](situation)
    code = situation.reproduce("--allow-unverified")
    output = capsys.readouterr()
    if change.verdict == REFUSED:
        assert code == 2
        assert change.words in output.err
        return
    claims = situation.claims()
    assert claims[CLAIM]["verdict"] == change.verdict
    assert change.words in claims[CLAIM]["reason"] or change.words in output.out
    assert code == (1 if change.verdict == REFUTED else 0)
    assert change.verdict == REFUTED or REFUTED not in {claim["verdict"] for claim in claims.values()}


@pytest.mark.parametrize("change", every(3, TABLE), ids=lambda change: change.name)
def test_a_resumed_run_says_of_a_change_what_the_table_says(situation, change, capsys):
    MAKE[change.name](situation)
    before = digests(situation.evidence)
    code = situation.run("--resume")
    output, replaced = capsys.readouterr(), situation.evidence / ".replaced" / "1"
    if change.resume == REFUSED:
        assert code == 2
        assert change.resume_words in output.err
        return
    assert code == 0
    assert change.resume_words in output.out
    assert replaced.exists() is (change.resume == ANEW)
    if change.resume == KEPT:
        assert digests(situation.evidence) == before
    else:
        assert digests(replaced) == before
        assert "every item is asked anew, and the earlier evidence is in" in output.out


def test_the_table_has_each_change_once():
    assert sorted(change.name for change in TABLE) == sorted(MAKE)
    assert len(TABLE) >= 22


NEUTRAL = ("day", "machine", "folder", "device", "transformers", "saved again", "shards", "beside", "stored twice")


def test_no_change_of_a_machine_a_day_a_layout_or_a_version_is_refuted():
    neutral = [change for change in TABLE if any(word in change.name for word in NEUTRAL)]
    assert len(neutral) > len(NEUTRAL)
    assert REFUTED not in {change.verdict for change in neutral}


def test_the_page_shows_the_table():
    """Printed by `python -m tests.changes`."""
    assert as_markdown() in Path("docs/changes.md").read_text()
