"""A model whose layers lie in different places answers as the same model in one place.

Some layers lie on the CPU and some on the disk, so that hooks move weights and hidden states, as between accelerators.
"""

import sys
from typing import Any

import pytest
from transformers import LlamaConfig

from dls.errors import DlsError
from dls_probes.packs import GenerateJob, Pack, TextJob
from dls_probes.pair_model import PairModel
from dls_probes.transformers_model import ModelSpec, load_model

SIZES = {
    "hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 4, "num_attention_heads": 4, "num_key_value_heads": 2,
    "max_position_embeddings": 256,
}  # fmt: skip
PLACES = {
    "model.embed_tokens": "cpu", "model.rotary_emb": "cpu", "model.layers.0": "cpu", "model.layers.1": "disk",
    "model.layers.2": "cpu", "model.layers.3": "disk", "model.norm": "disk", "lm_head": "disk",
}  # fmt: skip
ROWS = (
    (TextJob((0, 5, 6, 7, 8), 3), TextJob((0, 5, 6, 9, 4, 3), 3)),
    (TextJob((0, 7, 6, 7), 2),),
    (TextJob((0, 7, 5, 7), 2),),
)
PROMPTS = (GenerateJob((0, 5, 6, 7), 3), GenerateJob((0, 9), 6, noise=77), GenerateJob((0, 4, 4, 4, 4), 5))
CLOSE = 1e-5


@pytest.fixture(scope="module")
def folders(tiny: Any) -> list[Any]:
    return [tiny(LlamaConfig, seed=seed, **SIZES) for seed in (0, 1)]


@pytest.fixture(scope="module")
def whole(folders: Any) -> list[Any]:
    return [load_model(ModelSpec(folder)) for folder in folders]


@pytest.fixture(scope="module")
def parted(folders: Any, tmp_path_factory: pytest.TempPathFactory) -> list[Any]:
    accelerate = pytest.importorskip("accelerate")
    models = [load_model(ModelSpec(folder)) for folder in folders]
    for model in models:
        offloaded = tmp_path_factory.mktemp("offloaded")
        accelerate.dispatch_model(model.model, PLACES, main_device="cpu", offload_dir=offloaded)
        assert {parameter.device.type for parameter in model.model.parameters()} == {"cpu", "meta"}
    return models


@pytest.mark.parametrize("layout", ["tree/plain", "padded"])
def test_a_split_model_scores_as_the_whole_one(layout, whole, parted):
    rows = ROWS if layout.startswith("tree") else tuple((job,) for row in ROWS for job in row)
    wanted, found = (model.score(Pack("score", layout, rows)) for model in (whole[0], parted[0]))
    assert [one.logprob for one in found] == pytest.approx([one.logprob for one in wanted], abs=CLOSE)


def test_a_split_model_generates_as_the_whole_one(whole, parted):
    pack = Pack("generate", "drop", tuple((job,) for job in PROMPTS))
    wanted, found = (model.generate(pack) for model in (whole[0], parted[0]))
    assert [tokens for tokens, *_ in found] == [tokens for tokens, *_ in wanted]
    assert [gap for *_, gap in found] == pytest.approx([gap for *_, gap in wanted], abs=CLOSE)


@pytest.mark.parametrize("split", [(True, False), (False, True), (True, True)])
def test_a_pair_that_is_split_diverges_as_the_whole_one(split, whole, parted):
    pack = Pack("divergence", "tree/plain+tree/plain", ROWS)
    mixed = (parted[i] if one else whole[i] for i, one in enumerate(split))
    for found, wanted in zip(PairModel(*mixed).distribution(pack), PairModel(*whole).distribution(pack), strict=True):
        assert min(wanted.forward) > 100 * CLOSE
        for name in ("forward", "reverse", "jensen_shannon", "total_variation"):
            assert getattr(found, name) == pytest.approx(getattr(wanted, name), abs=CLOSE)


def test_a_model_is_loaded_to_be_split(folders, whole):
    pytest.importorskip("accelerate")
    pack = Pack("score", "tree/plain", ROWS)
    found = load_model(ModelSpec(folders[0], device="split")).score(pack)
    assert [one.logprob for one in found] == pytest.approx([one.logprob for one in whole[0].score(pack)], abs=1e-4)


def test_what_splits_models_is_named_where_it_is_missing(folders, monkeypatch):
    monkeypatch.setitem(sys.modules, "accelerate", None)
    with pytest.raises(DlsError, match="pip install accelerate"):
        load_model(ModelSpec(folders[0], device="split"))
