"""A second run takes the digits of the registry: a loss of 0.1335 that is claimed as 0 is refuted, however printed."""

import pytest

from dls.model import Claim, Loss, Measured, PrintedInterval
from dls.verifying.tolerance import BORDERLINE, REFUTED
from dls_probes.reproduction.part_agreements import Rerun, compare_parts

ENDS = PrintedInterval(low=0.0940, high=0.1720, level=0.9, method="bounded_mean", unit="item", n_units=300)


@pytest.mark.parametrize("mode", ["same_items", "fresh_items"])
@pytest.mark.parametrize(("half_width", "level"), [(0.039, REFUTED), (None, REFUTED), (9.0, BORDERLINE)])
def test_a_loss_that_is_printed_as_0_is_refuted_and_borderline_in_a_wide_interval(mode, half_width, level):
    interval = half_width and PrintedInterval(low=-half_width, high=half_width, level=0.9, method="bounded_mean")
    claim = Claim(
        id="c", dimension="diversity", metric="valid_answer_entropy", comparator="teacher", targets=(),
        outcome="reported", evidence=(), loss=Loss(value=0.0, interval=interval),
    )  # fmt: skip
    again = Measured(metric=claim.metric, loss=Loss(value=0.1335, interval=ENDS))
    rerun = Rerun(claim, again, claim, mode, is_reduced=False, student_only=False, loss_only=False)
    (agreement,) = compare_parts(rerun)
    assert not agreement.within
    assert agreement.p is None or agreement.p < level
    assert agreement.smallest_forgery(1) < 0.14
