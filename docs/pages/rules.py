"""The pages of the rules."""

from dls.commands.explain import page
from dls.rules.all_rules import ALL
from pages.markdown import Pages


def rule_pages() -> Pages:
    """Yield one page for each rule, made of its docstring and its conformance documents."""
    lines = ["# Rules", "`dls explain CODE` shows the same pages in a terminal.", ""]
    theme = ""
    for rule in ALL:
        if rule.theme != theme:
            theme = rule.theme
            lines += ["", f"## {theme}", ""]
        lines.append(
            f"- [{rule.code}]({rule.code}.md) {rule.title}" + (" *(warning)*" if rule.severity == "warning" else "")
        )
        source = f"\nStated on [{rule.spec}](../specification/{rule.spec}.md#requirements) of the specification.\n"
        yield f"rules/{rule.code}.md", page(rule) + source
    yield "rules/index.md", "\n".join(lines) + "\n"
