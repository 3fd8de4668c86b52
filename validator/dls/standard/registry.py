"""The metric registry as frozen values, read when it is first asked for.

``spec/1.0/metrics.yaml`` is the registry. ``metrics.json`` beside it is the same as canonical JSON, which loads twenty
times as fast; `python -m dls.standard.registry` writes it again, and a test compares the two.
"""

import math
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Literal

import msgspec

from dls.errors import DlsError
from dls.standard.inequality import Inequality
from dls.standard.specification import spec_folder

DIMENSIONS = ("uncertainty", "boundary", "process", "on_policy", "grounding", "privacy", "safety", "diversity")
READINGS = ("headline", "fidelity")

Direction = Literal["higher", "lower", "target", "neutral"]
Kind = Literal["proportion", "bounded_mean", "mean", "divergence", "bounded_index", "index", "ratio"]
Tolerance = Literal["exact", "numeric", "threshold", "greedy_text", "sampled"]


class ItemChance(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a model without the capability scores on the items of a probe."""

    probe: str
    level: float


class Metric(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One entry of the registry; the head of ``metrics.yaml`` says what each field means.

    ``range`` holds None for an end that does not exist. ``chance`` is None where there is no such level and ``items``
    where a target has to state it. ``smallest_n`` is None where no number of units is known from which the interval holds.
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
    of: Literal["model", "pair"] = "model"
    primary: bool = False
    target: float | None = None
    chance: float | Literal["items"] | None = None
    item_chance: tuple[ItemChance, ...] = ()
    twin: str | None = None
    whole_units: bool = False
    obeys: tuple[str, ...] = ()
    source: str | None = None

    def holds_at(self, n_units: int) -> bool:
        """Tell whether the interval's error was measured to be within its promise at a number of units."""
        return self.smallest_n is not None and n_units >= self.smallest_n

    def chance_on(self, probe: str | None, stated: float | None) -> float | None:
        """Return the level of chance: the metric's own, or the stricter one of what a target states and the probe's items decide.

        None where there is no such level, or nobody has said which.
        """
        if self.chance != "items":
            return self.chance
        known = [entry.level for entry in self.item_chance if entry.probe == probe]
        levels = known if stated is None else [stated, *known]
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
        """Return what the student lost against the teacher, in the metric's unit: positive is always a loss.

        None for a ``neutral`` metric, which says nothing about better or worse.
        """
        if self.direction == "higher":
            return teacher - student
        if self.direction == "lower":
            return student - teacher
        if self.target is not None:
            return abs(student - self.target) - abs(teacher - self.target)
        return None


class Registry(msgspec.Struct, frozen=True):
    """Every metric and every inequality, in the order of the file."""

    metrics: Mapping[str, Metric]
    inequalities: Mapping[str, Inequality]


class _Written(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    dls_metrics: str
    inequalities: tuple[Inequality, ...]
    metrics: tuple[Metric, ...]


@cache
def load_registry() -> Registry:
    """Return the registry of specification 1.0."""
    written = msgspec.json.decode((spec_folder() / "metrics.json").read_bytes(), type=_Written)
    return Registry(
        MappingProxyType({metric.id: metric for metric in written.metrics}),
        MappingProxyType({inequality.id: inequality for inequality in written.inequalities}),
    )


def as_json(text: bytes) -> bytes:
    """Return the canonical JSON of the registry's YAML text, ended by a line feed."""
    from dls.canonical import canonical_json
    from dls.document.reader import parse

    return canonical_json(parse(text, "metrics.yaml").value) + b"\n"


def metrics() -> tuple[Metric, ...]:
    """Return every metric, in the order of the registry."""
    return tuple(load_registry().metrics.values())


def metric(name: str) -> Metric:
    """Return the metric with an id.

    Raises:
        DlsError: the registry has no such metric; the message names the nearest one.
    """
    known = load_registry().metrics
    if name in known:
        return known[name]
    from difflib import get_close_matches

    near = get_close_matches(name, known, n=1)
    hint = f"did you mean {near[0]!r}?" if near else "`dls metrics` lists them."
    raise DlsError(f"The metric registry has no metric {name!r}; {hint}")


def inequalities(name: str) -> tuple[Inequality, ...]:
    """Return the inequalities that every honest value of a metric obeys."""
    return tuple(load_registry().inequalities[known] for known in metric(name).obeys)


if __name__ == "__main__":
    (spec_folder() / "metrics.json").write_bytes(as_json((spec_folder() / "metrics.yaml").read_bytes()))
