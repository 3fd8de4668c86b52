"""A claim's reason stands beside the target that it is surely about."""

import pytest

from dls.judging.statement_outcomes import outcomes_of
from dls.model import Claim, frozen

CLAIM = {
    "id": "one", "dimension": "headline", "metric": "accuracy", "comparator": "teacher", "outcome": "inconclusive",
    "reason": "too_few_units", "evidence": ["ev-1"],
}  # fmt: skip
INCONCLUSIVE = {"kind": "non_inferiority", "margin": 0.1, "outcome": "inconclusive"}
LOST = {"kind": "absolute", "floor": 0.9, "outcome": "lost"}


@pytest.mark.parametrize(
    ("targets", "reasons"),
    [
        ([INCONCLUSIVE], ["too_few_units"]),
        ([LOST, INCONCLUSIVE], [None, "too_few_units"]),
        ([INCONCLUSIVE, {**INCONCLUSIVE, "margin": 0.2}], [None, None]),
        ([LOST], [None]),
    ],
)
def test_a_reason_is_shown_where_one_target_alone_is_inconclusive(targets, reasons):
    outcomes = outcomes_of([frozen({**CLAIM, "targets": targets}, Claim)], (), ())
    assert [target.reason for target in outcomes.targets] == reasons
