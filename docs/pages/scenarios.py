"""The pages of the built-in profiles."""

from dls.model import ProfileTarget
from dls.probes.catalogue import reference_probes
from dls.rules.targets_match_the_profile import target_text
from dls.scenarios.profile import Profile, builtin_ids, load_profile
from pages.markdown import Pages, table

HEAD = """# Scenarios

The built-in profiles. Put your own profile beside your statement; see [scenarios](../specification/scenarios.md).

"""
TARGETS = """## Targets

`n` counts independent units, and a run asks exactly as many. `detects` is the smallest loss that they can tell from
none. If a target allowed just this loss, a student without loss would meet it in 80 % of all samples. Every target
allows at least a third more, and such a student meets it in 95 %.
"""


def scenario_pages() -> Pages:
    """Yield one page for each built-in profile."""
    profiles = [load_profile(name) for name in builtin_ids()]
    rows = ((f"[{p.id}]({p.id}.md)", p.title, ", ".join(p.required), str(len(p.targets))) for p in profiles)
    yield "scenarios/index.md", HEAD + table(("profile", "title", "required", "targets"), rows)
    for profile in profiles:
        yield f"scenarios/{profile.id}.md", _scenario(profile)


def _scenario(profile: Profile) -> str:
    names = {probe.id for probe in reference_probes()}
    rows = (_target(target, names) for target in profile.targets)
    identity = f"`{profile.id}` {profile.version} · sha256 `{profile.sha256}`"
    return "\n".join(
        (
            f"# {profile.title}\n\n{identity}\n\n{profile.rationale}\n",
            f"**Population.** {profile.population}\n",
            f"**Required.** {', '.join(profile.required)}.\n",
            f"**Answers.** At most {profile.max_new_tokens} new tokens.\n",
            table(("not required", "reason"), ((entry.dimension, entry.reason) for entry in profile.not_required))
            if profile.not_required
            else "",
            TARGETS,
            table(("dimension", "metric", "target", "probe", "n", "detects"), rows),
            "## Reasons for these limits\n",
            *(
                f"- **{profile.target_name(target)}**, {target_text(target)}: {target.rationale}"
                for target in profile.targets
            ),
        )
    )


def _target(target: ProfileTarget, probes: set[str]) -> tuple[str, ...]:
    probe = f"[{target.probe}](../probes/{target.probe}.md)" if target.probe in probes else str(target.probe or "any")
    return (
        target.dimension,
        f"[{target.metric}](../metrics/{target.metric}.md)",
        target_text(target),
        probe,
        str(target.n),
        f"{target.smallest_detectable_loss:g}",
    )
