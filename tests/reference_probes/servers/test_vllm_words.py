"""What `--backend vllm` refuses, and how it says so."""

import importlib.util
import shutil

import pytest

from dls.commands.cli import main
from dls_probes import pair

RUN = ["probe", "run", "--teacher", str(pair.TEACHER), "--scenario", "demo", "--backend", "vllm"]


@pytest.mark.skipif(importlib.util.find_spec("vllm") is not None, reason="vLLM is in this environment")
def test_without_vllm_the_run_says_how_to_get_it(tmp_path, capsys):
    assert main([*RUN, "--student", str(pair.STUDENT), "--out", str(tmp_path)]) == 2
    assert "vLLM is not in this environment" in capsys.readouterr().err


def test_workers_are_refused_beside_the_engine(tmp_path, capsys):
    assert main([*RUN, "--student", str(pair.STUDENT), "--out", str(tmp_path), "--workers", "2"]) == 2
    assert "leave --workers out" in capsys.readouterr().err


def test_a_file_of_another_format_needs_transformers(tmp_path, capsys):
    shutil.copytree(pair.STUDENT, tmp_path / "student", ignore=shutil.ignore_patterns("*.safetensors"))
    (tmp_path / "student" / "model.gguf").write_bytes(b"GGUF")
    assert main([*RUN, "--student", str(tmp_path / "student"), "--out", str(tmp_path / "evidence")]) == 2
    assert "asks whole models in safetensors" in capsys.readouterr().err
