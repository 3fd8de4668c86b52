"""The built-in pair under a small profile of its own, so that a target comes out preserved on a hundred units."""

import shutil
from pathlib import Path
from typing import Any

import pytest
from tests.reference_probes.published import Published
from tests.reference_probes.stated import filled

from dls.commands.cli import main
from dls.document.reader import read
from dls.document.writer import yaml_text
from dls.standard.registry import DIMENSIONS
from dls_probes import pair

PROBE, UNITS = "uncertainty.multiple_choice", 100
_PROFILE: dict[str, Any] = {
    "dls_scenario": "1.0",
    "id": "small",
    "version": "1.0",
    "title": "A test's own profile",
    "rationale": "Small enough for a test.",
    "population": "Items of the named generator.",
    "extends": None,
    "required": ["uncertainty"],
    "not_required": [{"dimension": name, "reason": "A test."} for name in DIMENSIONS if name != "uncertainty"],
    "targets": [
        {
            "metric": "brier_top_label",
            "dimension": "uncertainty",
            "probe": PROBE,
            "kind": "non_inferiority",
            "margin": 0.2,
            "n": UNITS,
            "smallest_detectable_loss": 0.0642,
            "assumes": {"sd": 0.2},
            "rationale": "Wide, so that the built-in student keeps within it.",
        }
    ],
}


@pytest.fixture(scope="session")
def _own(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("own")
    (folder / "profile.yaml").write_text(yaml_text(_PROFILE))
    models = ["--teacher", str(pair.TEACHER), "--student", str(pair.STUDENT)]
    run = ["probe", "run", *models, "--scenario", str(folder / "profile.yaml"), "--out", str(folder / "evidence")]
    assert main(run) == 0
    draft = ["draft", str(folder / "evidence"), "--scenario", str(folder / "profile.yaml")]
    assert main([*draft, "-o", str(folder / "dls.yaml")]) == 0
    (folder / "dls.yaml").write_text(yaml_text(filled(read(folder / "dls.yaml").value)))
    return folder


@pytest.fixture
def own(_own: Path, tmp_path: Path) -> Published:
    """Return a statement with a target that is claimed preserved, in a folder that a test may spoil."""
    shutil.copytree(_own, tmp_path / "own")
    return Published(tmp_path / "own")
