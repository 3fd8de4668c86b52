# ruff: noqa: INP001
"""Honest statements of the benchmarks: one of two sizes, or a tree of them with different numbers."""

from pathlib import Path

from dls.document.reader import parse
from dls.judging.seed import PairKeys, derived_seed
from dls.scenarios.profile import profile_sha256
from dls.statistics.paired_proportion import tango_corrected
from dls.statistics.power import smallest_gap_to_limit, smallest_loss_of_proportion
from dls.statistics.proportion import clopper_pearson
from dls.statistics.rounding import outward

HONEST = Path(__file__).parents[1] / "spec" / "1.0" / "conformance" / "documents"
FOLDER_SIZE = 100  # statements that share a folder and a profile
N = 1500  # items of the suite's accuracy


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


def write(path: Path, text: str, profile: str | None = None) -> Path:
    """Write a statement, and its profile beside it: the suite's, or another text."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    beside = path.with_name("profile.yaml")
    if not beside.exists():
        beside.write_text(profile or (HONEST / "profile.yaml").read_text())
    return path


def write_tree(folder: Path, count: int) -> list[Path]:
    """Write a tree of statements with different numbers, and return their paths.

    Each folder has a profile with an n of its own, and the statements in it have different counts.
    """
    paths: list[Path] = []
    for first in range(0, count, FOLDER_SIZE):
        n, place = N + first // FOLDER_SIZE, folder / f"{first // FOLDER_SIZE:03}"
        profile = _profile(n)
        text = _with_profile(statement(), profile, n)
        numbers = range(first, min(first + FOLDER_SIZE, count))
        paths += [write(place / f"{i:05}.dls.yaml", _with_numbers(text, i, n), profile) for i in numbers]
    return paths


def _profile(n: int) -> str:
    """Return the suite's profile with another number of items for accuracy."""
    text = (HONEST / "profile.yaml").read_text()
    losses = (0.0206, smallest_loss_of_proportion(0.1, n)), (0.0229, smallest_gap_to_limit(0.85, n))
    for old, new in losses:
        plan = "n: {}\n    smallest_detectable_loss: {:.4f}"
        text = text.replace(plan.format(N, old), plan.format(n, new))
    return text


def _with_profile(text: str, profile: str, n: int) -> str:
    """Return a statement on another profile, with the accuracy of n items and the seeds that follow."""
    value = parse(text.encode(), "statement").value
    digest = profile_sha256(parse(profile.encode(), "profile").value)
    keys = PairKeys(value["teacher"]["tensors_sha256"], value["student"]["tensors_sha256"])
    text = text.replace(value["scenario"]["sha256"], digest)
    for claim in value["claims"]:
        probe, items = claim["probe"], claim["items"]
        units = n if claim["metric"] == "accuracy" else items["n"]
        seed = derived_seed(digest, keys, f"{probe['id']}@{probe['version']}", units)
        text = text.replace(f"n: {items['n']}, seed: {items['seed']}", f"n: {units}, seed: {seed}")
    return text


def _with_numbers(text: str, number: int, n: int) -> str:
    """Return a statement with an id and accuracies of its own: no result for one statement serves another."""
    right, ties = n - 170 + number % FOLDER_SIZE, number % 40
    flips = 40 + ties, 28 + ties
    student, loss = outward(clopper_pearson(right - 12, n), 4), outward(tango_corrected(*flips, n), 4)
    teacher = f"{{count: {right}, n: {n}, value: {right / n:.4f}}}"
    values = f"{teacher}\n    student: {{count: {right - 12}, n: {n}, value: {(right - 12) / n:.4f}"
    for old, new in (
        ("f7d11", f"{number:05}"),
        (f"{{count: 1401, n: {N}, value: 0.9340}}\n    student: {{count: 1389, n: {N}, value: 0.9260", values),
        ("low: 0.9139, high: 0.9369", f"low: {student.low:.4f}, high: {student.high:.4f}"),
        (
            "value: 0.0080, interval: {low: -0.0015, high: 0.0177",
            f"value: {12 / n:.4f}, interval: {{low: {loss.low:.4f}, high: {loss.high:.4f}",
        ),
        (f"unit: item, n_units: {N}}}}}\n    flips", f"unit: item, n_units: {n}}}}}\n    flips"),
        ("{teacher_only: 40, student_only: 28}", f"{{teacher_only: {flips[0]}, student_only: {flips[1]}}}"),
    ):
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text
