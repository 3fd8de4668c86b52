"""`dls explain`: the page of a rule."""

import argparse
from typing import Any

from dls.commands._examples import Excerpt, failing_excerpts, passing_excerpt
from dls.errors import DlsError
from dls.report.terminal import show, write_json
from dls.rules import Rule
from dls.rules.all_rules import ALL

_EXAMPLE = """example:
  dls explain DLS203
  dls explain            lists the rules"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.description = "Show a rule, its reason, and examples of both kinds; without a code, list the rules."
    parser.epilog = _EXAMPLE
    parser.add_argument("code", nargs="?", metavar="CODE", help="a rule's code, such as DLS203")
    parser.add_argument("--format", choices=("text", "json"), default="text")


def run(arguments: argparse.Namespace) -> int:
    """Print the page."""
    if arguments.code is None:
        rules = [{"code": rule.code, "title": rule.title, "theme": rule.theme} for rule in ALL]
        write_json(rules) if arguments.format == "json" else _show_text(_list())
        return 0
    rule = next((rule for rule in ALL if rule.code == arguments.code.upper()), None)
    if rule is None:
        raise DlsError(
            f"there is no rule {arguments.code!r}; `dls explain` lists them, from {ALL[0].code} to {ALL[-1].code}"
        )
    write_json(_as_json(rule)) if arguments.format == "json" else _show_text(page(rule))
    return 0


def _show_text(text: str) -> None:
    for row in text.removesuffix("\n").split("\n"):
        show(row)


def page(rule: Rule) -> str:
    """Return a rule's page as Markdown."""
    kind = "error" if rule.severity == "error" else "warning"
    notes = f"{rule.theme} · {kind} · since {rule.since}" + (" · can be waived" if rule.waivable else "")
    parts = [f"# {rule.code}: {rule.title}", notes, "## Why", rule.why]
    parts += ["## Bad", *(_markdown(excerpt) for excerpt in failing_excerpts(rule.code))]
    parts += ["## Good", _markdown(passing_excerpt(rule.code))]
    return "\n\n".join(parts) + "\n"


def _markdown(excerpt: Excerpt) -> str:
    language = "markdown" if excerpt.name.endswith(".md") else "yaml"
    places = ", ".join(f"`{pointer or 'the document'}`" for pointer in excerpt.pointers)
    return f"`{excerpt.name}`, from line {excerpt.first_line}, at {places}:\n\n```{language}\n{excerpt.text}\n```"


def _as_json(rule: Rule) -> dict[str, Any]:
    return {
        "code": rule.code,
        "title": rule.title,
        "why": rule.why,
        "theme": rule.theme,
        "spec": rule.spec,
        "severity": rule.severity,
        "waivable": rule.waivable,
        "since": rule.since,
        "bad": [excerpt._asdict() for excerpt in failing_excerpts(rule.code)],
        "good": passing_excerpt(rule.code)._asdict(),
    }


def _list() -> str:
    lines: list[str] = []
    theme = ""
    for rule in ALL:
        if rule.theme != theme:
            theme = rule.theme
            lines.append(f"\n{theme}" if lines else theme)
        lines.append(f"  {rule.code}  {rule.title}")
    return "\n".join(lines) + "\n"
