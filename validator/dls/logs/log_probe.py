"""The measures of a foreign log's records, in the form of a probe's light half."""

import math
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, cast

from dls.errors import DlsError
from dls.logs.log_record import LogItem, LogRecord, stand_in
from dls.model import Log, ProbeName
from dls.probe import NO_SHOTS, AnyMeasure, Check, Measure, PairMeasure, Probe
from dls.probes.shared import choice
from dls.standard.namespaced_metric import as_metric
from dls.standard.registry import Metric, load_registry

LOG_PROBE = ProbeName("log", "1.0")
"""The name in a manifest whose records come from a log, with the version of their form."""
LEAST_LEAD = 0.2
"""The share of the lead over chance that the answers need before their confidence means anything."""

LEAST_SCORE = 0.02
"""The share of its range that one score at least has to cover; a filter that finds no answer scores nothing."""

_CHOICE_MEASURES: tuple[AnyMeasure, ...] = (
    Measure("accuracy", cast("Any", choice.correct), near_ties=cast("Any", choice.near_ties)),
    PairMeasure("answer_agreement", cast("Any", choice.both_choices)),
    PairMeasure("option_jsd", cast("Any", choice.both_logprobs)),
    PairMeasure("flips_lost", cast("Any", choice.both_correct)),
    Measure("brier_top_label", cast("Any", choice.confidence_and_correct)),
    Measure("brier", cast("Any", choice.probabilities_and_right)),
    Measure("nll", cast("Any", choice.probability_of_right)),
    Measure("ece_debiased_squared", cast("Any", choice.confidence_and_correct)),
    Measure("aurc", cast("Any", choice.confidence_and_correct)),
    Measure("mean_confidence", cast("Any", choice.confidence)),
    Measure("option_mass", cast("Any", choice.mass)),
)
CHOICE_METRICS = frozenset(measure.metric for measure in _CHOICE_MEASURES)
"""The metrics that follow from the log-probabilities of options."""


def lead_over_chance(items: Sequence[LogItem], records: Sequence[LogRecord]) -> float:
    """Return the share of the distance between guessing (0) and all right (1) that the answers cover."""
    chance = sum(1 / item.options for item in items) / len(items)
    accuracy = choice.accuracy(cast("Any", items), cast("Any", records))
    return (accuracy - chance) / (1 - chance)


_CHOICE_CHECKS = (
    Check("option_mass", cast("Any", choice.mean_mass)),
    Check("lead_over_chance", lead_over_chance, LEAST_LEAD),
)


def score_metric(log: Log, name: str) -> Metric:
    """Return a metric of a log: the registry's, or one that the log defines.

    Raises:
        DlsError: it is neither.
    """
    definition = next((entry for entry in log.metrics if entry.id == name), None)
    entry = as_metric(definition) if definition else load_registry().metrics.get(name)
    if entry is None:
        raise DlsError(f"the log has a score for {name!r}, which is neither registered nor defined there")
    return entry


def probe_of_log(log: Log) -> Probe:
    """Return the measures and checks of a log's records; it makes no items, since the log's are not ours to make."""
    metrics = tuple(score_metric(log, score.metric) for score in log.scores)
    return Probe(
        id=LOG_PROBE.id,
        version=LOG_PROBE.version,
        dimension="headline",
        title=f"The items of {log.task}, asked by {log.harness}",
        items=_no_items,
        record=LogRecord,
        failed=partial(stand_in, arm="student", metrics=metrics),
        shots=NO_SHOTS,
        measures=(*(_CHOICE_MEASURES if log.choices else ()), *map(_score_measure, range(len(metrics)), metrics)),
        checks=_CHOICE_CHECKS if log.choices else (Check("score_above_worst", _best_score(metrics), LEAST_SCORE),),
    )


def _best_score(metrics: Sequence[Metric]) -> Callable[[Sequence[LogItem], Sequence[LogRecord]], float]:
    """Return the highest mean score as a share of its metric's range, from its worst end; 1 without such a range."""

    def value(_items: Sequence[LogItem], records: Sequence[LogRecord]) -> float:
        shares = [
            abs(sum(record.scores[k] for record in records) / len(records) - worst) / (metric.high - metric.low)
            for k, metric in enumerate(metrics)
            if (worst := _worst(metric)) is not None
        ]
        return max(shares, default=1.0)

    return value


def _worst(metric: Metric) -> float | None:
    """Return the worst end of a metric's range; None where it has no two ends, or no direction."""
    if not math.isfinite(metric.high - metric.low) or metric.direction not in ("higher", "lower"):
        return None
    return metric.low if metric.direction == "higher" else metric.high


def _no_items(seed: int, n: int, phrasings: tuple[str, ...] = ()) -> Sequence[Any]:  # noqa: ARG001  as a probe calls
    raise DlsError("the items of a log come from its harness; you cannot make them from a seed")


def _score_measure(place: int, metric: Metric) -> Measure:
    return Measure(metric.id, _column(place), definition=metric)


def _column(place: int) -> Callable[[Sequence[LogItem], Sequence[LogRecord]], list[float]]:
    def column(_items: Sequence[LogItem], records: Sequence[LogRecord]) -> list[float]:
        return [record.scores[place] for record in records]

    return column
