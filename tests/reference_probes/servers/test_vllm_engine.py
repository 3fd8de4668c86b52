"""A real vLLM answers the probes as the library does, in this process and behind its server."""

import json
import os
import subprocess
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from tests.reference_probes.servers.side_by_side import difference, records
from tests.reference_probes.servers.test_llama_server import PROBES
from tests.reference_probes.servers.test_vllm_server import _without_gaps
from tests.second_environment import ROOT
from tests.vllm_environment import VERSION, vllm_python

from dls_probes import pair
from dls_probes.runs.open_models import open_model
from dls_probes.servers.address import ServerAddress
from dls_probes.servers.served_spec import spec_of
from dls_probes.servers.vllm_engine import ENVIRONMENT

pytestmark = pytest.mark.slow
NATS = 1e-4
SETTINGS = {
    **ENVIRONMENT,
    "OMP_NUM_THREADS": "1",
    "PYTHONPATH": ":".join(str(ROOT / name) for name in ("validator", "reference_probes", ".")),
}


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Return the records and the description of the teacher that vLLM computes in a process of ours."""
    file = tmp_path_factory.mktemp("vllm") / "answers.json"
    command = [str(vllm_python()), "-m", "tests.reference_probes.servers.ask_vllm", str(file), *PROBES]
    process = subprocess.run(command, cwd=ROOT, env=os.environ | SETTINGS, capture_output=True, text=True, check=False)
    assert process.returncode == 0, process.stderr[-4000:]
    return json.loads(file.read_text())


@pytest.fixture(scope="module")
def server_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a vLLM server with our logits processor."""
    log = tmp_path_factory.mktemp("vllm") / "log.txt"
    words = ["--dtype", "float32", "--enforce-eager", "--max-num-seqs", "32", "--served-model-name", "teacher"]
    noise = ["--logits-processors", "dls_probes.servers.vllm_noise:KeyedNoise"]
    url, port = "http://127.0.0.1:8199", ["--host", "127.0.0.1", "--port", "8199"]
    command = [str(vllm_python().with_name("vllm")), "serve", str(pair.TEACHER), *words, *port, *noise]
    with (
        log.open("wb") as file,
        subprocess.Popen(command, cwd=ROOT, env=os.environ | SETTINGS, stdout=file, stderr=file) as process,
    ):
        while process.poll() is None and not _answers(url):
            time.sleep(1)
        assert process.poll() is None, log.read_text()[-4000:]
        yield url
        process.terminate()


def _answers(url: str) -> bool:
    try:
        return httpx.get(f"{url}/health", timeout=5).is_success
    except httpx.HTTPError:
        return False


@pytest.mark.parametrize("probe", PROBES)
def test_the_engine_agrees_and_every_text_is_the_same_one(probe, engine, local_teacher, tmp_path):
    here = json.loads(json.dumps(records(local_teacher, probe, 1, tmp_path / "here")))
    assert difference(_without_gaps(here), _without_gaps(engine["records"][probe])) <= NATS


def test_the_engine_says_what_it_is_and_how_near_the_library(engine):
    description = engine["description"]
    assert description["backend_version"].startswith(VERSION)
    assert (description["access"], description["sampling"], description["device_class"]) == ("logprobs", "keyed", "cpu")
    assert description["nats_to_weights"] <= NATS


@pytest.mark.parametrize("probe", PROBES)
def test_the_server_agrees_and_every_text_is_the_same_one(probe, server_url, local_teacher, tmp_path):
    with open_model(spec_of(ServerAddress(server_url, pair.TEACHER, serves="teacher"))) as served:
        there = records(served, probe, 1, tmp_path / "there")
        assert served.description["sampling"] == "keyed"
    here = records(local_teacher, probe, 1, tmp_path / "here")
    assert difference(_without_gaps(here), _without_gaps(there)) <= NATS
