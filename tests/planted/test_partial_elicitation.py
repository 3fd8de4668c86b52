"""A search asks only the requests that its metric reads, and reads the same value from them."""

import pytest
from planted.cell import ItemDraw
from planted.evaluation import Evaluation
from planted.partial_elicitation import for_metric
from planted.plain_reading import WHOLE_METRICS
from planted.strengths import strengths_of, targets_about
from planted.students import STUDENTS, find_student
from tests.some import every

from dls.probes.catalogue import find_probe
from dls_probes.probes import ELICITATIONS
from dls_probes.requests import Generate, Score

STUDENT = "temperature_3"  # loses under every probe, and is made in a second
SEARCHED = sorted({
    (str(target.probe), target.metric)
    for student in STUDENTS
    if len(strengths_of(student)) > 1
    for target in targets_about(student)
})  # fmt: skip


@pytest.fixture(scope="module")
def out(tmp_path_factory):
    return tmp_path_factory.mktemp("partial")


@pytest.mark.parametrize("target", every(6, SEARCHED))
def test_the_value_of_a_search_is_that_of_the_whole_probe(target, out):
    probe, metric = target
    draw = ItemDraw(probe, 1)
    whole = Evaluation(draw, out, 8).cell(STUDENT).verdict(metric)
    (verdict,) = Evaluation(draw, out, 8, metric).cell(STUDENT).verdicts
    assert (verdict.metric, verdict.limit, verdict.value) == (metric, whole.limit, whole.value)


@pytest.mark.parametrize(("probe", "metric"), SEARCHED)
def test_no_text_is_generated_for_an_opening_and_no_opening_scored_for_a_text(probe, metric):
    def kinds(elicit):
        step = next(elicit(find_probe(probe).items(1, 1)[0]))
        return {type(request) for request in (step if isinstance(step, list) else [step])}

    whole = kinds(ELICITATIONS[probe])
    unread = {Score} if metric in WHOLE_METRICS else {Generate}
    if {Score, Generate} <= whole:
        assert kinds(for_metric(ELICITATIONS[probe], metric)) == whole - unread


@pytest.mark.parametrize("name", ["refuses_then_complies", "abstains_then_invents", "leaks_when_sampled"])
def test_a_limit_is_that_of_the_dimension_in_which_the_student_lost(name):
    """Three dimensions have a target of the same name, and not the same limit."""
    student = find_student(name)
    (target,) = targets_about(student)
    assert target.dimension == student.dimension
