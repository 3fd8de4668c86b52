"""A model whose layers lie in different places answers as the same model in one place.

Some layers lie on the CPU and some on the disk, so that hooks move weights and hidden states, as between accelerators.
Wherever the embeddings lie, too: on the disk they have no device until they run.
"""

import sys
from typing import Any

import pytest
from tests.reference_probes.conftest import build_tokenizer, vocabulary
from transformers import BertConfig, BertForSequenceClassification, Gemma3TextConfig, LlamaConfig

from dls.errors import DlsError
from dls_probes.engine.self_test import generation_verdict, text_verdict
from dls_probes.models.pair_model import PairModel
from dls_probes.models.transformers_model import ModelSpec, load_model
from dls_probes.packs import GenerateJob, Pack, TextJob

SIZES = {
    "hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 4, "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "max_position_embeddings": 256,
}  # fmt: skip
LAYERS = {
    "model.rotary_emb": "cpu", "model.layers.0": "cpu", "model.layers.1": "disk", "model.layers.2": "cpu",
    "model.layers.3": "disk", "model.norm": "disk", "lm_head": "disk",
}  # fmt: skip
PLACES = {
    "embeddings in memory": {"model.embed_tokens": "cpu", **LAYERS},
    "embeddings on the disk": {"model.embed_tokens": "disk", **LAYERS},
    "all on the disk": {"model": "disk", "lm_head": "disk"},
}
ROWS = (
    (TextJob((0, 5, 6, 7, 8), 3), TextJob((0, 5, 6, 9, 4, 3), 3)),
    (TextJob((0, 7, 6, 7), 2),),
    (TextJob((0, 7, 5, 7), 2),),
)
PROMPTS = (GenerateJob((0, 5, 6, 7), 3), GenerateJob((0, 9), 6, noise=77), GenerateJob((0, 4, 4, 4, 4), 5))
CLOSE = 1e-5


def gemma(tiny: Any, _: Any) -> Any:
    windowed = {"sliding_window": 4, "layer_types": ["sliding_attention", "full_attention"], "head_dim": 8}
    return tiny(Gemma3TextConfig, **SIZES | {"num_hidden_layers": 2}, **windowed), PLACES["all on the disk"]


def classifier(_: Any, folder: Any) -> Any:
    build_tokenizer(folder)
    sizes = {name: value for name, value in SIZES.items() if name != "num_key_value_heads"}
    config = BertConfig(vocab_size=vocabulary(folder), num_labels=3, pad_token_id=1, **sizes)
    BertForSequenceClassification(config).save_pretrained(folder)
    return folder, {"bert.embeddings": "disk", "bert.encoder": "cpu", "bert.pooler": "disk", "classifier": "cpu"}


OTHERS = {"gemma": gemma, "classifier": classifier}


@pytest.fixture(scope="module")
def folders(tiny: Any) -> list[Any]:
    return [tiny(LlamaConfig, seed=seed, **SIZES) for seed in (0, 1)]


@pytest.fixture(scope="module")
def whole(folders: Any) -> list[Any]:
    return [load_model(ModelSpec(folder)) for folder in folders]


def dispatched(folder: Any, places: dict[str, str], offloaded: Any) -> Any:
    """Load a model and split it."""
    accelerate = pytest.importorskip("accelerate")
    model = load_model(ModelSpec(folder))
    accelerate.dispatch_model(model.model, places, main_device="cpu", offload_dir=offloaded)
    return model


@pytest.fixture(scope="module", params=list(PLACES))
def parted(folders: Any, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> list[Any]:
    places = PLACES[request.param]
    models = [dispatched(folder, places, tmp_path_factory.mktemp("offloaded")) for folder in folders]
    for model in models:
        assert "meta" in {parameter.device.type for parameter in model.model.parameters()}
    return models


@pytest.mark.parametrize("layout", ["tree/plain", "padded"])
def test_a_split_model_scores_as_the_whole_one(layout, whole, parted):
    rows = ROWS if layout.startswith("tree") else tuple((job,) for row in ROWS for job in row)
    wanted, found = (model.score(Pack("score", layout, rows)) for model in (whole[0], parted[0]))
    assert [one.logprob for one in found] == pytest.approx([one.logprob for one in wanted], abs=CLOSE)


@pytest.mark.parametrize(
    ("layout", "prompts"), [("drop", PROMPTS), ("keep", PROMPTS), ("equal", PROMPTS[:1] * 2), ("alone", PROMPTS[1:2])]
)
def test_a_split_model_generates_as_the_whole_one(layout, prompts, whole, parted):
    pack = Pack("generate", layout, tuple((job,) for job in prompts))
    wanted, found = (model.generate(pack) for model in (whole[0], parted[0]))
    assert [tokens for tokens, *_ in found] == [tokens for tokens, *_ in wanted]
    assert [gap for *_, gap in found] == pytest.approx([gap for *_, gap in wanted], abs=CLOSE)


def test_a_split_model_says_where_it_computes(whole, parted):
    assert parted[0].describe() == whole[0].describe()


def test_the_self_tests_take_for_a_split_model_what_they_take_for_the_whole_one(whole, parted):
    assert text_verdict(parted[0], ROWS) == text_verdict(whole[0], ROWS) == ("tree/plain", "")
    assert generation_verdict(parted[0], PROMPTS) == generation_verdict(whole[0], PROMPTS) == ("drop", "")


@pytest.mark.parametrize("split", [(True, False), (False, True), (True, True)])
def test_a_pair_that_is_split_diverges_as_the_whole_one(split, whole, parted):
    pack = Pack("divergence", "tree/plain+tree/plain", ROWS)
    mixed = (parted[i] if one else whole[i] for i, one in enumerate(split))
    for found, wanted in zip(PairModel(*mixed).distribution(pack), PairModel(*whole).distribution(pack), strict=True):
        assert min(wanted.forward) > 100 * CLOSE
        for name in ("forward", "reverse", "jensen_shannon", "total_variation"):
            assert getattr(found, name) == pytest.approx(getattr(wanted, name), abs=CLOSE)


@pytest.mark.parametrize("name", ["gemma", "classifier"])
def test_embeddings_on_the_disk_are_found_in_other_models(name, tiny, tmp_path):
    """Gemma ties its output embeddings, and its layers read under two masks; a classifier has no output embeddings."""
    folder, places = OTHERS[name](tiny, tmp_path)
    whole, parted = load_model(ModelSpec(folder)), dispatched(folder, places, tmp_path / "offloaded")
    assert parted.model.device.type == "meta"
    rows = ROWS if name == "gemma" else tuple((job,) for row in ROWS for job in row)
    layout = "tree/layers" if name == "gemma" else "padded"
    wanted, found = (model.score(Pack("score", layout, rows)) for model in (whole, parted))
    assert [one.logprob for one in found] == pytest.approx([one.logprob for one in wanted], abs=CLOSE)
    assert parted.describe() == whole.describe()


def test_in_a_reduced_precision_a_split_model_is_told_in_float32_and_lies_where_it_lay(folders, tmp_path):
    accelerate = pytest.importorskip("accelerate")
    model = load_model(ModelSpec(folders[0], dtype="bfloat16"))
    accelerate.dispatch_model(model.model, PLACES["embeddings on the disk"], main_device="cpu", offload_dir=tmp_path)
    pack = Pack("score", "tree/plain", ROWS)
    before, lying = model.score(pack), [(one.device, one.dtype) for one in model.model.parameters()]
    assert text_verdict(model, ROWS) == ("tree/plain", "")
    assert generation_verdict(model, PROMPTS) == ("drop", "")
    assert [(one.device, one.dtype) for one in model.model.parameters()] == lying
    assert model.score(pack) == before


def test_a_model_is_loaded_to_be_split(folders, whole):
    pytest.importorskip("accelerate")
    pack = Pack("score", "tree/plain", ROWS)
    found = load_model(ModelSpec(folders[0], device="split")).score(pack)
    assert [one.logprob for one in found] == pytest.approx([one.logprob for one in whole[0].score(pack)], abs=1e-4)


def test_what_splits_models_is_named_where_it_is_missing(folders, monkeypatch):
    monkeypatch.setitem(sys.modules, "accelerate", None)
    with pytest.raises(DlsError, match="pip install accelerate"):
        load_model(ModelSpec(folders[0], device="split"))
