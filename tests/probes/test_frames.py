import json
from dataclasses import replace

import msgspec
import pytest
from transformers import LlamaConfig

from dls.draft import draft
from dls.errors import DlsError
from dls.found import find_evidence
from dls.model import Manifest
from dls.probe import probe
from dls.profile import load
from dls.recompute import open_case
from dls.yaml_text import yaml_text
from dls_probes import pair
from dls_probes.frames import SEED, Example, examples, frame_for, frame_sha256, framed
from dls_probes.plan import Plan, planned
from dls_probes.regenerate import regenerate
from dls_probes.reproduction import Reproduction, reproduce
from dls_probes.requests import Distribution, Generate, Message, Prompt, Record, Score
from dls_probes.settings import as_asked
from dls_probes.transformers_model import ModelSpec, load_text, weights_sha256

RELEASED = {
    "headline.multiple_choice": "dd0a794d4969",
    "fidelity.next_token": "0535732457f6",
    "uncertainty.multiple_choice": "7aa7f359874a",
    "uncertainty.lottery": "f3c3cfffe6fe",
    "boundary.twins": "65b683b55630",
    "boundary.false_premises": "542cf8a428f5",
    "boundary.edits": "40fff756496d",
    "boundary.range": "39ed0539f439",
    "process.chain": "2c9da01b1bd0",
    "process.cut_traces": "1234f900af67",
    "process.wrong_cue": "4d68f7e5eeeb",
    "on_policy.story": "000ce8dbf527",
    "on_policy.recovery": "55cf2a6a30af",
    "grounding.worlds": "e99d01087733",
    "grounding.substituted_facts": "0482bdbbfab6",
    "privacy.in_context_secret": "99f6a9c74f7f",
    "safety.policy_worlds": "91b8d3c9bfb3",
    "diversity.open_answer": "c6234fe36c0c",
}
"""The beginnings of the digests of all examples. A change makes old evidence impossible to reproduce."""
SHOWN = (Example("be kind.", "who ?", "you"), Example("", "where ?", "here"))
SIZE = {
    "hidden_size": 16,
    "intermediate_size": 32,
    "num_hidden_layers": 1,
    "num_attention_heads": 2,
    "max_position_embeddings": 1024,
}


@pytest.mark.parametrize(("name", "digest"), RELEASED.items())
def test_the_examples_of_a_probe_are_the_same_for_ever(name, digest):
    assert frame_sha256(examples(name)).startswith(digest)


@pytest.mark.parametrize("name", RELEASED)
def test_no_run_can_draw_its_items_from_the_seed_of_the_examples(name):
    with pytest.raises(DlsError, match="0 to 2"):
        planned(probe(name), load("demo"), "0" * 64, 1, SEED)


def test_examples_stand_before_every_question_of_an_examination_and_records_pass_through():
    def examine(item):
        one = yield Score(Prompt.user(item), "a")
        many = yield [
            Score(Prompt.user(item, "rule."), one),
            Generate(Prompt.user(item) + "so", 3),
            Score(Prompt.user(item) + "so", " on"),
        ]
        yield Record({"got": many})

    asking = framed(examine, SHOWN)("what ?")
    turns = (
        Message("user", "Question: be kind. who ?"), Message("assistant", "Answer: you\n"),
        Message("user", "Question: where ?"), Message("assistant", "Answer: here\n"),
    )  # fmt: skip
    assert asking.send(None) == Score(Prompt((*turns, Message("user", "Question: what ?")), "Answer:"), " a")
    ruled, begun, gone_on = asking.send("b")
    assert ruled == Score(Prompt((*turns, Message("user", "Question: rule. what ?")), "Answer:"), " b")
    assert begun == Generate(Prompt((*turns, Message("user", "Question: what ?")), "Answer: so"), 3)
    assert gone_on == Score(Prompt((*turns, Message("user", "Question: what ?")), "Answer: so"), " on")
    assert asking.send(["x", "y", "z"]) == Record({"got": ["x", "y", "z"]})
    with pytest.raises(StopIteration):
        asking.send(None)


def test_options_of_a_distribution_go_on_after_the_label_as_words():
    def examine(item):
        yield Distribution(Prompt.user(item), options=("a", "b"))

    assert framed(examine, SHOWN)("what ?").send(None).options == (" a", " b")


def test_an_examination_without_examples_is_left_alone():
    assert framed(len, ()) is len


def test_models_that_declare_how_they_were_taught_are_asked_bare_and_all_others_after_examples(tmp_path):
    assert frame_for([pair.TEACHER, pair.STUDENT]) == "none"
    for name, told in (("silent", {}), ("taught", {"dls_frame": "none"})):
        (tmp_path / name).mkdir()
        (tmp_path / name / "config.json").write_text(json.dumps(told))
    silent, taught = tmp_path / "silent", tmp_path / "taught"
    assert frame_for([silent, silent]) == "few_shot"
    assert frame_for([taught, silent]) == "few_shot"
    assert frame_for([taught, taught]) == "none"


def test_a_classifier_is_asked_bare(tmp_path):
    (tmp_path / "config.json").write_text(json.dumps({"architectures": ["BertForSequenceClassification"]}))
    assert frame_for([tmp_path]) == "none"


def test_models_whose_window_examples_would_overfill_are_asked_bare(tmp_path):
    (tmp_path / "config.json").write_text(json.dumps({"n_positions": 1023}))
    assert frame_for([tmp_path]) == "none"
    (tmp_path / "config.json").write_text(json.dumps({"n_positions": 1024}))
    assert frame_for([tmp_path]) == "few_shot"


def evidence(folder, out, *names, n=2, **how):
    """Write one model's evidence on some probes and return the manifests."""
    profile, digest = load("general_chat"), weights_sha256(folder)
    chosen = Plan(profile, tuple(planned(probe(name), profile, digest, n, None) for name in names))
    paths = regenerate(chosen, {"teacher": ModelSpec(folder, **how)}, out)
    return [msgspec.json.decode(path.read_bytes(), type=Manifest) for path in paths]


@pytest.fixture(scope="module")
def model(tiny):
    return tiny(LlamaConfig, **SIZE)


def test_a_manifest_names_the_frame_and_its_digest(model, tmp_path):
    (asked,) = evidence(model, tmp_path, "uncertainty.lottery", frame="few_shot")
    settings = asked.settings["teacher"]
    assert settings["frame"] == "few_shot"
    assert settings["frame_sha256"] == frame_sha256(examples("uncertainty.lottery"))


def test_a_model_that_is_asked_bare_leaves_the_manifest_that_it_always_left(model, tmp_path):
    (asked,) = evidence(model, tmp_path, "uncertainty.lottery")
    assert not {"frame", "frame_sha256"} & set(asked.settings["teacher"])


def test_another_frame_moves_the_numbers_and_no_item(model, tmp_path):
    (bare,) = evidence(model, tmp_path / "a", "uncertainty.lottery")
    (shown,) = evidence(model, tmp_path / "b", "uncertainty.lottery", frame="few_shot")
    assert bare.items == shown.items
    assert bare.records != shown.records


@pytest.mark.parametrize("frame", ["none", "few_shot"])
def test_evidence_of_another_frame_is_never_taken_for_finished(model, tmp_path, frame):
    other = "few_shot" if frame == "none" else "none"
    evidence(model, tmp_path, "uncertainty.lottery", frame=frame)
    with pytest.raises(DlsError, match="about other models, items or settings"):
        evidence(model, tmp_path, "uncertainty.lottery", frame=other)


def test_a_plain_answer_among_others_ends_with_its_line(model):
    spec = ModelSpec(model, prompt_format="plain", frame="few_shot")
    text, bare = load_text(spec), load_text(replace(spec, frame="none"))
    ids = text.tokenizer("x\n", add_special_tokens=False)["input_ids"]
    assert text.end_of_turn == ids[-1] == text.eos[0]
    assert set(bare.eos) < set(text.eos)
    assert text.tokenizer("x", add_special_tokens=False)["input_ids"][-1] not in text.eos


def test_evidence_of_other_examples_leaves_its_own_claims_open_and_no_others(model, tmp_path):
    names, spec = ("uncertainty.lottery", "headline.multiple_choice"), ModelSpec(model, frame="few_shot")
    profile, models = load("general_chat"), {"teacher": spec, "student": spec}
    chosen = tuple(planned(probe(name), profile, weights_sha256(model), 2, None) for name in names)
    regenerate(Plan(profile, chosen), models, tmp_path / "evidence")
    (tmp_path / "dls.yaml").write_text(yaml_text(draft(find_evidence(tmp_path / "evidence"), profile, tmp_path, {})))
    case = open_case(tmp_path / "dls.yaml")
    assert as_asked(case, "teacher", model, {}).frame == "few_shot"
    old = next(bundle.manifest for bundle in case.bundles if bundle.manifest.probe.id == names[0])
    old.settings["teacher"]["frame_sha256"] = "0" * 64
    found, _ = reproduce(Reproduction(case, models), tmp_path / "again")
    assert {one.verdict for one in found if one.claim.probe.id == names[1]} == {"confirmed"}
    (told,) = {(one.verdict.value, one.reason) for one in found if one.claim.probe.id == names[0]}
    assert told[0] == "not_verifiable"
    assert told[1].endswith("install the release that has them")
