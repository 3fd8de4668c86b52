"""The blocks of the page "Check pull requests", each of them a file of `examples/ci/`.

`python -m tests.doors.blocks` writes the files into the page; a test holds the page to them.
"""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "check.md"
_BLOCK = re.compile(r"<!-- file (\S+) -->\n```(\w+)\n.*?```\n", re.DOTALL)


def filled(text: str) -> str:
    """Return the page with the present content of each file."""
    return _BLOCK.sub(_block, text)


def files(text: str) -> list[Path]:
    """Return the files that the page shows."""
    return [ROOT / match[1] for match in _BLOCK.finditer(text)]


def _block(match: re.Match[str]) -> str:
    return f"<!-- file {match[1]} -->\n```{match[2]}\n{(ROOT / match[1]).read_text()}```\n"


if __name__ == "__main__":
    PAGE.write_text(filled(PAGE.read_text()))
