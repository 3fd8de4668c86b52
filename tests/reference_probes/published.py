"""The built-in pair, published at a few items, and what another machine does to a second run."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from tests.forgeries import EXIT_CODE, TABLE
from tests.reference_probes.stated import NO_DRAW, filled

from dls.checking.validate import check
from dls.commands.cli import main
from dls.document.reader import read
from dls.document.writer import yaml_text
from dls.judging.context import RuleContext
from dls.model import Arm
from dls.verifying.recompute import open_context
from dls_probes import pair
from dls_probes.models.transformers_model import ModelSpec
from dls_probes.packs import Budget
from dls_probes.reproduction.comparison_result import ComparisonResult
from dls_probes.reproduction.reproduction import Reproduction
from dls_probes.reproduction.second_run import reproduce
from dls_probes.runs import open_models, run

N = 100


HEADLINE, ACCURACY, BRIER = "headline.multiple_choice", "headline-accuracy", "uncertainty-brier-top-label"


MODELS: dict[Arm, ModelSpec] = {"teacher": ModelSpec(pair.TEACHER), "student": ModelSpec(pair.STUDENT)}


class Published(NamedTuple):
    """A statement with its evidence, in a folder that a test may spoil."""

    folder: Path

    @property
    def statement(self) -> Path:
        return self.folder / "dls.yaml"

    def context(self) -> RuleContext:
        return open_context(self.statement)

    def told(self) -> Any:
        return read(self.statement).value

    def tell(self, change: Callable[[Any], None]) -> None:
        told = self.told()
        change(told)
        self.statement.write_text(yaml_text(told))

    def draft(self) -> None:
        assert main(["draft", str(self.folder / "evidence"), "-o", str(self.statement), "--force"]) == 0
        self.statement.write_text(yaml_text(filled(self.told())))

    def again(self, models: dict[Arm, ModelSpec] = MODELS, **how: Any) -> dict[str, ComparisonResult]:
        """Run again and return the comparisons by claim."""
        second_run = reproduce(Reproduction(self.context(), models, **how), self.folder / "again")
        return {result.claim.id: result for result in second_run.results}

    def command(self, *more: str, teacher: Path | None = pair.TEACHER, student: Path = pair.STUDENT) -> tuple[int, Any]:
        """Call `dls reproduce`, without fresh items where `more` asks for none; return its exit code and report."""
        words = ["reproduce", str(self.statement), "--student", str(student), "-o", str(self.folder / "report.yaml")]
        words += NO_DRAW
        code = main([*words, *(["--teacher", str(teacher)] if teacher else ["--no-teacher"]), *more])
        assert check(self.folder / "report.yaml").findings == ()
        return code, read(self.folder / "report.yaml").value

    def catches(self, what: str, *more: str, **folders: Path) -> Any:
        """Call `dls reproduce` on a forgery of the table and return the report that refutes the Brier score."""
        forgery = next(one for one in TABLE if one.name == what)
        code, report = self.command(*more, **folders)
        told = next(claim for claim in report["claims"] if claim["id"] == BRIER)
        assert (code, told["verdict"]) == (EXIT_CODE, "refuted")
        assert forgery.message in told["reason"]
        return report


def run_words(out: Path, *more: str) -> list[str]:
    models = ["--teacher", str(pair.TEACHER), "--student", str(pair.STUDENT)]
    return ["probe", "run", *models, "--scenario", "demo", "--n", str(N), "--out", str(out), *more]


def verdicts(found: dict[str, ComparisonResult]) -> set[str]:
    return {one.verdict.value for one in found.values()}


@pytest.fixture(scope="session")
def _honest(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Publish the built-in pair: a headline, what a spread of answers is, and nothing that takes long."""
    folder = tmp_path_factory.mktemp("published")
    assert main(run_words(folder / "evidence")) == 0
    Published(folder).draft()
    return folder


@pytest.fixture
def published(_honest: Path, tmp_path: Path) -> Published:
    shutil.copytree(_honest, tmp_path / "published")
    return Published(tmp_path / "published")


@pytest.fixture
def headline(published: Published) -> Published:
    """Return a statement about the headline alone, so that a second run is quick."""
    for place in (published.folder / "evidence").iterdir():
        if place.is_dir() and place.name != HEADLINE:
            shutil.rmtree(place)
    published.draft()
    return published


def shift_logits(monkeypatch: pytest.MonkeyPatch, size: float) -> None:
    """Move the states before the head, another way each time, so that logits move by up to ``size``."""
    import torch

    load, noise = open_models.load_model, torch.Generator().manual_seed(1)

    def moved(spec: ModelSpec) -> Any:
        model = load(spec)
        longest = model.model.get_output_embeddings().weight.float().norm(dim=1).max()

        def shift(_module: Any, _arguments: Any, output: Any) -> Any:
            states = output.last_hidden_state
            step = 2 * torch.rand(states.shape, generator=noise) - 1
            step *= size / (longest * states.shape[-1] ** 0.5)
            output.last_hidden_state = states + step.to(states.dtype)
            return output

        model.model.base_model.register_forward_hook(shift)
        return model

    monkeypatch.setattr(open_models, "load_model", moved)


def small_packs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "budget_for", lambda _: Budget(tokens=320, row=160, rows=4, positions=64))
