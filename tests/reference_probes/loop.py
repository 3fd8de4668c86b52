"""The folder of a statement with its evidence and three tiny models, to be spoilt."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from tests.reference_probes.stated import NO_DRAW, filled, tiny_model

from dls.commands.cli import main
from dls.document.reader import read
from dls.document.writer import yaml_text

N = 100

ASKED = ("headline.multiple_choice", "uncertainty.multiple_choice", "diversity.open_answer")


class Loop(NamedTuple):
    """The folder of a statement with its evidence, and the three models that the tests know."""

    folder: Path
    teacher: Path
    student: Path
    other: Path

    @property
    def statement(self) -> Path:
        return self.folder / "dls.yaml"

    def told(self) -> Any:
        return read(self.statement).value

    def tell(self, statement: Any) -> None:
        self.statement.write_text(yaml_text(statement))

    def reproduce(self, *more: str, student: Path | None = None, out: str = "report.yaml") -> int:
        """Call `dls reproduce`, without fresh items where `more` asks for none."""
        models = ["--teacher", str(self.teacher), "--student", str(student or self.student)]
        return main(["reproduce", str(self.statement), *models, "-o", str(self.folder / out), *NO_DRAW, *more])

    def report(self, out: str = "report.yaml") -> Any:
        return read(self.folder / out).value


def only(loop: Loop, name: str) -> None:
    """Keep one probe's claims and evidence, so that a second run is quick; the statement need not be complete."""
    told = loop.told()
    told["claims"] = [claim for claim in told["claims"] if claim["probe"]["id"] == name]
    told["evidence"] = [entry for entry in told["evidence"] if name in entry["path"]]
    loop.tell(told)


def retell(change: Callable[[Any], None]) -> Callable[[Loop], None]:
    def forge(loop: Loop) -> None:
        told = loop.told()
        change(told["claims"][0])
        loop.tell(told)

    return forge


@pytest.fixture(scope="session")
def tiny_pair(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, Path]:
    """Return a teacher, a student and another student, all of them untrained, in the pair's own language."""
    from dls_probes.pair.tokenizer import build_tokenizer

    folder, tokenizer = tmp_path_factory.mktemp("pair"), build_tokenizer()
    sizes = (("teacher", 64, 1), ("student", 32, 2), ("other", 32, 3))
    teacher, student, other = (tiny_model(folder, tokenizer, name, hidden, seed) for name, hidden, seed in sizes)
    return teacher, student, other


@pytest.fixture(scope="session")
def _whole(tiny_pair: tuple[Path, Path, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("loop")
    teacher, student, _ = map(str, tiny_pair)
    run = ["probe", "run", "--teacher", teacher, "--student", student, "--scenario", "demo", "--n", str(N)]
    assert main([*run, "--out", str(folder / "evidence")]) == 0
    assert main(["draft", str(folder / "evidence"), "-o", str(folder / "dls.yaml")]) == 0
    (folder / "dls.yaml").write_text(yaml_text(filled(read(folder / "dls.yaml").value)))
    return folder


@pytest.fixture
def loop(_whole: Path, tiny_pair: tuple[Path, Path, Path], tmp_path: Path) -> Loop:
    """Return the loop's folder, to be spoilt."""
    shutil.copytree(_whole, tmp_path / "loop")
    return Loop(tmp_path / "loop", *tiny_pair)
