"""Quantised folders score as the library itself computes them, and the manifest's words say how.

The packages of the schemes are in a second environment, `build/quantised`, which shares all other packages.
"""

import json
import subprocess
import sys

import pytest
from tests.second_environment import second_environment

pytestmark = pytest.mark.slow

PACKAGES = ("bitsandbytes==0.50.2", "compressed-tensors==0.20.1", "loguru==0.7.3")
SCHEMES = {
    "int8": ("bitsandbytes int8", "Linear8bitLt of int8", 0.2),
    "nf4": ("bitsandbytes nf4", "Linear4bit of uint8", 2.0),
    "fp8": ("fp8 e4m3", "Linear of float32", 0.5),
    "packed": ("compressed-tensors pack-quantized", "Linear of float32", 0.2),
}
"""By scheme: the word in the identity, the form of the layers, and the largest difference from the plain weights."""


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_quantised_folder_scores_as_the_library_does_and_says_its_scheme(scheme, tmp_path):
    python = second_environment("quantised", *PACKAGES)
    command = [str(python), "-m", "tests.reference_probes.models.quantised", scheme, str(tmp_path)]
    process = subprocess.run(
        command, capture_output=True, text=True, check=False, env={"PYTHONPATH": ":".join(sys.path)}
    )
    assert process.returncode == 0, process.stderr
    told = json.loads(process.stdout.splitlines()[-1])
    words, layers, most = SCHEMES[scheme]
    assert (told["quantisation"], told["layers"]) == (words, layers)
    assert told["from_library"] == 0.0
    assert 1e-4 < told["from_plain"] < most
