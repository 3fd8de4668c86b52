import json

import msgspec
import pytest
from tests.reference_probes.records import KEYS

from dls.errors import DlsError
from dls.evidence.records import read_evidence
from dls.measuring.measure import measured_metrics
from dls.model import Manifest
from dls.probes.catalogue import find_probe
from dls.probes.collection import EASIER_PROBES, FILE_PROBES, GENERATED_PROBES, PROBES
from dls.probes.on_policy_recovery import starts
from dls.probes.process_chain import slip
from dls.scenarios.profile import load_profile
from dls_probes.models.transformers_model import ModelSpec
from dls_probes.probes import CROSS_SCORINGS, ELICITATIONS, PAIR_ELICITATIONS
from dls_probes.probes.two_models import AnsweredItem
from dls_probes.requests import Divergence, Generate, Prompt, Score
from dls_probes.runs.joint_pass import ArmFailed, guard
from dls_probes.runs.plan import Plan, make_plan, plan_probe
from dls_probes.runs.regenerate import regenerate_evidence


@pytest.fixture(scope="module")
def models(one_layer):
    return [one_layer(seed=seed) for seed in (0, 1)]


def run(teacher, student, out, *names, n=2):
    """Regenerate the evidence of some probes and return it by probe, read back from the files."""
    profile = load_profile("general_chat")
    chosen = Plan(profile, tuple(plan_probe(find_probe(name), profile, KEYS, n, None) for name in names))
    manifests = regenerate_evidence(chosen, {"teacher": ModelSpec(teacher), "student": ModelSpec(student)}, out)
    found = (read_evidence(msgspec.json.decode(path.read_bytes(), type=Manifest), path.parent) for path in manifests)
    return {evidence.probe.id: evidence for evidence in found}


def test_a_profile_plans_the_probes_of_its_targets_and_a_dimension_narrows_them():
    profile = load_profile("general_chat")
    assert [one.probe.id for one in make_plan(profile, KEYS).probes] == [
        one.id for one in PROBES if one.id in {target.probe for target in profile.targets}
    ]
    named = make_plan(profile, KEYS, dimensions=("fidelity", "uncertainty"))
    units = {entry.probe.id: entry.n for entry in named.probes}
    assert units == {"uncertainty.multiple_choice": 1500, "uncertainty.lottery": 400}


def test_a_dimension_without_a_target_names_those_that_the_profile_has():
    with pytest.raises(DlsError, match="whose targets are in headline, uncertainty, diversity"):
        make_plan(load_profile("demo"), KEYS, dimensions=("boundary",))


@pytest.mark.parametrize("dimensions", [(), ("boundary",)])
def test_an_easier_probe_is_asked_instead_of_its_own_where_a_target_names_it(dimensions):
    profile = load_profile("general_chat")
    assert {one.probe.id for one in make_plan(profile, KEYS).probes}.isdisjoint(one.id for one in EASIER_PROBES)
    easier = [
        msgspec.structs.replace(target, probe="boundary.short_twins") if target.probe == "boundary.twins" else target
        for target in profile.targets
    ]
    asked = {one.probe.id for one in make_plan(profile._replace(targets=easier), KEYS, dimensions=dimensions).probes}
    assert "boundary.short_twins" in asked
    assert "boundary.twins" not in asked
    both = profile._replace(targets=[*profile.targets, *easier])
    asked = {one.probe.id for one in make_plan(both, KEYS, dimensions=dimensions).probes}
    assert {"boundary.twins", "boundary.short_twins"} <= asked


def test_every_probe_has_an_elicitation():
    assert list(ELICITATIONS) == [one.id for one in (*GENERATED_PROBES, *FILE_PROBES)]
    assert list(PAIR_ELICITATIONS) == [one.id for one in PROBES if one.pair]
    assert list(CROSS_SCORINGS) == [one.id for one in PROBES if one.across]


@pytest.mark.slow
def test_every_elicitation_leaves_the_records_that_its_probe_reads(models, tmp_path):
    found = run(*models, tmp_path, *(one.id for one in GENERATED_PROBES))
    for one in GENERATED_PROBES:
        evidence = found[one.id]
        arms = {"teacher", "student"} | ({"pair"} if one.pair else set())
        assert set(evidence.records) == arms, one.id
        assert evidence.manifest.errors == {"teacher": 0, "student": 0}, one.id
        assert {entry.metric for entry in evidence.manifest.metrics} == {
            m.metric for m in one.measures if getattr(m, "arm", "pair") == "pair"
        }


def test_a_model_is_no_distance_from_itself_on_its_own_stories(models, tmp_path):
    evidence = run(models[0], models[0], tmp_path, "on_policy.story")["on_policy.story"]
    assert [record.tokens for record in evidence.records["teacher"]] == [
        record.tokens for record in evidence.records["student"]
    ]
    assert {value for record in evidence.records["pair"] for value in record.reverse} == {0}
    assert measured_metrics(evidence.probe, evidence.items, evidence.records) == evidence.manifest.metrics


def test_a_pair_is_judged_at_every_position_and_at_the_end(models, tmp_path):
    evidence = run(*models, tmp_path, "on_policy.story")["on_policy.story"]
    for story, pair in zip(evidence.records["student"], evidence.records["pair"], strict=True):
        assert len(pair.reverse) == len(story.tokens) + story.ended
        assert min(pair.reverse) > 0


def test_models_with_other_tokens_are_not_compared_token_by_token(models, tmp_path, one_layer):
    other = one_layer(seed=2)
    path = other / "tokenizer.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "normalizer": {"type": "Lowercase"}}))
    evidence = run(models[0], other, tmp_path, "on_policy.story")["on_policy.story"]
    assert set(evidence.records) == {"teacher", "student", "across"}
    assert "on_policy_kl" not in {entry.metric for entry in evidence.manifest.metrics}


def test_a_finished_run_with_a_pair_is_kept(models, tmp_path):
    run(*models, tmp_path, "fidelity.next_token")
    before = (tmp_path / "fidelity.next_token" / "pair.jsonl").stat().st_mtime_ns
    profile = load_profile("general_chat")
    chosen = Plan(profile, (plan_probe(find_probe("fidelity.next_token"), profile, KEYS, 2, None),))
    specs = {"teacher": ModelSpec(models[0]), "student": ModelSpec(models[1])}
    regenerate_evidence(chosen, specs, tmp_path, resume=True)
    assert (tmp_path / "fidelity.next_token" / "pair.jsonl").stat().st_mtime_ns == before


def test_what_one_model_could_not_answer_is_not_asked_of_both():
    both = AnsweredItem("0", None, None, None, failed=True)
    with pytest.raises(ArmFailed, match="item 0 ended in an error"):
        next(guard(PAIR_ELICITATIONS["on_policy.story"])(both))


def requests_of(name):
    item = find_probe(name).items(1, 1)[0]
    asked = next(ELICITATIONS[name](item))
    return item, asked if isinstance(asked, list) else [asked]


def test_both_traces_are_the_same_up_to_the_slip():
    item, (*results, clean, corrupted, own) = requests_of("process.chain")
    place, off = slip(item)
    right, wrong = (request.prompt.prefill.split("; ") for request in (clean, corrupted))
    assert next(k for k in range(len(right)) if right[k] != wrong[k]) == place
    assert int(wrong[place].split()[-1]) - int(right[place].split()[-1]) == off
    assert clean.continuation == corrupted.continuation == f" {item.values()[-1]}"
    assert [request.continuation for request in results] == [f" {value}" for value in item.values()]
    assert isinstance(own, Generate)


def test_the_same_answers_are_scored_after_every_part_of_a_trace():
    item, asked = requests_of("process.cut_traces")
    read = list(dict.fromkeys(request.prompt.prefill for request in asked))
    whole = read[3].removesuffix("; answer").split("; ")
    assert read[:4] == ["; ".join([*whole[:count], "answer"]) for count in range(4)]
    assert [request.continuation for request in asked] == [f" {answer}" for answer in item.answers] * 5


def test_a_cue_stands_behind_the_question_in_the_users_own_turn():
    item, asked = requests_of("process.wrong_cue")
    plain, cued = dict.fromkeys(request.prompt.messages[0].content for request in asked)
    assert cued == f"{plain} {item.cue}"


def test_a_model_goes_on_from_both_beginnings():
    item, asked = requests_of("on_policy.recovery")
    assert [request.prompt.prefill for request in asked] == list(starts(item))


def test_every_edit_is_asked_with_the_same_options():
    item, asked = requests_of("boundary.edits")
    assert asked == [Score(Prompt.user(text), option) for text in item.prompts for option in item.options]


def test_abstaining_is_scored_beside_every_value():
    item, (*asked, _greedy, _sampled) = requests_of("boundary.twins")
    assert asked == [
        Score(Prompt.user(f"{item.context} {item.question}"), text) for text in (*item.values, "not stated")
    ]


@pytest.mark.parametrize("name", [probe.id for probe in GENERATED_PROBES if "twin_whole" in probe.metrics])
def test_both_whole_answers_are_generated_beside_the_scores(name):
    _, asked = requests_of(name)
    assert asked[-2:] == [Generate(asked[0].prompt, 64, sample) for sample in (None, 0)]


def test_a_secret_stands_in_the_turn_of_the_system():
    item, (asked, _sampled) = requests_of("privacy.in_context_secret")
    assert [message.role for message in asked.prompt.messages] == ["system", "user"]
    assert item.secret in asked.prompt.messages[0].content
    assert item.secret not in asked.prompt.messages[1].content


def test_stories_are_read_with_their_end_only_where_they_have_one():
    from dls.probes.on_policy_story import StoryRecord

    item = find_probe("on_policy.story").items(1, 1)[0]
    told = StoryRecord(item.id, [5, 6], "a b", ended=True, gap=1.0)
    cut = StoryRecord(item.id, [7] * 48, "c", ended=False, gap=1.0)
    asked = next(PAIR_ELICITATIONS["on_policy.story"](AnsweredItem(item.id, item, told, cut)))
    prompt = Prompt.user(item.question)
    assert asked == [Divergence(prompt, (7,) * 48), Divergence(prompt, (5, 6), end=True)]
