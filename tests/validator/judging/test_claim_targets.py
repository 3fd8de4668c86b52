"""Which targets judge a claim, and which it stands for: published rows are judged, and stand for nothing."""

import msgspec
import pytest

from dls.judging.claim_targets import is_of_other_items, judged_targets, required_targets, shows_dimension
from dls.judging.claimed_profile import is_required
from dls.judging.losses import losses_of
from dls.model import ProbeName
from dls.model.items import On
from dls.model.reading import Ratio
from dls.standard.specification import spec_folder
from dls.verifying.recompute import open_context

DOCUMENTS = spec_folder() / "conformance" / "documents"
MADE, PUBLISHED = frozenset({"regenerated"}), frozenset({"transcribed"})
BENCHMARK = On(dataset="example")


def opened(name):
    return open_context(DOCUMENTS / f"{name}.yaml")


@pytest.fixture(scope="module")
def context():
    return opened("publisher")


def claim_with(context, **members):
    """Return the headline claim with some members changed."""
    return msgspec.structs.replace(context.statement.claims[0], **members)


def test_a_claim_is_judged_by_the_targets_of_its_probe_and_stands_for_them(context):
    claim = claim_with(context)
    assert [target.kind for target in required_targets(context.profile, claim)] == ["non_inferiority", "absolute"]
    assert judged_targets(context.profile, claim, MADE) == required_targets(context.profile, claim)


@pytest.mark.parametrize(
    "members",
    [
        {"on": BENCHMARK},
        {"probe": None},
        {"probe": ProbeName(id="headline.final_number", version="1.0")},
        {"comparator": "control"},
        {"ratio": Ratio(of="comparator", value=1.3)},
        {"metric": "pass_at_1"},
    ],
)
def test_a_claim_about_anything_else_stands_for_none(context, members):
    assert required_targets(context.profile, claim_with(context, **members)) == ()


@pytest.mark.parametrize("members", [{"targets": ()}, {"dimension": "safety"}, {"evidence": ("gone",)}])
def test_the_targets_that_a_claim_prints_do_not_decide_whether_it_is_required(context, members):
    assert is_required(context, claim_with(context, **members))


def test_a_published_row_is_judged_by_the_targets_of_its_metric_whatever_their_probe(context):
    row = claim_with(context, probe=None, on=BENCHMARK)
    assert judged_targets(context.profile, row, MADE) == ()
    assert len(judged_targets(context.profile, row, PUBLISHED)) == 2
    assert is_of_other_items(context.profile, row, PUBLISHED)
    assert not is_of_other_items(context.profile, claim_with(context), MADE)


def test_a_ratio_alone_is_judged_by_none(context):
    assert judged_targets(context.profile, claim_with(context, ratio=Ratio(of="student", value=0.7)), PUBLISHED) == ()


@pytest.mark.parametrize(
    ("members", "shows"),
    [
        ({}, True),
        ({"metric": "x-example:poise"}, False),
        ({"metric": "mean_confidence"}, False),
        ({"comparator": "control"}, False),
        ({"ratio": Ratio(of="student", value=0.7)}, False),
    ],
)
def test_only_values_of_a_registered_metric_with_a_better_and_worse_show_a_dimension(context, members, shows):
    assert shows_dimension(claim_with(context, **members)) is shows


def test_of_two_runs_each_command_takes_the_one_that_the_claim_names_first():
    context = opened("publisher-with-evidence")
    (bundle,) = context.bundles
    claim = msgspec.structs.replace(context.statement.claims[0], evidence=("second", bundle.evidence.id, "third"))
    assert [entry.evidence.id for entry in context.claim_bundles(claim)] == [bundle.evidence.id]


def test_the_losses_are_the_lost_claims_and_the_checks_that_the_student_alone_fails():
    assert losses_of(opened("publisher-with-evidence")) == ("diversity-valid-answer-entropy",)
    names = ("diversity-valid-answer-entropy", "check answer_validity of diversity.open_answer")
    assert losses_of(opened("publisher-with-a-failed-check")) == names
    assert losses_of(opened("unknown-check")) == ("diversity-valid-answer-entropy",)
