"""Print the task groups of an installed inspect_evals with their tasks, and the scorers that their modules name.

`PYTHON -m tools.inspect_groups` with the Python of an environment that has inspect_evals; one group a line. Nothing is
imported from it, so that it needs none of its requirements.
"""

import re
from importlib.util import find_spec
from pathlib import Path

_STANDARD = re.compile(
    r"(?<![\w.])(match|includes|choice|exact|f1|pattern|answer|model_graded_qa|model_graded_fact|perplexity)\("
)
_TASK = re.compile(r"^ *- name: (\w+)", re.MULTILINE)
_OWN = re.compile(r"@scorer[^\n]*(?:\n(?!def )[^\n]*){0,8}\n(?:async )?def (\w+)")


def task_groups() -> dict[str, tuple[list[str], list[str]]]:
    """Return the tasks and scorers of each folder of tasks, by its name."""
    package = find_spec("inspect_evals")
    if package is None or not package.submodule_search_locations:
        raise SystemExit("inspect_evals is not installed here; use the Python of an environment that has it")
    root = Path(package.submodule_search_locations[0])
    files = sorted(root.glob("*/eval.yaml"))
    return {file.parent.name: (_TASK.findall(file.read_text()), _scorers(file.parent)) for file in files}


def _scorers(folder: Path) -> list[str]:
    texts = [path.read_text(errors="replace") for path in folder.rglob("*.py")]
    return sorted({name for text in texts for pattern in (_STANDARD, _OWN) for name in pattern.findall(text)})


if __name__ == "__main__":
    for group, (tasks, scorers) in task_groups().items():
        print(f"{group}: {', '.join(tasks)}: {', '.join(scorers)}".rstrip())  # noqa: T201 - the output is the product
