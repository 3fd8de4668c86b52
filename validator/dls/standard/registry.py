"""The metric registry as frozen values, read at its first use.

``spec/1.0/metrics.yaml`` is the registry. ``metrics.json`` beside it is the same as canonical JSON, which loads twenty
times as fast. `python -m dls.standard.registry` writes it again; a test compares the two.
"""

import math
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Literal

import msgspec

from dls.errors import DlsError
from dls.standard.inequality import Inequality
from dls.standard.numbers import FINE_BELOW, MORE_DIGITS
from dls.standard.specification import spec_folder

DIMENSIONS = ("uncertainty", "boundary", "process", "on_policy", "grounding", "privacy", "safety", "diversity")
READINGS = ("headline", "fidelity")
BY_PROBE = "probe"
"""The dimension of a metric that several dimensions share: a value is of the dimension of its probe."""

Direction = Literal["higher", "lower", "target", "neutral"]
Kind = Literal["proportion", "bounded_mean", "mean", "divergence", "bounded_index", "index", "ratio"]
Tolerance = Literal["exact", "numeric", "threshold", "greedy_text", "sampled"]


_CARD_REGISTRY = "eval-card-registry:"


class ItemChance(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The level of chance on a probe's items: the score of a model without the capability."""

    probe: str
    level: float


class Metric(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One entry of the registry; the head of ``metrics.yaml`` explains each field.

    ``range`` holds None for an end that does not exist. ``chance`` is None where there is no such level and ``items``
    where a target has to state it. ``smallest_n`` is None where it is unknown from how many units on the interval
    holds.
    """

    id: str
    title: str
    dimension: str
    definition: str
    unit: str
    range: tuple[float | None, float | None]
    direction: Direction
    kind: Kind
    access: Literal["black_box", "sampling", "logprobs", "white_box"]
    tolerance: Tolerance
    interval: str
    value_interval: str
    smallest_n: int | None
    decimals: int
    of: Literal["model", "pair"] = "model"
    primary: bool = False
    target: float | None = None
    chance: float | Literal["items"] | None = None
    item_chance: tuple[ItemChance, ...] = ()
    twin: str | None = None
    whole_units: bool = False
    obeys: tuple[str, ...] = ()
    source: str | None = None
    same_as: str | None = None

    @property
    def card_registry_id(self) -> str | None:
        """The id of the same metric in the eval-card-registry, which Every Eval Ever uses; None without one."""
        same_as = self.same_as or ""
        return same_as.removeprefix(_CARD_REGISTRY) if same_as.startswith(_CARD_REGISTRY) else None

    def dimension_on(self, probe: str | None) -> str:
        """Return the dimension of a value: the metric's, or the one that a probe's id begins with.

        It is `BY_PROBE` where only a probe could say.
        """
        if self.dimension != BY_PROBE or probe is None:
            return self.dimension
        return probe.partition(".")[0]

    def holds_at(self, n_units: int) -> bool:
        """Whether the interval keeps its nominal error at a number of units, by measurement."""
        return self.smallest_n is not None and n_units >= self.smallest_n

    def digits(self, value: float) -> int:
        """Return the decimals of a printed number: more where it is close to zero."""
        return self.decimals + (MORE_DIGITS if 0 < abs(value) < FINE_BELOW else 0)

    def unit_at(self, *values: float) -> float:
        """Return the unit of the last printed digit of numbers that are printed alike, in the metric's unit."""
        return 10.0 ** -self.digits(max(map(abs, values)))

    def chance_on(self, probe: str | None, level: float | None) -> float | None:
        """Return the level of chance on a probe's items; None where there is none, or it is unknown.

        It is the metric's own level. Where the items decide, it is the stricter one of the level that a target states
        and the registry's level for the probe.
        """
        if self.chance != "items":
            return self.chance
        levels = [entry.level for entry in self.item_chance if entry.probe == probe]
        if level is not None:
            levels.append(level)
        return (min if self.direction == "lower" else max)(levels, default=None)

    @property
    def low(self) -> float:
        """The lowest possible value, −inf where there is none."""
        return -math.inf if self.range[0] is None else self.range[0]

    @property
    def high(self) -> float:
        """The highest possible value, +inf where there is none."""
        return math.inf if self.range[1] is None else self.range[1]

    def loss(self, teacher: float, student: float) -> float | None:
        """Return the student's loss against the teacher, in the metric's unit; positive is always worse.

        None for a ``neutral`` metric, of which no value is better.
        """
        if self.direction == "higher":
            return teacher - student
        if self.direction == "lower":
            return student - teacher
        if self.target is not None:
            return abs(student - self.target) - abs(teacher - self.target)
        return None


class Registry(msgspec.Struct, frozen=True):
    """All metrics and inequalities, in the order of the file, and the limit on new tokens of an answer."""

    max_new_tokens: int
    metrics: Mapping[str, Metric]
    inequalities: Mapping[str, Inequality]


class _RegistryFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    dls_metrics: str
    max_new_tokens: int
    inequalities: tuple[Inequality, ...]
    metrics: tuple[Metric, ...]


@cache
def load_registry() -> Registry:
    """Return the registry of specification 1.0."""
    file = msgspec.json.decode((spec_folder() / "metrics.json").read_bytes(), type=_RegistryFile)
    return Registry(
        file.max_new_tokens,
        MappingProxyType({metric.id: metric for metric in file.metrics}),
        MappingProxyType({inequality.id: inequality for inequality in file.inequalities}),
    )


def as_json(text: bytes) -> bytes:
    """Return the canonical JSON of the registry's YAML text, with a line feed at its end."""
    from dls.canonical import canonical_json  # start-up: only to write the registry
    from dls.document.reader import parse  # start-up: only to write the registry, and it loads the YAML reader

    return canonical_json(parse(text, "metrics.yaml").value) + b"\n"


def metrics() -> tuple[Metric, ...]:
    """Return all metrics, in the order of the registry."""
    return tuple(load_registry().metrics.values())


def metric(name: str) -> Metric:
    """Return the metric with an id.

    Raises:
        DlsError: the registry has no such metric; the message names the nearest one.
    """
    by_id = load_registry().metrics
    if name in by_id:
        return by_id[name]
    from difflib import get_close_matches

    near = get_close_matches(name, by_id, n=1)
    hint = f"did you mean {near[0]!r}?" if near else "`dls metrics` lists them."
    raise DlsError(f"The metric registry has no metric {name!r}; {hint}")


def metric_of_card_registry(name: str) -> str | None:
    """Return the id of the metric that is the same as one of the eval-card-registry; None where there is none."""
    return next((entry.id for entry in load_registry().metrics.values() if entry.card_registry_id == name), None)


def inequalities(name: str) -> tuple[Inequality, ...]:
    """Return the inequalities that any honest value of a metric obeys."""
    return tuple(load_registry().inequalities[inequality] for inequality in metric(name).obeys)


if __name__ == "__main__":
    (spec_folder() / "metrics.json").write_bytes(as_json((spec_folder() / "metrics.yaml").read_bytes()))
