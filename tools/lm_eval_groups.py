"""Print the task groups of an installed lm-evaluation-harness with the metrics that their task files name.

`PYTHON -m tools.lm_eval_groups` with the Python of an environment that has lm_eval; one group a line.
"""

import re
from importlib.util import find_spec
from pathlib import Path

_METRIC = re.compile(r"^\s*-\s*metric:\s*[\"']?([\w@.]+)[\"']?\s*$", re.MULTILINE)
_FLOW = re.compile(r"\{\s*metric:\s*[\"']?([\w@.]+)")


def task_groups() -> dict[str, list[str]]:
    """Return the metrics of each folder of tasks, by its name."""
    package = find_spec("lm_eval")
    if package is None or package.origin is None:
        raise SystemExit("lm_eval is not installed here; use the Python of an environment that has it")
    root = Path(package.origin).parent / "tasks"
    return {folder.name: _metrics(folder) for folder in sorted(root.iterdir()) if _is_group(folder)}


def _is_group(folder: Path) -> bool:
    return folder.is_dir() and not folder.name.startswith("_") and any(folder.rglob("*.y*ml"))


def _metrics(folder: Path) -> list[str]:
    texts = (path.read_text(errors="replace") for path in (*folder.rglob("*.yaml"), *folder.rglob("*_yaml")))
    return sorted({name for text in texts for pattern in (_METRIC, _FLOW) for name in pattern.findall(text)})


if __name__ == "__main__":
    for group, metrics in task_groups().items():
        print(f"{group}: {', '.join(metrics)}")  # noqa: T201 - the output is the product
