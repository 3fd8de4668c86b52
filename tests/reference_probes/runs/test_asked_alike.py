"""Both models are asked in the same wording and precision, unless the profile allows a difference."""

from dataclasses import replace

import pytest

from dls.errors import DlsError
from dls.scenarios.profile import load_profile
from dls_probes import pair
from dls_probes.models.transformers_model import ModelSpec
from dls_probes.runs.asked_alike import refuse_unlike_arms
from dls_probes.runs.plan import keys_of, make_plan
from dls_probes.runs.regenerate import regenerate_evidence

MODELS = {"teacher": ModelSpec(pair.TEACHER), "student": ModelSpec(pair.STUDENT)}
UNLIKE = {
    "prompt_format": "plain",
    "fold_system": True,
    "frame": "few_shot",
    "dtype": "bfloat16",
}


def unlike(name):
    return MODELS | {"student": replace(MODELS["student"], **{name: UNLIKE[name]})}


@pytest.mark.parametrize("name", UNLIKE)
def test_a_difference_is_refused_with_both_values(name):
    with pytest.raises(DlsError, match=f"{name} .* and the student with {name} {UNLIKE[name]}, and a difference"):
        refuse_unlike_arms(load_profile("demo"), unlike(name))


@pytest.mark.parametrize("name", UNLIKE)
def test_a_profile_may_allow_a_difference(name):
    profile = load_profile("demo")._replace(arms_may_differ_in=(name,))
    assert refuse_unlike_arms(profile, unlike(name)) is None


def test_a_run_of_models_asked_in_two_ways_ends_before_it_starts(tmp_path):
    models = unlike("dtype")
    with pytest.raises(DlsError, match="ask both alike"):
        regenerate_evidence(make_plan(load_profile("demo"), keys_of(models), n=2), models, tmp_path / "out")
    assert not (tmp_path / "out").exists()
