"""Workers take the GPUs in turn, weights take the short way, and the facts about a device are kept."""

import json

import pytest
import torch
from tests.reference_probes.runs.test_run import run

from dls.commands.cli import main
from dls.errors import DlsError
from dls_probes.models.device import device_map, device_of_worker
from dls_probes.models.size import refuse_too_large
from dls_probes.models.transformers_model import ModelSpec, load_model
from dls_probes.runs.run_file import _cuda


@pytest.fixture
def gpus(monkeypatch):
    """Let torch report four GPUs."""
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 4)
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "mem_get_info", lambda _: (1 << 40, 1 << 40))


@pytest.mark.usefixtures("gpus")
@pytest.mark.parametrize(
    ("device", "devices"),
    [
        ("cuda", ["cuda:0", "cuda:1", "cuda:2", "cuda:3", "cuda:0", "cuda:1"]),
        ("auto", ["cuda:0", "cuda:1", "cuda:2", "cuda:3", "cuda:0", "cuda:1"]),
        ("cuda:2", ["cuda:2"] * 6),
        ("cpu", ["cpu"] * 6),
        ("split", ["split"] * 6),
    ],
)
def test_worker_i_has_gpu_i_and_begins_again_after_the_last(device, devices):
    assert [device_of_worker(device, number) for number in range(6)] == devices


@pytest.mark.usefixtures("gpus")
def test_workers_on_gpus_of_their_own_share_no_memory(llama, monkeypatch):
    sizes = dict.fromkeys(range(4), 0)
    monkeypatch.setattr(torch.cuda, "mem_get_info", lambda number: (_weights(llama) * 3 // 2 + sizes[number], 0))
    refuse_too_large(ModelSpec(llama, device="cuda"), workers=4)
    with pytest.raises(DlsError, match="in 2 processes"):
        refuse_too_large(ModelSpec(llama, device="cuda"), workers=5)


def _weights(folder):
    return sum(path.stat().st_size for path in folder.glob("*.safetensors"))


@pytest.mark.usefixtures("gpus")
def test_without_accelerate_the_weights_must_fit_the_host_too(llama, monkeypatch):
    monkeypatch.setattr("dls_probes.models.size.free_bytes", lambda: 1000)
    refuse_too_large(ModelSpec(llama, device="cuda"))
    monkeypatch.setattr("dls_probes.models.device.find_spec", lambda name: None if name == "accelerate" else True)
    with pytest.raises(DlsError, match="pip install accelerate"):
        refuse_too_large(ModelSpec(llama, device="cuda"))


@pytest.mark.parametrize(
    ("device", "file_format", "expected"),
    [
        ("cuda:1", "safetensors", {"device_map": {"": "cuda:1"}}),
        ("cuda", "gguf", {}),
        ("cpu", "safetensors", {}),
        ("split", "safetensors", {"device_map": "auto"}),
    ],
)
def test_weights_go_straight_to_an_accelerator(device, file_format, expected):
    assert device_map(device, file_format) == expected


def test_weights_that_go_straight_to_a_device_are_the_weights(llama, monkeypatch):
    plain = load_model(ModelSpec(llama)).model.state_dict()
    monkeypatch.setattr("dls_probes.models.transformers_model.device_map", lambda *_: {"device_map": {"": "cpu"}})
    straight = load_model(ModelSpec(llama)).model.state_dict()
    assert straight.keys() == plain.keys()
    assert all(torch.equal(straight[name], plain[name]) for name in plain)


def test_a_loaded_model_leaves_no_shortcut_on(llama):
    products = torch.backends.cuda.matmul
    products.allow_bf16_reduced_precision_reduction = products.allow_fp16_reduced_precision_reduction = True
    products.allow_tf32 = True
    torch.backends.cuda.enable_cudnn_sdp(enabled=True)
    model = load_model(ModelSpec(llama))
    assert not products.allow_tf32
    assert not products.allow_bf16_reduced_precision_reduction
    assert not products.allow_fp16_reduced_precision_reduction
    assert model.describe()["kernels"] == "flash, efficient, math"


def test_the_kernels_stand_in_the_settings_and_the_device_in_the_ledger(llama, tmp_path):
    result = run(llama, tmp_path / "ledger")
    assert result.settings["kernels"] == "flash, efficient, math"
    assert "device_name" not in result.settings
    context = json.loads((tmp_path / "ledger").read_bytes().splitlines()[0].split(b" ", 1)[1])[1]
    assert context["device_name"] == result.device_name
    assert torch.backends.cpu.get_cpu_capability() in result.device_name


def test_a_ledger_of_another_device_is_not_continued_and_says_so(llama, tmp_path, monkeypatch):
    with monkeypatch.context() as earlier:
        earlier.setattr("dls_probes.arithmetic.placement.device_name", lambda _: "NVIDIA X, capability 9.0")
        run(llama, tmp_path / "ledger")
    result = run(llama, tmp_path / "ledger", resume=True)
    assert any("device_name changed since" in note for note in result.notes)


def test_the_run_file_states_the_device(tiny_pair, tmp_path):
    teacher, student, _ = map(str, tiny_pair)
    chosen = ["--scenario", "demo", "--dimension", "uncertainty", "--n", "4", "--frame", "none"]
    assert main(["probe", "run", "--teacher", teacher, "--student", student, *chosen, "--out", str(tmp_path)]) == 0
    arms = json.loads(next(tmp_path.glob("*/run.json")).read_bytes())["arms"]
    assert all(torch.backends.cpu.get_cpu_capability() in arm["device_name"] for arm in arms.values())


def test_the_driver_is_stated_where_there_is_one(tmp_path):
    (tmp_path / "version").write_text("NVRM version: 570.1\nGCC version: 12\n")
    assert _cuda(tmp_path / "version")["driver"] == "NVRM version: 570.1"
    assert "driver" not in _cuda(tmp_path / "none")
