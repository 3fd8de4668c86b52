# ruff: noqa: INP001
"""Honest statements of the benchmarks: one of two sizes, or a tree of them with different numbers."""

from pathlib import Path

from dls.statistics.paired_proportion import tango_corrected
from dls.statistics.proportion import clopper_pearson
from dls.statistics.rounding import outward

HONEST = Path(__file__).parents[1] / "spec" / "1.0" / "conformance" / "documents"
FOLDER_SIZE = 100  # statements that share a folder and a profile


def statement(parts: int = 0) -> str:
    """Return an honest statement of four claims, and the same claims again on a number of parts of the items."""
    text = (HONEST / "publisher.yaml").read_text()
    head, _, rest = text.partition("claims:\n")
    claims, _, rest = rest.partition("absences:\n")
    absences, _, rest = rest.partition("acceptances:\n")
    acceptances, _, evidence = rest.partition("evidence:\n")
    claims += "".join([_claims_on_part(claims, part) for part in range(parts)])
    acceptances += "".join([_acceptances_of_part(acceptances, part) for part in range(parts)])
    return f"{head}claims:\n{claims}absences:\n{absences}acceptances:\n{acceptances}evidence:\n{evidence}"


def _claims_on_part(claims: str, part: int) -> str:
    copies = claims.replace("  - id: ", f"  - id: part-{part}-")
    return copies.replace("    probe: ", f'    on: {{dataset: "the items", slice: "part {part}"}}\n    probe: ')


def _acceptances_of_part(acceptances: str, part: int) -> str:
    copies = acceptances.replace("claim: ", f"claim: part-{part}-")
    for member in ("reason", "mitigation"):
        copies = copies.replace(f'{member}: "', f'{member}: "In part {part}: ')
    return copies


def write(path: Path, text: str) -> Path:
    """Write a statement, and its profile beside it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    profile = path.with_name("profile.yaml")
    if not profile.exists():
        profile.write_bytes((HONEST / "profile.yaml").read_bytes())
    return path


def write_tree(folder: Path, count: int) -> list[Path]:
    """Write a tree of statements with different numbers, and return their paths."""
    text = statement()
    return [
        write(
            folder / f"{i // FOLDER_SIZE:03}" / f"{i:05}.dls.yaml", _with_numbers(text, 1500 + i, 1401 + i * 93 // 100)
        )
        for i in range(count)
    ]


def _with_numbers(text: str, n: int, right: int) -> str:
    """Return a statement with accuracies of other counts: no result for one statement serves another."""
    student, loss = outward(clopper_pearson(right - 12, n), 4), outward(tango_corrected(40, 28, n), 4)
    for old, new in (
        ("f7d11", f"{n:05}"),
        ("{n: 1500, seed: 7073358691906432", f"{{n: {n}, seed: 7073358691906432"),
        ("{count: 1401, n: 1500, value: 0.9340}", f"{{count: {right}, n: {n}, value: {right / n:.4f}}}"),
        ("{count: 1389, n: 1500, value: 0.9260", f"{{count: {right - 12}, n: {n}, value: {(right - 12) / n:.4f}"),
        ("low: 0.9139, high: 0.9369", f"low: {student.low:.4f}, high: {student.high:.4f}"),
        (
            "value: 0.0080, interval: {low: -0.0015, high: 0.0177",
            f"value: {12 / n:.4f}, interval: {{low: {loss.low:.4f}, high: {loss.high:.4f}",
        ),
        ("unit: item, n_units: 1500}}\n    flips", f"unit: item, n_units: {n}}}}}\n    flips"),
    ):
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text
