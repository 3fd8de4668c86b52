"""Bad input to a verifier gets a sentence and the exit code of the standard; each other claim is judged."""

import gzip
import json
import math
import struct

import msgspec
import pytest

from dls.commands.cli import main
from dls.errors import DlsError
from dls.evidence.records import MOST_UNITS, RecordError, read_evidence
from dls.model import Manifest
from dls_probes import pair
from dls_probes.models.size import free_bytes, parameters, refuse_too_large
from dls_probes.models.transformers_model import ModelSpec

GIB = 1 << 30


def a_model_of(folder, numbers):
    """Write the header of a model with that many numbers, and none of them."""
    header = json.dumps({"weight": {"dtype": "F32", "shape": [numbers], "data_offsets": [0, 4 * numbers]}}).encode()
    (folder / "config.json").write_text("{}")
    (folder / "model.safetensors").write_bytes(struct.pack("<Q", len(header)) + header)
    return folder


def test_a_model_that_is_too_big_is_refused_before_it_is_loaded(tmp_path):
    folder = a_model_of(tmp_path, 1 << 40)
    with pytest.raises(
        DlsError,
        match=r"take 4096.0 GiB in float32, and [0-9.]+ GiB are free on the device cpu; choose a smaller --dtype",
    ):
        refuse_too_large(ModelSpec(folder))


def test_every_worker_loads_the_model_once(tmp_path):
    folder = a_model_of(tmp_path, GIB)
    refuse_too_large(ModelSpec(folder), workers=2, free=9 * GIB)
    with pytest.raises(DlsError, match=r"take 12.0 GiB in float32 in 3 processes, and 9.0 GiB are free"):
        refuse_too_large(ModelSpec(folder), workers=3, free=9 * GIB)
    refuse_too_large(ModelSpec(folder, dtype="bfloat16"), workers=3, free=9 * GIB)


@pytest.mark.parametrize("device", ["cuda", "cuda:1", "split", "auto"])
def test_an_accelerator_has_its_own_memory(tmp_path, monkeypatch, device):
    """Two accelerators of 5 and 7 free GiB, as the driver reports them; no machine that runs tests has one."""
    free = {0: 5 * GIB, 1: 7 * GIB}
    monkeypatch.setattr("torch.cuda.is_available", lambda: True)
    monkeypatch.setattr("torch.cuda.device_count", lambda: 2)
    monkeypatch.setattr("torch.cuda.mem_get_info", lambda index: (free[index], 80 * GIB))
    gib = {"cuda": 5, "auto": 5, "cuda:1": 7, "split": 12}[device]
    refuse_too_large(ModelSpec(a_model_of(tmp_path, gib * GIB // 4), device=device))
    with pytest.raises(DlsError, match=f"and {gib}.0 GiB are free on the device {device};"):
        refuse_too_large(ModelSpec(a_model_of(tmp_path, gib * GIB // 4 + GIB), device=device))


def test_a_gguf_file_is_unpacked_when_it_is_loaded(tmp_path):
    """A tensor of 8 rows of 32 numbers in 8 bits and a scale: 256 numbers, and fewer bytes on disk."""
    gguf, numpy = pytest.importorskip("gguf"), pytest.importorskip("numpy")
    writer = gguf.GGUFWriter(tmp_path / "model.gguf", "llama")
    tensor = gguf.quants.quantize(numpy.ones((8, 32), dtype=numpy.float32), gguf.GGMLQuantizationType.Q8_0)
    writer.add_tensor("token_embd.weight", tensor, raw_dtype=gguf.GGMLQuantizationType.Q8_0)
    for write in (writer.write_header_to_file, writer.write_kv_data_to_file, writer.write_tensors_to_file):
        write()
    writer.close()
    assert parameters([tmp_path / "model.gguf"]) == 256
    refuse_too_large(ModelSpec(tmp_path), free=1024)
    with pytest.raises(DlsError, match="its weights take"):
        refuse_too_large(ModelSpec(tmp_path), free=1023)


@pytest.mark.parametrize("data", [b"", b"GGUF", b"GGUF" + b"\xff" * 60, b"no file of weights at all, but 40 bytes"])
def test_a_broken_gguf_file_is_left_to_the_loader(tmp_path, data):
    (tmp_path / "model.gguf").write_bytes(data)
    assert parameters([tmp_path / "model.gguf"]) == 0


@pytest.mark.parametrize("device", ["foo", "meta", "cpu:x", "cuda:x", "cuda:9"])
def test_a_device_that_is_none_is_named(capsys, tmp_path, device):
    words = ["probe", "run", "--teacher", str(pair.TEACHER), "--student", str(pair.STUDENT), "--scenario", "demo"]
    assert main([*words, "--n", "1", "--out", str(tmp_path), "--device", device]) == 2
    message = capsys.readouterr().err
    assert f"device {device!r} is not there" in message or f"{device!r} is no device" in message


def test_parameters_are_those_that_the_model_has():
    from transformers import AutoModelForCausalLM

    model = AutoModelForCausalLM.from_pretrained(pair.STUDENT)
    assert parameters(pair.STUDENT.glob("*.safetensors")) == sum(weight.numel() for weight in model.parameters())


@pytest.mark.parametrize("data", [b"", b"\xff" * 8, struct.pack("<Q", 9) + b"[1, 2, 3]", struct.pack("<Q", 2) + b"{"])
def test_a_broken_file_is_left_to_the_loader(tmp_path, data):
    (tmp_path / "model.safetensors").write_bytes(data)
    assert parameters([tmp_path / "model.safetensors"]) == 0


def test_the_smaller_limit_counts(tmp_path):
    (tmp_path / "meminfo").write_text("MemTotal: 16 kB\nMemAvailable:    8 kB\n")
    (tmp_path / "memory.max").write_text("5000\n")
    (tmp_path / "memory.current").write_text("1000\n")
    assert free_bytes(tmp_path / "meminfo", tmp_path / "none") == 8192
    assert free_bytes(tmp_path / "meminfo", tmp_path) == 4000
    assert free_bytes(tmp_path / "none", tmp_path / "none") == math.inf
    (tmp_path / "memory.max").write_text("max\n")
    assert free_bytes(tmp_path / "meminfo", tmp_path) == 8192


@pytest.mark.parametrize("command", ["validate", "recompute"])
def test_nothing_is_decompressed(tmp_path, capsys, command):
    """No command decompresses a file, so none can burst: a compressed statement is no text."""
    path = tmp_path / "dls.yaml.gz"
    path.write_bytes(gzip.compress(b"dls_version: '1.0'\n" * 1000))
    assert main([command, str(path)]) == 2
    output = capsys.readouterr()
    assert "UTF-8" in output.out + output.err


def manifest(**changes):
    members = {
        "dls_evidence": "1.0", "probe": {"id": "headline.multiple_choice", "version": "1.0"},
        "profile": {"id": "demo", "version": "1.0", "sha256": "0" * 64},
        "items": {"n": 100, "seed": 1, "sha256": "0" * 64},
        "arms": {}, "circumstances": {}, "settings": {}, "errors": {}, "checks": [], "metrics": [],
        "records": [{"arm": "student", "path": "student.jsonl", "sha256": "0" * 64, "bytes": 5000, "count": 100}],
    }  # fmt: skip
    members["items"] |= changes.get("items", {})
    members["records"][0] |= changes.get("records", {})
    return msgspec.convert(members, Manifest)


@pytest.mark.parametrize(
    ("changes", "kind", "message"),
    [
        ({"items": {"n": 10**12}, "records": {"bytes": 10**15, "count": 10**12}}, DlsError, f"at most {MOST_UNITS}"),
        ({"items": {"n": 10**5}}, RecordError, "too small for the 100000 items"),
        ({"records": {"bytes": 10**12}}, RecordError, "too large for the 100 items"),
        ({"records": {"bytes": 10**12, "count": 10**12}}, RecordError, "too large for the 100 items"),
    ],
)
def test_a_manifest_of_boundless_numbers_is_refused_before_anything_is_made(tmp_path, changes, kind, message):
    with pytest.raises(kind, match=message):
        read_evidence(manifest(**changes), tmp_path)
