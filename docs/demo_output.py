# ruff: noqa: INP001, T201
"""Write the end of the demo's own output into README.md and docs/index.md: the table, and the verdicts below it.

`make showcase` saves the output as docs/demo/output.txt and calls this; a test holds both pages to the file.
"""

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
OUTPUT = ROOT / "docs" / "demo" / "output.txt"
PAGES = (ROOT / "README.md", ROOT / "docs" / "index.md")
_BLOCK = re.compile(r"(<!-- demo -->\n```text\n).*?(```\n<!-- /demo -->)", re.DOTALL)


def excerpt(output: str) -> str:
    """Return the table of the outcomes, and the line that counts the verdicts; not the seconds, which differ.

    Raises:
        ValueError: the output has no such table.
    """
    lines = [line.rstrip() for line in output.splitlines()]
    start = next(place for place, line in enumerate(lines) if line.startswith("dimension "))
    end = lines.index("", start)
    (verdicts,) = (line for line in lines if line.startswith("recomputed: "))
    table = [line for line in lines[start:end] if not line.startswith("in ")]
    return "\n".join([*table, "", verdicts, ""])


def filled(text: str, output: str) -> str:
    """Return a page with the present output."""
    return _BLOCK.sub(lambda match: match[1] + excerpt(output) + match[2], text)


def main() -> None:
    """Fill both pages."""
    output = OUTPUT.read_text()
    for page in PAGES:
        page.write_text(filled(page.read_text(), output))
        print(page)


if __name__ == "__main__":
    main()
