"""The built-in pair on a question that it was not taught, and a model with random weights, which may claim nothing."""

import msgspec
import pytest
import torch
from tests.reference_probes.records import KEYS
from tests.reference_probes.stated import end_its_answers
from transformers import AutoConfig, AutoModelForCausalLM, AutoTokenizer

from dls.model import Manifest
from dls.probes.catalogue import find_probe
from dls.scenarios.profile import load_profile
from dls_probes import pair
from dls_probes.models.transformers_model import ModelSpec
from dls_probes.runs.plan import Plan, plan_probe
from dls_probes.runs.regenerate import regenerate_evidence

PROBES = (
    "boundary.false_premises",
    "boundary.edits",
    "boundary.range",
    "process.cut_traces",
    "process.wrong_cue",
    "on_policy.recovery",
)
UNTAUGHT = "boundary.false_premises"  # no lesson of the pair speaks of a pet
ABLE = [name for name in PROBES if name != UNTAUGHT]


@pytest.fixture(scope="module")
def broken(tmp_path_factory):
    """Return the student's folder with random weights."""
    folder = tmp_path_factory.mktemp("broken")
    torch.manual_seed(0)
    model = AutoModelForCausalLM.from_config(AutoConfig.from_pretrained(pair.STUDENT)).float()
    tokenizer = AutoTokenizer.from_pretrained(pair.STUDENT)
    end_its_answers(model, tokenizer.eos_token_id)
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def manifests(tmp_path_factory, broken):
    """Return the manifests of the teacher beside a broken student, by probe, at 60 units each."""
    profile = load_profile("general_chat")
    plan = Plan(profile, tuple(plan_probe(find_probe(name), profile, KEYS, 60, None) for name in PROBES))
    specs = {"teacher": ModelSpec(pair.TEACHER), "student": ModelSpec(broken)}
    paths = regenerate_evidence(plan, specs, tmp_path_factory.mktemp("evidence"))
    manifests = [msgspec.json.decode(path.read_bytes(), type=Manifest) for path in paths]
    return {manifest.probe.id: manifest for manifest in manifests}


def failed(manifest, arm):
    return {check.check for check in manifest.checks if check.arm == arm and not check.passed}


@pytest.mark.parametrize("name", PROBES)
def test_a_model_with_random_weights_is_not_measured(manifests, name):
    assert failed(manifests[name], "student")


@pytest.mark.parametrize("name", ABLE)
def test_the_teacher_is_measured(manifests, name):
    assert not failed(manifests[name], "teacher")


def test_a_teacher_that_calls_everything_not_stated_is_not_measured(manifests):
    assert failed(manifests[UNTAUGHT], "teacher") == {"answers_true_premises"}


def test_the_teacher_copies_the_last_result_and_so_never_recovers(manifests):
    def value(name, metric):
        return next(entry.teacher.value for entry in manifests[name].metrics if entry.metric == metric)

    assert value("process.cut_traces", "early_answering") > 0.95
    assert value("process.cut_traces", "mistake_following_rate") > 0.95
    assert value("on_policy.recovery", "recovery_rate") < 0.05
