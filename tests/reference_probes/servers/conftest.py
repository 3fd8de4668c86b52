"""The built-in teacher behind a real llama.cpp server, and behind a stand-in of vLLM's server."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
from tests.reference_probes.servers.gguf_file import write_gguf
from tests.reference_probes.servers.stand_in import StandIn
from transformers import AutoModelForCausalLM

from dls_probes import pair
from dls_probes.models.transformers_model import ModelSpec
from dls_probes.runs.open_models import OpenModel, open_model


@pytest.fixture(scope="session")
def llama_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a llama.cpp server that has the built-in teacher."""
    path = tmp_path_factory.mktemp("gguf") / "teacher.gguf"
    write_gguf(pair.TEACHER, path)
    script = Path(__file__).with_name("serve_llama.py")
    with subprocess.Popen([sys.executable, str(script), str(path)], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        line = process.stdout.readline().strip()
        yield line if line.startswith("http") else f"http://{line}"
        process.kill()


@pytest.fixture(scope="session")
def local_teacher() -> Iterator[OpenModel]:
    with open_model(ModelSpec(pair.TEACHER)) as model:
        yield model


@pytest.fixture(scope="session")
def network() -> Any:
    return AutoModelForCausalLM.from_pretrained(pair.TEACHER, dtype=torch.float32).eval()


@pytest.fixture
def stand_in(network: Any, local_teacher: OpenModel) -> Iterator[StandIn]:
    """A server with vLLM's interface, whose numbers are those of the built-in teacher."""
    with StandIn(network, local_teacher.text.tokenizer).running() as server:
        yield server
