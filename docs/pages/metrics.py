"""The pages of the metric registry."""

from collections.abc import Iterator, Sequence

from dls.probes.catalogue import probes_measuring
from dls.rules.targets_are_the_profiles import shown
from dls.scenarios.profile import Profile, builtin, load
from dls.standard.registry import DIMENSIONS, READINGS, Metric, inequalities, metrics, registry
from pages.markdown import Pages, table

HEAD = """# Metrics

{count} metrics; ★ marks the primary ones of a dimension. {unmeasured} of them are measured by no reference probe of this
release: they are here so that a statement about somebody else's numbers can name them.
"""
NOBODY = "no reference probe"


def metric_pages() -> Pages:
    """Yield one page for each metric of the registry."""
    profiles = [load(name) for name in builtin()]
    unmeasured = sum(not probes_measuring(one.id) for one in metrics())
    parts = [HEAD.format(count=len(metrics()), unmeasured=unmeasured)]
    for dimension in (*DIMENSIONS, *READINGS):
        rows = (_row(one) for one in metrics() if one.dimension == dimension)
        parts.append(f"## {dimension}\n\n" + table(("metric", "", "measured by"), rows))
    yield "metrics/index.md", "\n".join(parts)
    for one in metrics():
        yield f"metrics/{one.id}.md", _metric(one, profiles)


def _row(one: Metric) -> tuple[str, str, str]:
    star = " ★" if one.primary else ""
    return f"[{one.id}]({one.id}.md){star}", one.title, _measured_by(one)


def _measured_by(one: Metric) -> str:
    return ", ".join(f"[{name}](../probes/{name}.md)" for name in probes_measuring(one.id)) or NOBODY


def _metric(one: Metric, profiles: Sequence[Profile]) -> str:
    parts = [f"# {one.title}\n\n`{one.id}`\n\n{one.definition}\n", table(("", ""), _facts(one))]
    if obeyed := inequalities(one.id):
        rows = ((f"`{inequality.holds}`", inequality.because) for inequality in obeyed)
        parts.append("## What every honest value obeys\n\n" + table(("holds", "because"), rows))
    return "\n".join((*parts, _uses(one, profiles)))


def _facts(one: Metric) -> Iterator[tuple[str, str]]:
    low, high = (("none" if end is None else f"{end:g}") for end in one.range)
    yield "dimension", one.dimension + (" (primary)" if one.primary else "")
    yield "value of", "each model" if one.of == "model" else "the pair"
    yield "unit", one.unit
    yield "lowest and highest", f"{low}, {high}"
    yield "measured by", _measured_by(one)
    yield "better", f"nearest to {one.target:g}" if one.target is not None else one.direction
    yield "kind", one.kind
    yield "chance", "none" if one.chance is None else str(one.chance)
    if one.twin is not None:
        yield "capability twin", f"[{one.twin}]({one.twin}.md)" if one.twin in registry().metrics else one.twin
    yield "lowest access", one.access
    yield "a re-run is compared", one.tolerance
    yield "interval of the loss", one.interval
    yield "interval of a value", one.value_interval
    yield (
        "from how many units",
        str(one.smallest_n or "none is known to be enough: nothing of it can be preserved or lost"),
    )
    if one.source is not None:
        yield "source", one.source


def _uses(one: Metric, profiles: Sequence[Profile]) -> str:
    asked = [(profile, target) for profile in profiles for target in profile.targets if target.metric == one.id]
    rows = [
        (f"[{profile.id}](../scenarios/{profile.id}.md)", shown(target), str(target.n)) for profile, target in asked
    ]
    targets = table(("profile", "target", "n"), rows) if rows else "No built-in profile has a target for it.\n"
    return f"## Where it is used\n\n{targets}"
