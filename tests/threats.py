"""The tables of `spec/1.0/threats.md`, from `tests/threats.yaml`; `python -m tests.threats` writes them."""

import re
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "spec" / "1.0" / "threats.md"
CHECKS = ("validate", "recompute", "reproduce", "fresh draw", "private phrasings", "hub check")
NOTHING = "nothing"
_BLOCK = re.compile(r"(<!-- threats (\w+) -->\n\n).*?(\n<!-- /threats -->)", re.DOTALL)

Rows = dict[str, dict[str, Any]]
"""The attacks of a party, each with its tests."""


def threats() -> dict[str, dict[str, Rows]]:
    """Return the attacks by kind and by party."""
    content: dict[str, dict[str, Rows]] = yaml.safe_load((ROOT / "tests" / "threats.yaml").read_text())
    return content


def filled(text: str) -> str:
    """Return the page with the tables of the present data."""
    makers = {"truth": truth_table, "harm": harm_table}
    return _BLOCK.sub(lambda match: match[1] + makers[match[2]](threats()[match[2]]) + match[3], text)


def truth_table(parties: dict[str, Rows]) -> str:
    """Return the attacks on the truth, with the checks that catch each."""
    lines = [("attack", "caught by"), ("---", "---")]
    for party, rows in parties.items():
        lines.append((f"**{party}**", ""))
        lines += [(attack, _caught_by(row)) for attack, row in rows.items()]
    return _joined(lines)


def harm_table(parties: dict[str, Rows]) -> str:
    """Return the attacks on the reader, with the answer of this validator."""
    lines = [("attack", "answer"), ("---", "---")]
    for party, rows in parties.items():
        lines.append((f"**{party}**", ""))
        lines += [(attack, row["says"]) for attack, row in rows.items()]
    return _joined(lines)


def named_tests(row: dict[str, Any]) -> list[str]:
    """Return all tests of an attack."""
    return row["tests"] if "tests" in row else [test for tests in row.values() for test in tests]


def _caught_by(row: dict[str, Any]) -> str:
    return f"**{NOTHING}**" if NOTHING in row else ", ".join(check for check in CHECKS if check in row)


def _joined(lines: list[tuple[str, ...]]) -> str:
    return "".join("|" + "".join(f" {cell} |" if cell else " |" for cell in line) + "\n" for line in lines)


if __name__ == "__main__":
    PAGE.write_text(filled(PAGE.read_text()))
