import json
import math

import pytest
import torch
from tests.reference_probes.records import record_of
from tokenizers import Tokenizer, models, pre_tokenizers, processors
from transformers import DistilBertConfig, DistilBertForSequenceClassification

from dls.errors import DlsError
from dls_probes.engine.ledger import Ledger
from dls_probes.models.transformers_model import ModelSpec
from dls_probes.packs import Budget
from dls_probes.requests import Distribution, Prompt, Score
from dls_probes.runs.open_models import open_model
from dls_probes.runs.run import ProbeRun, elicit_model

UNKNOWN = "[UNK]"
LABELS = ("sport", "science", "politics")
ITEMS = [
    {"id": str(k), "prompt": Prompt.user(" ".join(f"w{(k * 7 + i) % 50}" for i in range(2 + k % 5)))} for k in range(20)
]


@pytest.fixture(scope="module")
def classifier(tmp_path_factory):
    folder = tmp_path_factory.mktemp("classifier")
    tokenizer = Tokenizer(
        models.WordLevel(
            {"[PAD]": 0, "[CLS]": 1, "[SEP]": 2, UNKNOWN: 3, **{f"w{i}": i + 4 for i in range(50)}}, unk_token=UNKNOWN
        )
    )
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 1), ("[SEP]", 2)]
    )
    tokenizer.save(str(folder / "tokenizer.json"))
    (folder / "tokenizer_config.json").write_text(
        json.dumps({"tokenizer_class": "PreTrainedTokenizerFast", "pad_token": "[PAD]"})
    )
    torch.manual_seed(0)
    config = DistilBertConfig(
        vocab_size=54,
        dim=32,
        hidden_dim=64,
        n_layers=2,
        n_heads=4,
        max_position_embeddings=16,
        initializer_range=0.5,
        id2label=dict(enumerate(LABELS)),
    )
    DistilBertForSequenceClassification(config).save_pretrained(folder)
    return folder


def elicit(item):
    spread = yield Distribution(item["prompt"], options=LABELS[::-1])
    yield record_of(item, options=spread.options, entropy=spread.entropies[0], label=LABELS[spread.top[0]])


def test_a_classifier_answers_with_its_distribution_over_labels(classifier, tmp_path):
    with open_model(ModelSpec(classifier)) as model, Ledger(tmp_path / "ledger") as ledger:
        records = elicit_model(
            ProbeRun("test", "1.0", elicit, ITEMS, 0), model, ledger, budget=Budget(tokens=24)
        ).records
        for item, record in zip(ITEMS, records, strict=True):
            ids = model.text.tokenizer(item["prompt"].messages[0].content)["input_ids"]
            with torch.no_grad():
                p = model.executor.model.model(torch.tensor([ids])).logits[0].double().softmax(-1).tolist()
            assert record.options == pytest.approx([math.log(value) for value in p[::-1]], abs=1e-4)
            assert record.entropy == pytest.approx(-sum(value * math.log(value) for value in p), abs=1e-4)
            assert record.label == LABELS[p.index(max(p))]


def test_a_classifier_scores_no_continuation(classifier, tmp_path):
    def scoring(item):
        yield Score(item["prompt"], "sport")

    with (
        open_model(ModelSpec(classifier)) as model,
        Ledger(tmp_path / "ledger") as ledger,
        pytest.raises(DlsError, match="Distribution over labels"),
    ):
        elicit_model(ProbeRun("test", "1.0", scoring, ITEMS, 0), model, ledger)


def test_an_unknown_label_and_a_text_beyond_the_window_are_the_items_errors(classifier, tmp_path):
    def asking(item):
        yield Distribution(item["prompt"], options=("weather",) if item["id"] == "0" else LABELS)
        yield record_of(item)

    long = {"id": "1", "prompt": Prompt.user("w1 " * 30)}
    for wrong, message in ((ITEMS[0], "no label 'weather'"), (long, "at most 16")):
        with (
            open_model(ModelSpec(classifier)) as model,
            Ledger(tmp_path / wrong["id"]) as ledger,
            pytest.raises(DlsError, match=message),
        ):
            elicit_model(ProbeRun("test", "1.0", asking, [wrong], 0), model, ledger)
