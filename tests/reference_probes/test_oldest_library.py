"""The oldest release of transformers that the package allows passes the tests of models, tokens and probes."""

import os
import subprocess

import pytest
from tests.second_environment import ROOT, second_environment

from dls_probes.models.library import OLDEST

WARNINGS = (  # of the library about its own code, which later releases no longer give
    "ignore:`torch.jit.script` is deprecated:DeprecationWarning",
    "ignore:You are calling .generate() with the `input_ids` being on a device type:UserWarning",
)
PARTS = ("models", "tokens", "engine/test_architectures.py", "runs/test_adapter_runs.py", "pair")


@pytest.mark.slow
@pytest.mark.parametrize("part", PARTS)
def test_the_oldest_release_passes_the_tests_of_the_probes(part):
    python = second_environment("oldest", f"transformers=={OLDEST}.0")
    command = [str(python), "-m", "pytest", "-q", "-p", "no:cacheprovider", "-m", "not slow and not gpu"]
    command += [word for warning in WARNINGS for word in ("-W", warning)]
    folders = ":".join(str(ROOT / name) for name in ("validator", "reference_probes", "."))
    process = subprocess.run(
        [*command, str(ROOT / "tests" / "reference_probes" / part)],
        capture_output=True, text=True, check=False, cwd=ROOT, env=os.environ | {"PYTHONPATH": folders},
    )  # fmt: skip
    assert process.returncode == 0, process.stdout[-4000:]
