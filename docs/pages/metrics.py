"""The pages of the metric registry."""

from collections.abc import Iterator, Sequence

from dls.probes.catalogue import dimensions_of, probes_measuring
from dls.rules.targets_match_the_profile import target_text
from dls.scenarios.profile import Profile, builtin_ids, load_profile
from dls.standard.numbers import FINE_BELOW
from dls.standard.registry import DIMENSIONS, READINGS, Metric, inequalities, load_registry, metrics
from pages.markdown import Pages, table

HEAD = """# Metrics

{count} metrics; ★ marks the primary ones of a dimension. No reference probe of this release measures {orphans}
of them. A statement about another party's numbers can still name those.
"""
NO_PROBE = "no reference probe"


def metric_pages() -> Pages:
    """Yield one page for each metric of the registry."""
    profiles = [load_profile(name) for name in builtin_ids()]
    orphans = sum(not probes_measuring(metric.id) for metric in metrics())
    parts = [HEAD.format(count=len(metrics()), orphans=orphans)]
    for dimension in (*DIMENSIONS, *READINGS):
        rows = (_row(metric) for metric in metrics() if dimension in dimensions_of(metric))
        parts.append(f"## {dimension}\n\n" + table(("metric", "", "measured by"), rows))
    yield "metrics/index.md", "\n".join(parts)
    for metric in metrics():
        yield f"metrics/{metric.id}.md", _page(metric, profiles)


def _row(metric: Metric) -> tuple[str, str, str]:
    star = " ★" if metric.primary else ""
    return f"[{metric.id}]({metric.id}.md){star}", metric.title, _measured_by(metric)


def _measured_by(metric: Metric) -> str:
    return ", ".join(f"[{name}](../probes/{name}.md)" for name in probes_measuring(metric.id)) or NO_PROBE


def _page(metric: Metric, profiles: Sequence[Profile]) -> str:
    parts = [f"# {metric.title}\n\n`{metric.id}`\n\n{metric.definition}\n", table(("", ""), _facts(metric))]
    if laws := inequalities(metric.id):
        rows = ((f"`{inequality.holds}`", inequality.because) for inequality in laws)
        parts.append("## Inequalities that every value obeys\n\n" + table(("holds", "because"), rows))
    return "\n".join((*parts, _uses(metric, profiles)))


def _facts(metric: Metric) -> Iterator[tuple[str, str]]:
    low, high = (("none" if end is None else f"{end:g}") for end in metric.range)
    yield "dimension", ", ".join(dimensions_of(metric)) + (" (primary)" if metric.primary else "")
    yield "value of", "each model" if metric.of == "model" else "the pair"
    yield "unit", metric.unit
    yield "lowest and highest", f"{low}, {high}"
    yield "measured by", _measured_by(metric)
    yield "better", f"nearest to {metric.target:g}" if metric.target is not None else metric.direction
    yield "kind", metric.kind
    yield "chance", "none" if metric.chance is None else str(metric.chance)
    if metric.twin is not None:
        yield (
            "capability twin",
            f"[{metric.twin}]({metric.twin}.md)" if metric.twin in load_registry().metrics else metric.twin,
        )
    yield "lowest access", metric.access
    yield "a re-run is compared", metric.tolerance
    yield "interval of the loss", metric.interval
    yield "interval of a value", metric.value_interval
    yield (
        "from how many units",
        str(metric.smallest_n or "none is known to be enough: nothing of it can be preserved or lost"),
    )
    yield "decimals", f"{metric.decimals}, and {metric.digits(FINE_BELOW / 2)} below {FINE_BELOW:g}"
    if metric.source is not None:
        yield "source", metric.source
    if metric.same_as is not None:
        yield "the same as", metric.same_as


def _uses(metric: Metric, profiles: Sequence[Profile]) -> str:
    rows = [
        (f"[{profile.id}](../scenarios/{profile.id}.md)", target_text(target), str(target.n))
        for profile in profiles
        for target in profile.targets
        if target.metric == metric.id
    ]
    targets = table(("profile", "target", "n"), rows) if rows else "No built-in profile has a target for it.\n"
    return f"## Where it is used\n\n{targets}"
