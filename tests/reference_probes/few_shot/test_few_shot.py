import json
from collections import Counter
from dataclasses import replace
from types import SimpleNamespace

import msgspec
import pytest
from tests.reference_probes.records import KEYS, record_of

from dls.authoring.draft import draft_statement
from dls.document.writer import yaml_text
from dls.errors import DlsError
from dls.evidence.folder import find_manifests
from dls.model import Manifest
from dls.probe import SHOT_SEED, Shot
from dls.probes.catalogue import find_probe
from dls.probes.shared.vocabulary import NOT_STATED, REFUSAL, WITHHELD
from dls.scenarios.profile import load_profile
from dls.verifying.recompute import open_context
from dls_probes import pair
from dls_probes.few_shot.examples import solved_items
from dls_probes.few_shot.prompt import few_shot_sha256, prompt_style_for, with_shots
from dls_probes.models.model_place import ModelPlace
from dls_probes.models.transformers_model import ModelSpec, load_text
from dls_probes.reproduction.reproduction import Reproduction
from dls_probes.reproduction.second_run import reproduce
from dls_probes.reproduction.settings import rerun_spec
from dls_probes.requests import Distribution, Generate, Message, Prompt, Score
from dls_probes.runs.plan import Plan, plan_probe
from dls_probes.runs.regenerate import regenerate_evidence

RELEASED = {
    "headline.multiple_choice": "2c883c21c09c",
    "fidelity.next_token": "fea3b33afd4a",
    "uncertainty.multiple_choice": "a64c66a53d02",
    "uncertainty.lottery": "c17875b1ddc9",
    "boundary.twins": "9beacf663018",
    "boundary.false_premises": "8ca14d1176d4",
    "boundary.edits": "bbbd6db89609",
    "boundary.range": "b29a6f9ba423",
    "process.chain": "85ce0d4506c5",
    "process.cut_traces": "2dd8e8497522",
    "process.wrong_cue": "a2c47b2daed0",
    "on_policy.story": "69aa144a4ec7",
    "on_policy.recovery": "cbf07e4ecc9f",
    "grounding.worlds": "cf44d2e7ab27",
    "grounding.substituted_facts": "742032b911a2",
    "privacy.in_context_secret": "c66daa4fd272",
    "safety.policy_worlds": "51b544db5f5b",
    "diversity.open_answer": "61774b55437b",
    "boundary.short_twins": "e375f218c62c",
    "process.short_chain": "458635f0e08d",
    "privacy.spelled_rules": "4394c69d488a",
    "safety.spelled_policies": "179a98ae04e6",
    "diversity.listed_answers": "fde8d7942e86",
    "uncertainty.largest_numbers": "b142080225d1",
    "uncertainty.listed_draws": "3e9ebb290713",
}
"""The beginnings of the digests of all examples. A change makes old evidence impossible to reproduce."""
SHOWN = (Shot("be kind.", "who ?", "you"), Shot("", "where ?", "here"))


@pytest.mark.parametrize(("name", "digest"), RELEASED.items())
def test_the_examples_of_a_probe_are_the_same_for_ever(name, digest):
    assert few_shot_sha256(solved_items(name)).startswith(digest)


@pytest.mark.parametrize("name", RELEASED)
def test_no_run_can_draw_its_items_from_the_seed_of_the_examples(name):
    with pytest.raises(DlsError, match="0 to 2"):
        plan_probe(find_probe(name), load_profile("demo"), KEYS, 1, SHOT_SEED)


def test_examples_stand_before_every_question_of_an_elicitation_and_records_pass_through():
    def elicit(item):
        one = yield Score(Prompt.user(item.question), "a")
        many = yield [
            Score(Prompt.user(item.question, "rule."), one),
            Generate(Prompt.user(item.question) + "so", 3),
            Score(Prompt.user(item.question) + "so", " on"),
        ]
        yield record_of(item, got=many)

    item = SimpleNamespace(id="000000", question="what ?")
    asking = with_shots(elicit, SHOWN)(item)
    turns = (
        Message("user", "Question: be kind. who ?"), Message("assistant", "Answer: you\n"),
        Message("user", "Question: where ?"), Message("assistant", "Answer: here\n"),
    )  # fmt: skip
    assert asking.send(None) == Score(Prompt((*turns, Message("user", "Question: what ?")), "Answer:"), " a")
    ruled, begun, gone_on = asking.send("b")
    assert ruled == Score(Prompt((*turns, Message("user", "Question: rule. what ?")), "Answer:"), " b")
    assert begun == Generate(Prompt((*turns, Message("user", "Question: what ?")), "Answer: so"), 3)
    assert gone_on == Score(Prompt((*turns, Message("user", "Question: what ?")), "Answer: so"), " on")
    assert asking.send(["x", "y", "z"]) == record_of(item, got=["x", "y", "z"])
    with pytest.raises(StopIteration):
        asking.send(None)


def test_options_of_a_distribution_go_on_after_the_label_as_words():
    def elicit(_item):
        yield Distribution(Prompt.user("what ?"), options=("a", "b"))

    assert with_shots(elicit, SHOWN)(SimpleNamespace(id="000000")).send(None).options == (" a", " b")


def last_shown(name):
    """Ask an item with this id and return the example that stands last before its question."""

    def elicit(item):
        yield Score(Prompt.user(item.id), "a")

    return with_shots(elicit, SHOWN)(SimpleNamespace(id=name)).send(None).prompt.messages[-2].content


def test_half_of_the_units_are_asked_after_the_examples_in_reverse():
    assert Counter(last_shown(f"{unit:06d}") for unit in range(100)) == {"Answer: you\n": 50, "Answer: here\n": 50}


def test_both_twins_of_a_unit_are_asked_after_the_same_order():
    assert all(last_shown(f"{unit:06d}/allowed") == last_shown(f"{unit:06d}/forbidden") for unit in range(8))


@pytest.mark.parametrize("period", range(2, 25))
def test_what_comes_round_with_the_number_of_a_unit_meets_both_orders(period):
    assert all(len({last_shown(f"{unit:06d}") for unit in range(at, 200, period)}) == 2 for at in range(period))


@pytest.mark.parametrize(
    ("name", "special"),
    [
        ("boundary.twins", NOT_STATED),
        ("boundary.false_premises", NOT_STATED),
        ("privacy.in_context_secret", WITHHELD),
        ("safety.policy_worlds", REFUSAL),
        ("boundary.short_twins", NOT_STATED),
        ("privacy.spelled_rules", WITHHELD),
        ("safety.spelled_policies", REFUSAL),
    ],
)
def test_examples_of_two_sides_are_as_many_of_each_and_either_order_ends_on_another(name, special):
    sides = [one.answer == special for one in solved_items(name)]
    assert sum(sides) * 2 == len(sides)
    assert sides[0] is not sides[-1]


def test_an_elicitation_without_examples_is_left_alone():
    assert with_shots(len, ()) is len


def test_models_that_declare_how_they_were_taught_are_asked_bare_and_all_others_after_examples(tmp_path):
    assert prompt_style_for([pair.TEACHER, pair.STUDENT]) == "none"
    for name, told in (("silent", {}), ("taught", {"dls_frame": "none"})):
        (tmp_path / name).mkdir()
        (tmp_path / name / "config.json").write_text(json.dumps(told))
    silent, taught = tmp_path / "silent", tmp_path / "taught"
    assert prompt_style_for([silent, silent]) == "few_shot"
    assert prompt_style_for([taught, silent]) == "few_shot"
    assert prompt_style_for([taught, taught]) == "none"


def test_a_classifier_is_asked_bare(tmp_path):
    (tmp_path / "config.json").write_text(json.dumps({"architectures": ["BertForSequenceClassification"]}))
    assert prompt_style_for([tmp_path]) == "none"


def test_models_whose_window_examples_would_overfill_are_asked_bare(tmp_path):
    (tmp_path / "config.json").write_text(json.dumps({"n_positions": 1023}))
    assert prompt_style_for([tmp_path]) == "none"
    (tmp_path / "config.json").write_text(json.dumps({"n_positions": 1024}))
    assert prompt_style_for([tmp_path]) == "few_shot"
    assert prompt_style_for([tmp_path], longer=1) == "none"


def evidence(folder, out, *names, n=2, **how):
    """Write one model's evidence on some probes and return the manifests."""
    profile = load_profile("general_chat")
    chosen = Plan(profile, tuple(plan_probe(find_probe(name), profile, KEYS, n, None) for name in names))
    paths = regenerate_evidence(chosen, {"teacher": ModelSpec(folder, **how)}, out)
    return [msgspec.json.decode(path.read_bytes(), type=Manifest) for path in paths]


@pytest.fixture(scope="module")
def model(one_layer):
    return one_layer()


def test_a_manifest_names_the_frame_and_its_digest(model, tmp_path):
    (asked,) = evidence(model, tmp_path, "uncertainty.lottery", frame="few_shot")
    settings = asked.settings["teacher"]
    assert settings["frame"] == "few_shot"
    assert settings["frame_sha256"] == few_shot_sha256(solved_items("uncertainty.lottery"))


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
    profile, models = load_profile("general_chat"), {"teacher": spec, "student": spec}
    chosen = tuple(plan_probe(find_probe(name), profile, KEYS, 2, None) for name in names)
    regenerate_evidence(Plan(profile, chosen), models, tmp_path / "evidence")
    (tmp_path / "dls.yaml").write_text(
        yaml_text(draft_statement(find_manifests(tmp_path / "evidence"), profile, tmp_path, {}))
    )
    context = open_context(tmp_path / "dls.yaml")
    assert rerun_spec(context, "teacher", ModelPlace(model), {}).frame == "few_shot"
    old = next(bundle.manifest for bundle in context.bundles if bundle.manifest.probe.id == names[0])
    old.settings["teacher"]["frame_sha256"] = "0" * 64
    found = reproduce(Reproduction(context, models), tmp_path / "again").results
    assert {one.verdict for one in found if one.claim.probe.id == names[1]} == {"confirmed"}
    (told,) = {(one.verdict.value, one.reason) for one in found if one.claim.probe.id == names[0]}
    assert told[0] == "not_verifiable"
    assert told[1].endswith("install the release that has them")
