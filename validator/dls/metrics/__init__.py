"""The metrics as pure functions, and which of them a registered metric is when its value is no mean."""

from collections.abc import Callable
from functools import partial

import numpy as np
from numpy.typing import NDArray

from dls.errors import DlsError
from dls.metrics import (
    behaviour,
    calibration,
    classification,
    contributions,
    diversity,
    likelihood,
    membership,
    ranking,
    resamples,
    selective,
)
from dls.statistics.bounded_influence import BothEnds

Floats = NDArray[np.float64]
Columns = Callable[..., float]

# A metric's columns are the arguments of its function, in order: (confidence, correct), (nats, bytes), …
STATISTICS: tuple[tuple[str, Columns], ...] = (
    ("ece", calibration.ece),
    ("ece_equal_mass", calibration.ece_equal_mass),
    ("rms_calibration_error", calibration.rms_calibration_error),
    ("ece_debiased_squared", calibration.ece_debiased_squared),
    ("aurc", selective.aurc),
    ("e_aurc", selective.e_aurc),
    ("augrc", selective.augrc),
    ("error_auroc", selective.error_auroc),
    ("selective_risk_80", lambda confidence, correct: selective.selective_risk(confidence, correct, 0.8)),
    ("selective_risk_90", lambda confidence, correct: selective.selective_risk(confidence, correct, 0.9)),
    ("entropy_correlation", ranking.spearman),
    ("abstention_auroc", behaviour.twin_auroc),
    ("out_of_range_drop", behaviour.drop_out_of_range),
    ("worst_group_accuracy", behaviour.worst_group_accuracy),
    ("balanced_accuracy", classification.balanced_accuracy),
    ("f1", classification.f1),
    ("macro_f1", classification.macro_f1),
    ("matthews", classification.matthews),
    ("pearson", ranking.pearson),
    ("spearman", ranking.spearman),
    ("roc_auc", ranking.auroc),
    ("membership_auc", ranking.auroc),
    ("membership_blind_auc", ranking.auroc),
    ("membership_tpr_1", lambda score, member: ranking.true_positive_rate(score, member, 0.01)),
    ("one_run_epsilon", membership.one_run_epsilon),
    ("wer", likelihood.ratio),
    ("cer", likelihood.ratio),
    ("token_nll", likelihood.ratio),
    ("perplexity", likelihood.perplexity),
    ("bits_per_byte", likelihood.bits_per_byte),
    ("sequence_kl_per_byte", likelihood.bits_per_byte),
    ("chunk_gap_per_byte", likelihood.bits_per_byte),
    ("on_policy_kl_per_byte", likelihood.bits_per_byte),
    ("length_ratio", likelihood.ratio),
    ("excess_error", behaviour.excess_error),
    ("memorisation_ratio", behaviour.memorisation_ratio),
    ("effective_answers", diversity.effective_answers),
)
Quick = Callable[[NDArray[np.intp]], Floats]
_BY_LEVEL: tuple[tuple[str, Callable[[Floats, Floats], Floats]], ...] = (
    ("selective_risk_80", partial(resamples.selective_risk, coverage=0.8)),
    ("selective_risk_90", partial(resamples.selective_risk, coverage=0.9)),
    ("membership_auc", resamples.error_auroc),
    ("membership_blind_auc", resamples.error_auroc),
    ("membership_tpr_1", partial(resamples.true_positive_rate, false_positive_rate=0.01)),
    ("one_run_epsilon", resamples.one_run_epsilon),
)
MANY: tuple[tuple[str, Callable[[Floats, Floats], Quick]], ...] = (
    ("entropy_correlation", resamples.spearman),
    *((name, partial(resamples.by_level, function=function)) for name, function in _BY_LEVEL),
)
CONTRIBUTIONS: tuple[tuple[str, BothEnds], ...] = (
    ("aurc", BothEnds(contributions.aurc, contributions.aurc)),
    ("augrc", BothEnds(contributions.augrc, contributions.augrc)),
    ("error_auroc", BothEnds(contributions.error_auroc, contributions.error_auroc)),
    (
        "ece_debiased_squared",
        BothEnds(
            partial(contributions.ece_debiased_squared, lone=1.0), partial(contributions.ece_debiased_squared, lone=0.0)
        ),
    ),
)
ROWS: tuple[tuple[str, Columns], ...] = (("drift_slope", behaviour.drift_slope),)


def statistic(metric: str, rows: Floats) -> Callable[[NDArray[np.intp]], float]:
    """Return a metric's value as a function of unit indices, from one row of numbers for each unit.

    Args:
        metric: a registered metric that is no mean.
        rows: shape [units, columns], or [units] where the metric's function takes one column.

    Raises:
        DlsError: the metric is a mean of its units, or not computed from records here.
    """
    table = np.atleast_2d(rows.T)
    for known, function in STATISTICS:
        if known == metric:
            return lambda indices: float(function(*table[:, indices]))
    for known, function in ROWS:
        if known == metric:
            return lambda indices: float(function(rows[indices]))
    raise DlsError(
        f"{metric} is no statistic of rows; its value is the mean of one number for each unit, or comes from elsewhere."
    )


def many(metric: str, rows: Floats) -> Quick | None:
    """Return a metric's values as a function of many resamples, shape [resamples, units]; None where there is no quick way.

    The other arguments and the values are those of `statistic`.
    """
    return next((make(*rows.T) for known, make in MANY if known == metric), None)


def contributed(metric: str) -> BothEnds:
    """Return what the items contribute to a statistic of confidence, for `bounded_influence`.

    Raises:
        DlsError: nobody has written the metric's contributions down.
    """
    for known, ends in CONTRIBUTIONS:
        if known == metric:
            return ends
    raise DlsError(f"{metric} has no contributions of items; its interval is made by another method.")
