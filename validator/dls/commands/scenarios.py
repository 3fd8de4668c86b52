"""`dls scenarios`: list the built-in profiles, or show one with the losses that its plan can detect."""

import argparse
from collections.abc import Sequence

import msgspec

from dls.door import list_scenarios
from dls.model import ProfileTarget
from dls.report.terminal import Column, Part, Styled, show, show_table, write_json
from dls.scenarios.data_pins import Problem
from dls.scenarios.detection import allowed_loss, smallest_detectable_loss
from dls.scenarios.problems import plan_hints, profile_problems
from dls.scenarios.profile import Profile, load_profile
from dls.standard.registry import load_registry

_EXAMPLE = """examples:
  dls scenarios
  dls scenarios general_chat
  dls scenarios ./my_profile.yaml

Your own profile is checked as well: exit code 1 when its plan cannot decide its targets."""


_THOUGHTS = {None: "", "closed": "; thoughts are closed before they begin"}


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.description = (
        "List the scenario profiles, or show one: its targets, its planned n, and the losses that this n can detect."
    )
    parser.epilog = _EXAMPLE
    parser.add_argument("id", nargs="?", metavar="ID", help="a built-in profile, or the path of your own")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="how it is printed (default: text)")


def run(arguments: argparse.Namespace) -> int:
    """Print the list or the profile; return 1 when the profile has a problem."""
    if arguments.id is None:
        profiles = list_scenarios()
        write_json([_summary(profile) for profile in profiles]) if arguments.format == "json" else _print_list(profiles)
        return 0
    profile = load_profile(arguments.id)
    problems = profile_problems(profile)
    write_json(_as_json(profile, problems)) if arguments.format == "json" else _print_profile(profile, problems)
    return int(bool(problems))


def _summary(profile: Profile) -> dict[str, object]:
    return {
        "id": profile.id,
        "version": profile.version,
        "sha256": profile.sha256,
        "title": profile.title,
        "required": list(profile.required),
        "targets": len(profile.targets),
    }


def _as_json(profile: Profile, problems: tuple[Problem, ...]) -> dict[str, object]:
    return {
        **_summary(profile),
        "rationale": profile.rationale,
        "population": profile.population,
        "not_required": msgspec.to_builtins(profile.not_required),
        "max_new_tokens": profile.max_new_tokens,
        **({"thoughts": profile.thoughts} if profile.thoughts else {}),
        "targets": [msgspec.to_builtins(target) for target in profile.targets],
        "problems": [problem._asdict() for problem in problems],
        "hints": [hint._asdict() for hint in plan_hints(profile)],
    }


def _print_list(profiles: Sequence[Profile]) -> None:
    rows = [
        (profile.id, profile.title, ", ".join(profile.required) if profile.not_required else "all eight")
        for profile in profiles
    ]
    show_table([Column("id"), Column("title"), Column("requires")], rows)
    show(Styled("`dls scenarios ID` shows targets and plan; name your own profile by its path.", "dim"))


def _print_profile(profile: Profile, problems: tuple[Problem, ...]) -> None:
    note = "" if profile.builtin else "  own profile"
    show(Styled(profile.title, "bold"), f"  ({profile.id} {profile.version})", Styled(note, "yellow"))
    show(profile.rationale)
    show()
    columns = [Column(name, rigid=name != "target") for name in ("dimension", "metric", "target")]
    columns += [Column(name, right=True, rigid=True) for name in ("n", "lets pass", "detects")]
    show_table(columns, [_row(profile, target) for target in profile.targets])
    for text in dict.fromkeys(_data(profile, target) for target in profile.targets if target.data):
        show(Styled("data:", "dim"), f" {text}")
    for entry in profile.not_required:
        show(Styled("not required:", "dim"), f" {entry.dimension}: {entry.reason}")
    limit = f"; after a thought of at most {profile.thoughts} tokens"
    thoughts = limit if isinstance(profile.thoughts, int) else _THOUGHTS[profile.thoughts]
    show(Styled("answers:", "dim"), f" at most {profile.max_new_tokens} new tokens{thoughts}")
    show(Styled(f"sha256 {profile.sha256}", "dim"))
    for problem in problems:
        show(Styled("problem", "bold red"), f" {problem.pointer}: {problem.message}")
    for hint in plan_hints(profile):
        show(Styled("hint", "yellow"), f" {hint.pointer}: {hint.message}")


def _row(profile: Profile, target: ProfileTarget) -> tuple[Part, ...]:
    return target.dimension, profile.target_name(target), _limit(target), *_plan(target)


def _data(profile: Profile, target: ProfileTarget) -> str:
    """Return the data file that a target pins, in words."""
    data = target.data
    assert data is not None
    place = " at ".join(filter(None, [data.split, data.revision])) or "a file"
    note = ", own data: its targets count apart" if profile.is_on_own_data(target) else ""
    return f"{target.probe} on {place}, {data.units:,} units, sha256 {data.sha256}{note}"


def _limit(target: ProfileTarget) -> str:
    if target.kind == "non_inferiority":
        return f"loss at most {target.limit:g}"
    if target.kind == "retention":
        return f"keeps {target.limit:.0%} of the lead"
    return f"at least {target.limit:g}" if target.floor is not None else f"at most {target.limit:g}"


def _plan(target: ProfileTarget) -> tuple[str, str, str]:
    metric = load_registry().metrics.get(target.metric)
    if metric is None:
        return str(target.n), "-", "-"
    return str(target.n), f"{allowed_loss(target, metric):.3g}", f"{smallest_detectable_loss(target, metric):.3g}"
