"""Profiles: the plan of each built-in profile can decide its targets, and your own profile has to do the same."""

from pathlib import Path

import pytest
import yaml

from dls.errors import DlsError
from dls.probes.catalogue import find_probe
from dls.scenarios.problems import plan_hints, profile_problems
from dls.scenarios.profile import builtin_ids, load_profile
from dls.standard.numbers import MOST_NEW_TOKENS
from dls.standard.registry import DIMENSIONS, load_registry, metric
from dls.standard.schemas import schema
from dls.standard.setting_values import MOST_THOUGHT_TOKENS

SCENARIOS = (
    "demo", "clinical_decision_support", "code_assistant", "content_moderation", "creative_generation",
    "document_extraction", "general_chat", "maths_tutor", "on_device_assistant", "retrieval_support_agent",
    "text_classification", "tool_agent", "word_problems",
)  # fmt: skip


def _child(tmp_path: Path, **changes) -> Path:
    parent = load_profile("general_chat")
    document = {
        "dls_scenario": "1.0",
        "id": "mine",
        "version": "1.0",
        "title": "Mine",
        "rationale": "A test.",
        "population": "Items.",
        "extends": {"id": "general_chat", "version": "1.0", "sha256": parent.sha256},
        "required": [],
        "not_required": [],
        "targets": [],
    }
    path = tmp_path / "mine.yaml"
    path.write_text(yaml.safe_dump(document | changes))
    return path


def _target(**changes) -> dict:
    target = {
        "metric": "brier_top_label",
        "dimension": "uncertainty",
        "probe": "uncertainty.multiple_choice",
        "kind": "non_inferiority",
        "margin": 0.02,
        "n": 1500,
        "smallest_detectable_loss": 0.0136,
        "assumes": {"sd": 0.2},
        "rationale": "A test.",
    }
    return {key: value for key, value in (target | changes).items() if value is not None}


def _messages(path: Path) -> str:
    return " | ".join(f"{problem.pointer}: {problem.message}" for problem in profile_problems(load_profile(path)))


def test_the_built_in_profiles_are_the_demo_and_the_twelve():
    assert builtin_ids() == SCENARIOS


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_built_in_profile_can_detect_its_own_margins(name):
    assert profile_problems(load_profile(name)) == ()


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_required_dimension_has_a_target_on_a_primary_metric(name):
    profile = load_profile(name)
    primary = {target.dimension for target in profile.targets if metric(target.metric).primary}
    assert set(profile.required) <= primary


def test_general_chat_requires_all_eight():
    assert load_profile("general_chat").required == DIMENSIONS


def test_the_demo_stays_small():
    assert load_profile("demo").required == ("uncertainty", "diversity")
    assert max(target.n for target in load_profile("demo").targets) <= 1500


def test_an_unknown_profile_is_refused_with_the_list_of_profiles():
    with pytest.raises(DlsError, match="general_chat"):
        load_profile("general_cat")


def test_a_child_inherits_the_targets_that_it_does_not_replace(tmp_path):
    child = load_profile(_child(tmp_path, targets=[_target(margin=0.015)]))
    parent = load_profile("general_chat")
    assert child.required == parent.required
    assert [t.margin for t in child.targets_of("brier_top_label", "uncertainty.multiple_choice")] == [0.015]
    assert len(child.targets) == len(parent.targets)


def test_a_child_of_another_parent_is_refused(tmp_path):
    pin = {"id": "general_chat", "version": "1.0", "sha256": "0" * 64}
    with pytest.raises(DlsError, match="look at the changes"):
        load_profile(_child(tmp_path, extends=pin))


def test_a_looser_target_needs_a_justification(tmp_path):
    loose = _target(margin=0.05)
    assert "justification" in _messages(_child(tmp_path, targets=[loose]))
    assert _messages(_child(tmp_path, targets=[loose | {"justification": "Answers are reviewed."}])) == ""


def test_a_child_cannot_drop_a_dimension_of_its_parent(tmp_path):
    exemptions = [{"dimension": "privacy", "reason": "Not here."}]
    assert "privacy stands in both lists" in _messages(_child(tmp_path, not_required=exemptions))


def test_a_plan_that_cannot_detect_its_margin_is_named(tmp_path):
    assert "raise n or widen the target" in _messages(_child(tmp_path, targets=[_target(margin=0.01)]))


@pytest.mark.parametrize(
    ("margin", "pointers"), [(0.0182, []), (0.0181, ["/targets/0/n"]), (0.0136, ["/targets/0/n"]), (0.01, [])]
)
def test_a_plan_between_three_quarters_and_all_of_its_margin_gets_a_hint(tmp_path, margin, pointers):
    """1,500 units detect 0.01358 at a standard deviation of 0.2."""
    profile = load_profile(_child(tmp_path, targets=[_target(margin=margin)]))
    assert [hint.pointer for hint in plan_hints(profile)] == pointers


def test_a_wrong_smallest_detectable_loss_is_named(tmp_path):
    assert "not 0.001" in _messages(_child(tmp_path, targets=[_target(smallest_detectable_loss=0.001)]))


def test_an_n_below_the_methods_minimum_is_named(tmp_path):
    assert "holds from 100 units" in _messages(_child(tmp_path, targets=[_target(n=50, margin=0.2, justification="x")]))


def test_an_unregistered_metric_is_named(tmp_path):
    assert "no metric brier_top" in _messages(_child(tmp_path, targets=[_target(metric="brier_top")]))


def test_a_retention_without_a_chance_level_is_named(tmp_path):
    target = _target(metric="accuracy", dimension="headline", probe=None, kind="retention", margin=None, at_least=0.9)
    assert "`chance`" in _messages(_child(tmp_path, targets=[target]))


def test_a_relative_target_states_chance_or_names_a_probe_whose_items_decide_it(tmp_path):
    plan = {"margin": 0.05, "smallest_detectable_loss": 0.0206, "assumes": {"discordance": 0.1}}
    target = _target(metric="accuracy", dimension="headline", probe=None, **plan)
    assert "a guessing teacher goes unnoticed" in _messages(_child(tmp_path, targets=[target]))
    with_probe = target | {"probe": "headline.multiple_choice"}
    assert "chance" not in _messages(_child(tmp_path, targets=[with_probe]))
    assert "chance is 0.25, not 0.1" in _messages(_child(tmp_path, targets=[with_probe | {"chance": 0.1}]))


def test_a_plan_for_the_ranking_of_errors_needs_their_share(tmp_path):
    target = _target(metric="error_auroc", margin=0.05, smallest_detectable_loss=0.04, assumes={"sd": 0.575})
    assert "1500 units detect nothing" in _messages(_child(tmp_path, targets=[target]))
    with_errors = target | {"assumes": {"sd": 0.575, "errors": 0.25}}
    assert "/targets/0" not in _messages(_child(tmp_path, targets=[with_errors]))


def test_a_profile_has_no_built_in_ones_name(tmp_path):
    assert "general_chat is a built-in profile" in _messages(_child(tmp_path, id="general_chat", extends=None))


def test_a_target_with_two_limits_is_named(tmp_path):
    assert "exactly one limit" in _messages(_child(tmp_path, targets=[_target(cap=0.3)]))


def test_a_profile_without_a_parent_lists_all_eight(tmp_path):
    path = _child(tmp_path, extends=None, required=["uncertainty"], targets=[_target()])
    assert "privacy stands in neither list" in _messages(path)


def test_a_profile_that_breaks_the_schema_is_refused_with_its_line(tmp_path):
    with pytest.raises(DlsError, match=r"mine.yaml:\d+:\d+"):
        load_profile(_child(tmp_path, targets=[_target() | {"margn": 1}]))


@pytest.mark.parametrize("name", SCENARIOS)
def test_the_probe_of_a_metric_with_a_twin_checks_or_measures_the_twin(name):
    for target in load_profile(name).targets:
        twin, probe = metric(target.metric).twin, find_probe(target.probe)
        assert twin is None or probe.checks or twin in {measure.metric for measure in probe.measures}


def test_a_target_whose_probe_does_not_measure_it_is_named_with_those_that_do(tmp_path):
    messages = _messages(_child(tmp_path, targets=[_target(probe="boundary.short_twins")]))
    assert messages.startswith("/targets/0/probe: boundary.short_twins does not measure brier_top_label")
    assert "uncertainty.largest_numbers" in messages


def test_a_probe_that_this_release_lacks_is_no_problem(tmp_path):
    assert _messages(_child(tmp_path, targets=[_target(probe="elsewhere.choice")])) == ""


def test_a_target_that_names_no_probe_stands_beside_one_probe_alone(tmp_path):
    left_open = _target(probe=None, metric="brier", smallest_detectable_loss=0.0145)
    easier = _target(probe="uncertainty.largest_numbers")
    assert _messages(_child(tmp_path, targets=[left_open])) == ""
    messages = _messages(_child(tmp_path, targets=[easier, left_open]))
    assert messages.startswith("/targets/1: a target for brier names no probe")
    assert "uncertainty.multiple_choice and uncertainty.largest_numbers" in messages


def test_a_parents_target_that_names_no_probe_is_named_at_the_parent(tmp_path):
    parent = _child(
        tmp_path, id="parent", targets=[_target(probe=None, metric="brier", smallest_detectable_loss=0.0145)]
    ).rename(tmp_path / "parent.yaml")
    pin = {"id": "parent", "version": "1.0", "sha256": load_profile(parent).sha256}
    child = _child(tmp_path, extends=pin, targets=[_target(probe="uncertainty.largest_numbers")])
    assert _messages(child).startswith("/extends: a target for brier names no probe")


def test_the_page_of_classifiers_names_the_profile_that_it_extends():
    assert load_profile("text_classification").sha256 in Path("docs/classifiers.md").read_text()


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_profile_without_a_limit_on_new_tokens_has_the_registrys(name):
    assert load_profile(name).max_new_tokens == load_registry().max_new_tokens


def test_a_raised_limit_changes_the_digest_from_which_the_items_follow(tmp_path):
    plain, longer = (load_profile(_child(tmp_path, **member)) for member in ({}, {"max_new_tokens": 128}))
    assert (plain.max_new_tokens, longer.max_new_tokens) == (64, 128)
    assert plain.sha256 != longer.sha256


@pytest.mark.parametrize(("limit", "bound"), [(63, "at least 64"), (4097, "at most 4096")])
def test_a_limit_out_of_bounds_is_refused_with_the_bound_and_a_way_out(limit, bound, tmp_path):
    message = rf"/max_new_tokens: found a whole number '{limit}', wanted {bound}: .* or leaves this member out"
    with pytest.raises(DlsError, match=message):
        load_profile(_child(tmp_path, max_new_tokens=limit))


def test_the_bounds_of_the_schema_are_the_registrys_and_the_readers():
    member = schema("scenario")["properties"]["max_new_tokens"]
    assert (member["minimum"], member["maximum"]) == (load_registry().max_new_tokens, MOST_NEW_TOKENS)


THOUGHTS = [("thoughts", "closed"), ("max_thought_tokens", 1), ("max_thought_tokens", MOST_THOUGHT_TOKENS)]


@pytest.mark.parametrize(("member", "value"), THOUGHTS)
def test_a_profile_says_what_happens_to_thoughts(member, value, tmp_path):
    assert load_profile(_child(tmp_path, **{member: value})).thoughts == value


@pytest.mark.parametrize("tokens", [0, MOST_THOUGHT_TOKENS + 1, True, 2.5, "closed"])
def test_another_limit_on_thoughts_is_refused(tokens, tmp_path):
    with pytest.raises(DlsError, match=r"/max_thought_tokens: found "):
        load_profile(_child(tmp_path, max_thought_tokens=tokens))


def test_closed_thoughts_have_no_limit(tmp_path):
    message = "/max_thought_tokens: thoughts are closed, so none has tokens; leave out this member or thoughts"
    assert _messages(_child(tmp_path, thoughts="closed", max_thought_tokens=64)) == message


def test_a_profiles_own_thoughts_stand_before_its_parents(tmp_path):
    parent = _child(tmp_path, id="parent", thoughts="closed").rename(tmp_path / "parent.yaml")
    pin = {"id": "parent", "version": "1.0", "sha256": load_profile(parent).sha256}
    assert load_profile(_child(tmp_path, extends=pin)).thoughts == "closed"
    assert load_profile(_child(tmp_path, extends=pin, max_thought_tokens=64)).thoughts == 64


@pytest.mark.parametrize(
    ("member", "limit", "problem"),
    [
        ({}, 128, ""),
        ({"max_new_tokens": 128}, 128, ""),
        ({"max_new_tokens": 256}, 256, ""),
        ({"max_new_tokens": 127}, 128, "/max_new_tokens: the parent allows 128 new tokens, and a profile can"),
    ],
)
def test_a_child_has_its_parents_limit_and_may_only_raise_it(member, limit, problem, tmp_path):
    parent = _child(tmp_path, id="parent", max_new_tokens=128).rename(tmp_path / "parent.yaml")
    pin = {"id": "parent", "version": "1.0", "sha256": load_profile(parent).sha256}
    child = _child(tmp_path, extends=pin, **member)
    assert load_profile(child).max_new_tokens == limit
    assert _messages(child).partition(" only")[0] == problem
