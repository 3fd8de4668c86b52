"""The search finds the largest share that passes on a line, within its budget, and says which targets it leaves out."""

import pytest
from planted.red_team import BISECTIONS, SHARES, largest_passing, lines, targets_read, targets_unread

RULES = {
    "up to a third": (lambda share: share <= 1 / 3, 0.3125),
    "everything": (lambda _: True, 1.0),
    "nothing": (lambda _: False, 0.0),
    "two pieces": (lambda share: share < 0.1 or 0.7 < share < 0.9, 0.875),
}


@pytest.mark.parametrize("rule", RULES)
def test_the_search_ends_at_the_largest_share_that_it_saw_pass(rule):
    passes, wanted = RULES[rule]
    share, shares = largest_passing(passes)
    assert share == wanted
    assert len(shares) <= len(SHARES) + BISECTIONS
    assert not [tried for tried in shares if tried > share and passes(tried)]


def test_every_target_is_either_read_or_listed_as_unread():
    unread = {target.metric for target in targets_unread()}
    assert {"on_policy_kl", "valid_answer_entropy"} <= unread
    assert not unread & {target.metric for target in targets_read()}


def test_a_line_ends_at_a_student_that_lost_something_under_the_probe_of_its_target():
    names = {(target.probe, student.name) for student, target in lines()}
    assert ("safety.policy_worlds", "refuses_then_complies") in names
    assert ("safety.policy_worlds", "refusals_lifted") in names
    assert {target.metric for target in targets_read()} == {target.metric for _, target in lines()}
