"""The pages of the metric registry."""

from collections.abc import Sequence

from dls.probes import PROBES
from dls.profile import Profile, builtin, load
from dls.registry import DIMENSIONS, READINGS, Metric, inequalities, metrics, registry
from dls.rules.targets_are_the_profiles import shown
from pages.markdown import Pages, table


def metric_pages() -> Pages:
    """Yield one page for each metric of the registry."""
    profiles = [load(name) for name in builtin()]
    lines = ["# Metrics", f"{len(metrics())} metrics; ★ marks the primary ones of a dimension.", ""]
    for dimension in (*DIMENSIONS, *READINGS):
        lines += ["", f"## {dimension}", ""]
        for one in metrics():
            if one.dimension == dimension:
                star = " ★" if one.primary else ""
                lines.append(f"- [{one.id}]({one.id}.md){star}: {one.title}")
    yield "metrics/index.md", "\n".join(lines) + "\n"
    for one in metrics():
        yield f"metrics/{one.id}.md", _metric(one, profiles)


def _metric(one: Metric, profiles: Sequence[Profile]) -> str:
    low, high = (("none" if end is None else f"{end:g}") for end in one.range)
    better = f"nearest to {one.target:g}" if one.target is not None else one.direction
    facts = {
        "dimension": one.dimension + (" (primary)" if one.primary else ""),
        "value of": "each model" if one.of == "model" else "the pair",
        "unit": one.unit,
        "lowest and highest": f"{low}, {high}",
        "better": better,
        "kind": one.kind,
        "chance": "none" if one.chance is None else str(one.chance),
        "capability twin": f"[{one.twin}]({one.twin}.md)"
        if one.twin in registry().metrics
        else str(one.twin or "none"),
        "lowest access": one.access,
        "a re-run is compared": one.tolerance,
        "interval of the loss": one.interval,
        "interval of a value": one.value_interval,
        "from how many units": str(one.smallest_n),
        "source": one.source or "",
    }
    parts = [
        f"# {one.title}\n\n`{one.id}`\n\n{one.definition}\n",
        table(("", ""), ((k, v) for k, v in facts.items() if v)),
    ]
    obeyed = inequalities(one.id)
    if obeyed:
        parts.append(
            "## What every honest value obeys\n\n"
            + table(("holds", "because"), ((f"`{i.holds}`", i.because) for i in obeyed))
        )
    probes = [f"[{p.id}](../probes/{p.id}.md)" for p in PROBES if any(m.metric == one.id for m in p.measures)]
    parts.append("## Where it is used\n\nProbes: " + (", ".join(probes) or "none of this release") + ".\n")
    rows = [
        (f"[{p.id}](../scenarios/{p.id}.md)", shown(t), str(t.n))
        for p in profiles
        for t in p.targets
        if t.metric == one.id
    ]
    parts.append(table(("profile", "target", "n"), rows) if rows else "No built-in profile has a target for it.\n")
    return "\n".join(parts)
