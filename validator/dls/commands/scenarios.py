"""`dls scenarios`: list the built-in profiles, or show one with the losses that its plan can detect."""

import argparse
import json
import sys

import msgspec

from dls.model import ProfileTarget
from dls.scenarios.detection import allowed_loss, smallest_detectable_loss
from dls.scenarios.problems import Problem, plan_hints, profile_problems
from dls.scenarios.profile import Profile, builtin_ids, load_profile
from dls.standard.registry import load_registry

_EXAMPLE = """examples:
  dls scenarios
  dls scenarios general_chat
  dls scenarios ./my_profile.yaml

Your own profile is checked as well: exit code 1 when its plan cannot decide its targets."""


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
        profiles = [load_profile(name) for name in builtin_ids()]
        _print_json([_summary(profile) for profile in profiles]) if arguments.format == "json" else _print_list(
            profiles
        )
        return 0
    profile = load_profile(arguments.id)
    problems = profile_problems(profile)
    _print_json(_as_json(profile, problems)) if arguments.format == "json" else _print_profile(profile, problems)
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
        "targets": [msgspec.to_builtins(target) for target in profile.targets],
        "problems": [problem._asdict() for problem in problems],
        "hints": [hint._asdict() for hint in plan_hints(profile)],
    }


def _print_json(value: object) -> None:
    sys.stdout.write(json.dumps(value, indent=1, ensure_ascii=False) + "\n")


def _print_list(profiles: list[Profile]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table("id", "title", "requires", box=None, pad_edge=False, header_style="dim")
    for profile in profiles:
        dimensions = "all eight" if not profile.not_required else ", ".join(profile.required)
        table.add_row(profile.id, profile.title, dimensions)
    console = Console()
    console.print(table)
    console.print("`dls scenarios ID` shows targets and plan; name your own profile by its path.", style="dim")


def _print_profile(profile: Profile, problems: tuple[Problem, ...]) -> None:
    from rich.console import Console
    from rich.markup import escape

    console = Console()
    note = "" if profile.builtin else "  [yellow]own profile[/]"
    console.print(f"[bold]{escape(profile.title)}[/]  ({profile.id} {profile.version}){note}")
    console.print(escape(profile.rationale), "")
    console.print(_targets(profile))
    for entry in profile.not_required:
        console.print(f"[dim]not required:[/] {entry.dimension}: {escape(entry.reason)}")
    console.print(f"[dim]answers:[/] at most {profile.max_new_tokens} new tokens", highlight=False)
    console.print(f"[dim]sha256 {profile.sha256}[/]", highlight=False, soft_wrap=True)
    for problem in problems:
        console.print(f"[bold red]problem[/] {escape(problem.pointer)}: {escape(problem.message)}")
    for hint in plan_hints(profile):
        console.print(f"[yellow]hint[/] {escape(hint.pointer)}: {escape(hint.message)}")


def _targets(profile: Profile) -> object:
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="dim")
    for name in ("dimension", "metric", "target"):
        table.add_column(name, no_wrap=name != "target")
    for name in ("n", "lets pass", "detects"):
        table.add_column(name, justify="right", header_style="dim")
    previous = ""
    for target in profile.targets:
        dimension = "" if target.dimension == previous else target.dimension
        name = profile.target_name(target).replace(" by ", "\n  by ")
        table.add_row(dimension, name, _limit(target), *_plan(target))
        previous = target.dimension
    return table


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
