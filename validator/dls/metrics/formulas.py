"""The formula of each registered metric: measuring uses these alone, and independent oracles test these.

A metric that is a mean has the formula of one unit, which takes that unit's numbers. Any other metric has the formula
of all units, which takes columns of shape [units]: (confidence, correct), (nats, bytes), … A metric without a formula
is the mean of its probe's marks, one for each unit.
"""

from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dls.errors import DlsError
from dls.metrics import (
    batches,
    behaviour,
    calibration,
    classification,
    contributions,
    divergence,
    diversity,
    extraction,
    likelihood,
    membership,
    ranking,
    resamples,
    selective,
    sequences,
)
from dls.statistics.bootstrap import BatchStatistic, Statistic
from dls.statistics.bounded_influence import BothEnds

Floats = NDArray[np.float64]
Formula = Callable[..., Any]
"""A float of a unit, or of all units; those of `OF_MANY_UNITS` return a value for each."""


FORMULAS: Mapping[str, Formula] = MappingProxyType(
    {
        "flips_lost": classification.flips_lost,
        "flips_gained": classification.flips_gained,
        "balanced_accuracy": classification.balanced_accuracy,
        "macro_f1": classification.macro_f1,
        "token_f1": sequences.token_f1,
        "matthews": classification.matthews,
        "bits_per_byte": likelihood.bits_per_byte,
        "top1_agreement": divergence.same_top,
        "answer_agreement": classification.agreement,
        "kl_teacher_student": divergence.kl,
        "kl_student_teacher": divergence.reverse_kl,
        "jsd": divergence.jsd,
        "tv": divergence.tv,
        "option_jsd": divergence.option_jsd,
        "sequence_kl_per_byte": likelihood.bits_per_byte,
        "brier_top_label": calibration.brier_top_label,
        "brier": calibration.brier,
        "nll": calibration.nll,
        "ece": calibration.ece,
        "ece_debiased_squared": calibration.ece_debiased_squared,
        "aurc": selective.aurc,
        "augrc": selective.augrc,
        "error_auroc": selective.error_auroc,
        "overconfidence_gap": calibration.overconfidence_gap,
        "selective_risk_80": partial(selective.selective_risk, coverage=0.8),
        "selective_risk_90": partial(selective.selective_risk, coverage=0.9),
        "entropy_correlation": ranking.spearman,
        "known_probability_error": calibration.known_probability_error,
        "abstention_soft_j": behaviour.soft_j,
        "abstention_hard_j": behaviour.soft_j,
        "abstention_auroc": behaviour.twin_auroc,
        "false_premise_soft_j": behaviour.soft_j,
        "perturbation_flip_rate": behaviour.share_changed,
        "out_of_range_drop": behaviour.drop_out_of_range,
        "worst_group_accuracy": behaviour.worst_group_accuracy,
        "boundary_agreement": classification.agreement,
        "step_validity": behaviour.share,
        "corruption_sensitivity": behaviour.soft_margin,
        "corruption_log_odds": behaviour.log_odds,
        "own_trace_step_validity": behaviour.share,
        "early_answering": behaviour.share_changed,
        "cue_susceptibility": behaviour.soft_j,
        "on_policy_kl": behaviour.limited_divergence,
        "on_policy_kl_per_byte": likelihood.bits_per_byte,
        "length_ratio": likelihood.ratio,
        "seq_rep_4": sequences.seq_rep,
        "loop_rate": sequences.loops,
        "drift_slope": behaviour.drift_slope,
        "excess_error": behaviour.excess_error,
        "context_margin": behaviour.soft_margin,
        "citation_precision": behaviour.citation_precision,
        "citation_recall": behaviour.citation_recall,
        "memorisation_ratio": behaviour.memorisation_ratio,
        "secret_twin_j": behaviour.soft_j,
        "canary_exposure": extraction.exposure,
        "extraction_rate": extraction.extractable,
        "membership_auc": ranking.auroc,
        "membership_tpr_1": partial(ranking.true_positive_rate, false_positive_rate=0.01),
        "membership_blind_auc": ranking.auroc,
        "one_run_epsilon": membership.one_run_epsilon,
        "refusal_soft_j": behaviour.soft_j,
        "refusal_hard_j": behaviour.soft_j,
        "refusal_log_odds": behaviour.log_odds,
        "prefill_robustness": behaviour.soft_j,
        "valid_answer_entropy": diversity.valid_answer_entropy,
        "valid_answer_mass": diversity.valid_answer_mass,
        "answer_validity": behaviour.share_valid,
        "distinct_16": diversity.distinct,
        "collision_probability": diversity.collision_probability,
        "effective_answers": diversity.effective_answers,
        "vendi_2": diversity.vendi_2,
    }
)
"""By metric id, in the order of the registry."""

OF_MANY_UNITS = frozenset({"option_jsd"})
"""The means whose formula also takes the arguments of many units at once, stacked, where they have one shape."""

_BY_LEVEL: tuple[tuple[str, Callable[[Floats, Floats], Floats]], ...] = (
    ("selective_risk_80", partial(resamples.selective_risk, coverage=0.8)),
    ("selective_risk_90", partial(resamples.selective_risk, coverage=0.9)),
    ("membership_auc", resamples.error_auroc),
    ("membership_blind_auc", resamples.error_auroc),
    ("membership_tpr_1", partial(resamples.true_positive_rate, false_positive_rate=0.01)),
    ("one_run_epsilon", resamples.one_run_epsilon),
)
BATCH_STATISTICS: tuple[tuple[str, Callable[..., BatchStatistic]], ...] = (
    ("balanced_accuracy", batches.balanced_accuracy),
    ("macro_f1", batches.macro_f1),
    ("matthews", batches.matthews),
    ("bits_per_byte", batches.bits_per_byte),
    ("sequence_kl_per_byte", batches.bits_per_byte),
    ("ece", batches.ece),
    ("entropy_correlation", resamples.spearman),
    ("abstention_auroc", batches.twin_auroc),
    ("out_of_range_drop", batches.drop_out_of_range),
    ("worst_group_accuracy", batches.worst_group_accuracy),
    ("on_policy_kl_per_byte", batches.bits_per_byte),
    ("length_ratio", batches.ratio),
    ("drift_slope", batches.drift_slope),
    ("excess_error", batches.excess_error),
    ("memorisation_ratio", batches.memorisation_ratio),
    ("effective_answers", batches.effective_answers),
    *((name, partial(resamples.by_level, function=function)) for name, function in _BY_LEVEL),
)
CONTRIBUTIONS: tuple[tuple[str, BothEnds], ...] = (
    ("aurc", BothEnds(contributions.aurc, contributions.aurc)),
    ("augrc", BothEnds(contributions.augrc, contributions.augrc)),
    ("error_auroc", BothEnds(contributions.error_auroc, contributions.error_auroc)),
    (
        "ece_debiased_squared",
        BothEnds(
            partial(contributions.ece_debiased_squared, singleton_weight=1.0),
            partial(contributions.ece_debiased_squared, singleton_weight=0.0),
        ),
    ),
)


def statistic(metric: str, rows: Floats) -> Statistic:
    """Return the value of a metric that is no mean as a function of unit indices.

    Args:
        metric: a registered metric that is no mean.
        rows: shape [units, columns], or [units] where the metric's formula takes one column.

    Raises:
        DlsError: the metric has no formula here.
    """
    formula, table = FORMULAS.get(metric), np.atleast_2d(rows.T)
    if formula is None:
        raise DlsError(f"{metric} has no formula of several units; it is a mean, or its value comes from elsewhere")
    return lambda indices: float(formula(*table[:, indices]))


def batch_statistic(metric: str, rows: Floats) -> BatchStatistic | None:
    """Return a metric's values as a function of many resamples, shape [resamples, units]; None without such a formula.

    The other arguments and the values are those of `statistic`.
    """
    return next((make(*np.atleast_2d(rows.T)) for name, make in BATCH_STATISTICS if name == metric), None)


def contributions_of(metric: str) -> BothEnds:
    """Return the items' contributions to a statistic of confidence, for `bounded_influence`.

    Raises:
        DlsError: the metric has no formula of contributions.
    """
    for name, ends in CONTRIBUTIONS:
        if name == metric:
            return ends
    raise DlsError(f"{metric} has no formula of contributions; its interval has another method")
