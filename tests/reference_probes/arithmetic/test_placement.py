"""Every tensor is on the model's device: with models on the `meta` device, no operation of the engine mixes devices.

A meta tensor has no values: here every number that is read from one is 0, and every truth value is a parameter.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import torch
from tests.reference_probes.conftest import build_tokenizer, vocabulary
from tests.reference_probes.records import record_of
from torch.overrides import TorchFunctionMode
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves
from transformers import (
    BertConfig,
    BertForSequenceClassification,
    Gemma3TextConfig,
    LlamaConfig,
    MambaConfig,
    MistralConfig,
)

from dls_probes.engine.ledger import Ledger
from dls_probes.models.pair_model import PairModel
from dls_probes.models.transformers_model import ModelSpec, load_model
from dls_probes.packs import GenerateJob, Pack, TextJob
from dls_probes.requests import Distribution, Generate, Prompt, Score
from dls_probes.runs.open_models import open_model
from dls_probes.runs.run import ProbeRun, elicit_model

SIZES = {
    "hidden_size": 16, "intermediate_size": 16, "num_hidden_layers": 2, "num_attention_heads": 2,
    "num_key_value_heads": 1, "max_position_embeddings": 256,
}  # fmt: skip
COPIES = frozenset({"_to_copy", "to", "copy_"})
READS = frozenset(getattr(torch.Tensor, name) for name in ("item", "tolist", "__bool__", "__int__", "__float__"))
ROWS = (
    (TextJob((0, 5, 6, 7, 8), 3), TextJob((0, 5, 6, 9, 4, 3), 3)),
    (TextJob((0, 7, 6, 7), 2),),
    (TextJob((0, 7, 5, 7), 2),),
)
PROMPTS = (GenerateJob((0, 5, 6, 7), 3), GenerateJob((0, 9), 6, noise=77), GenerateJob((0, 4, 4, 4, 4), 5))


class OneDevice(TorchDispatchMode):
    """Fails on an operation between devices; a scalar tensor may be on any device."""

    operations = 0

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        tensors = [leaf for leaf in tree_leaves((args, kwargs)) if isinstance(leaf, torch.Tensor)]
        places = {tensor.device.type for tensor in tensors if tensor.dim()}
        self.operations += "meta" in places
        if func.overloadpacket.__name__ == "nonzero" and places == {"meta"}:
            return torch.zeros((tensors[0].shape[0], tensors[0].dim()), dtype=torch.int64, device="meta")
        assert len(places) < 2 or func.overloadpacket.__name__ in COPIES, f"{func} between {sorted(places)}"
        return func(*args, **(kwargs or {}))


class Readable(TorchFunctionMode):
    """Gives values to meta tensors that are read: `truth` for every truth value, 0 for every number."""

    def __init__(self, truth: bool) -> None:  # noqa: FBT001
        super().__init__()
        self.truth = truth

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        if func in READS and args[0].device.type == "meta":
            kind = args[0].dtype
            values = torch.full(args[0].shape, self.truth if kind == torch.bool else 0, dtype=kind)
            return func(values)
        return func(*args, **(kwargs or {}))


@pytest.fixture(params=[True, False])
def elsewhere(request: pytest.FixtureRequest) -> Callable[[], Any]:
    """Return the context in which the models run after they were loaded and moved."""

    @contextmanager
    def context() -> Iterator[None]:
        with Readable(request.param), OneDevice() as mode:
            yield
        assert mode.operations > 20

    return context


@pytest.fixture(scope="module")
def folders(tiny: Any, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    window = {"sliding_window": 4, "layer_types": ["sliding_attention", "full_attention"], "head_dim": 8}
    classifier = tmp_path_factory.mktemp("classifier")
    build_tokenizer(classifier)
    size = vocabulary(classifier)
    heads = {name: value for name, value in SIZES.items() if name != "num_key_value_heads"}
    BertForSequenceClassification(BertConfig(vocab_size=size, num_labels=3, pad_token_id=1, **heads)).save_pretrained(
        classifier
    )
    return {
        "plain": tiny(LlamaConfig, **SIZES),
        "layers": tiny(Gemma3TextConfig, **SIZES, **window),
        "states": tiny(MambaConfig, hidden_size=16, num_hidden_layers=2, state_size=4),
        "window": tiny(MistralConfig, **SIZES, sliding_window=4),
        "classifier": classifier,
    }


def on_meta(folder: Any) -> Any:
    model = load_model(ModelSpec(folder))
    model.model.to("meta")
    return model


@pytest.mark.parametrize(
    ("name", "layout"),
    [
        ("plain", "tree/plain"),
        ("layers", "tree/layers"),
        ("window", "tree/window"),
        ("plain", "padded"),
        ("layers", "padded"),
    ],
)
def test_given_text_is_read_where_the_model_is(name, layout, folders, elsewhere):
    model = on_meta(folders[name])
    rows = ROWS if layout.startswith("tree") else tuple((job,) for row in ROWS for job in row)
    with elsewhere():
        assert len(model.score(Pack("score", layout, rows))) == 4
        after = (TextJob((0, 7, 6), 3, options=(3, 4), after=True),)
        assert len(model.distribution(Pack("distribution", layout, (*rows, after)))) == 5


@pytest.mark.parametrize("name", ["plain", "layers", "window"])
@pytest.mark.parametrize(
    ("layout", "prompts"), [("drop", PROMPTS), ("keep", PROMPTS), ("equal", PROMPTS[:1] * 2), ("alone", PROMPTS[1:2])]
)
def test_answers_are_generated_where_the_model_is(layout, prompts, name, folders, elsewhere):
    model = on_meta(folders[name])
    with elsewhere():
        assert len(model.generate(Pack("generate", layout, tuple((job,) for job in prompts)))) == len(prompts)


def elicit(item: Any) -> Any:
    prompt = Prompt.user(item["text"])
    scores = yield [Score(prompt, "a red box", end=True), Score(prompt, "green")]
    answers = yield [Generate(prompt, 3), Generate(prompt, 4, sample=0)]
    distribution = yield Distribution(prompt, options=("a", "not"))
    yield record_of(
        item, scores=len(scores), lengths=[len(answer.tokens) for answer in answers], options=len(distribution.options)
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "layouts"),
    [("plain", ("tree/plain", "drop")), ("layers", ("tree/layers", "drop")), ("states", ("padded", "equal"))],
)
def test_a_whole_run_is_where_the_model_is(name, layouts, folders, elsewhere, tmp_path):
    """The library's loop reads its end from a meta tensor: where that is true, it ends with the first token."""
    items = [{"id": str(k), "text": "what is " + "3 + " * k + "4 ?"} for k in range(3)]
    with open_model(ModelSpec(folders[name])) as model, Ledger(tmp_path / "ledger") as ledger:
        model.executor.model.model.to("meta")
        with elsewhere():
            result = elicit_model(ProbeRun("test", "1.0", elicit, items, 1), model, ledger)
    assert tuple(layout for layout, _ in (result.layouts["text"], result.layouts["generate"])) == layouts
    assert not result.error_ids
    assert {tuple(record.lengths) for record in result.records} <= {(3, 4)} | (
        {(1, 1)} if "equal" in layouts else set()
    )


def test_divergences_are_computed_where_the_models_are(folders, elsewhere):
    models = [on_meta(folders[name]) for name in ("plain", "window")]
    with elsewhere():
        assert len(PairModel(*models).distribution(Pack("divergence", "tree/plain+tree/window", ROWS))) == 4


def test_a_student_elsewhere_is_compared_where_the_teacher_is(folders, elsewhere):
    pair = PairModel(on_meta(folders["plain"]), load_model(ModelSpec(folders["window"])))
    with elsewhere():
        assert len(pair.distribution(Pack("divergence", "tree/plain+tree/window", ROWS))) == 4


def test_a_classifier_reads_where_it_is(folders, elsewhere):
    model = on_meta(folders["classifier"])
    jobs = ((TextJob((5, 6, 7), 3),), (TextJob((5, 6), 2),))
    with elsewhere():
        assert len(model.distribution(Pack("distribution", "padded", jobs))) == 2
