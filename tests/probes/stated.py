"""A statement in a folder and the pair that it is about, for tests that reproduce it."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dls.cli import main
from dls.document import read
from dls.yaml_text import yaml_text


@dataclass(frozen=True)
class Stated:
    """A statement's folder with the pair that it is about."""

    folder: Path
    models: list[str]

    @property
    def statement(self) -> Path:
        return self.folder / "dls.yaml"

    def tell(self, change: Callable[[Any], None]) -> None:
        told = read(self.statement).value
        change(told)
        self.statement.write_text(yaml_text(told))

    def reproduce(self, *more: str) -> int:
        report = str(self.folder / "report.yaml")
        return main(["reproduce", str(self.statement), *self.models, "-o", report, *more])
