"""Classifiers of every kind of body give a text the same answer in every pack, and read to the end of their window."""

import json
import math

import pytest
import torch
import transformers
from tests.reference_probes.records import record_of
from tokenizers import Tokenizer, models, pre_tokenizers, processors

from dls.errors import DlsError
from dls_probes.engine.ledger import Ledger
from dls_probes.models.transformers_model import ModelSpec, load_text
from dls_probes.packs import Budget
from dls_probes.requests import Distribution, Prompt
from dls_probes.runs.open_models import open_model
from dls_probes.runs.run import ProbeRun, elicit_model

LABELS = ("sport", "science", "politics", "none of these")
WINDOW = 40
PAD = 2  # as an id it is neither 0 nor the first: a model that counts its places from there shows it
SPECIAL = ("[CLS]", "[SEP]", "[PAD]", "[UNK]")
ENCODER = {"hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 2, "num_attention_heads": 4}
FAMILIES = {
    "Bert": ENCODER,
    "DistilBert": {"dim": 32, "hidden_dim": 64, "n_layers": 2, "n_heads": 4},
    "Roberta": ENCODER,
    "Electra": {**ENCODER, "embedding_size": 16},
    "DebertaV2": {**ENCODER, "relative_attention": True, "pos_att_type": ["p2c", "c2p"]},
    "Albert": {**ENCODER, "embedding_size": 16},
    "MPNet": ENCODER,
    "Llama": {**ENCODER, "num_key_value_heads": 2},
    "GPT2": {"n_embd": 32, "n_layer": 2, "n_head": 4, "n_positions": WINDOW},
}
COUNTED_FROM_PADDING = {"Roberta", "MPNet"}


def write_tokenizer(folder, *, truncates=False):
    words = {name: i for i, name in enumerate(SPECIAL)} | {f"w{i}": i + 4 for i in range(50)}
    tokenizer = Tokenizer(models.WordLevel(words, unk_token=SPECIAL[3]))
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 0), ("[SEP]", 1)]
    )
    if truncates:
        tokenizer.enable_truncation(8)
        tokenizer.enable_padding(length=12, pad_id=PAD, pad_token=SPECIAL[PAD])
    tokenizer.save(str(folder / "tokenizer.json"))
    named = {"tokenizer_class": "PreTrainedTokenizerFast", "pad_token": SPECIAL[PAD], "unk_token": SPECIAL[3]}
    (folder / "tokenizer_config.json").write_text(json.dumps(named))


def write_classifier(folder, family="Bert", labels=LABELS, seed=0, **more):
    """Save a classifier with random weights, large enough that every token and every mask matters."""
    folder.mkdir(parents=True, exist_ok=True)
    write_tokenizer(folder)
    window = {} if family == "GPT2" else {"max_position_embeddings": WINDOW}
    settings = {
        "vocab_size": 54,
        "pad_token_id": PAD,
        "id2label": dict(enumerate(labels)),
        **window,
        **FAMILIES[family],
    }
    torch.manual_seed(seed)
    config = getattr(transformers, f"{family}Config")(**settings | more)
    model = getattr(transformers, f"{family}ForSequenceClassification")(config)
    with torch.no_grad():
        for one in model.parameters():
            if one.dim() > 1:
                one.mul_(4)
    model.save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    made = {}

    def folder(family):
        if family not in made:
            made[family] = write_classifier(tmp_path_factory.mktemp(family), family)
        return made[family]

    return folder


def texts(longest):
    """Texts of every length, the longest one and a short one among them."""
    return [
        " ".join(f"w{(k * 7 + i * i) % 50}" for i in range(size)) for k, size in enumerate((1, longest, 3, 17, 2, 9))
    ]


def elicit(item):
    spread = yield Distribution(Prompt.user(item["text"]))
    yield record_of(item, logprobs=dict(zip(spread.labels, spread.options, strict=True)))


def asked(folder, ledger, said, budget=None):
    items = [{"id": str(k), "text": text} for k, text in enumerate(said)]
    with open_model(ModelSpec(folder)) as model, Ledger(ledger) as kept:
        return elicit_model(ProbeRun("test", "1.0", elicit, items, 0), model, kept, budget=budget)


def room(family):
    """Words of the longest text, without two special tokens and, for some bodies, the places that no token takes."""
    return WINDOW - 2 - (PAD + 1 if family in COUNTED_FROM_PADDING else 0)


@pytest.mark.parametrize("family", FAMILIES)
def test_a_text_gets_in_any_company_what_the_library_gives_it_alone(folders, family, tmp_path):
    folder = folders(family)
    said = texts(room(family))
    found = asked(folder, tmp_path / "ledger", said, Budget(tokens=6 * WINDOW))
    assert found.layouts["text"][0] == "padded"
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
    model = transformers.AutoModelForSequenceClassification.from_pretrained(folder).eval()
    for text, record in zip(said, found.records, strict=True):
        with torch.no_grad():
            alone = model(**tokenizer(text, return_tensors="pt")).logits[0].double().log_softmax(-1).tolist()
        assert record.logprobs == pytest.approx(dict(zip(LABELS, alone, strict=True)), abs=1e-5)
    assert len({round(record.logprobs["sport"], 6) for record in found.records}) == len(said)


@pytest.mark.parametrize("family", FAMILIES)
def test_a_text_one_token_beyond_the_window_is_refused_by_its_items_id(folders, family, tmp_path):
    longest = room(family) + 2
    with pytest.raises(DlsError, match=rf"item '1': ItemTooLong: {longest + 1} tokens, .* at most {longest}"):
        asked(folders(family), tmp_path / "ledger", ["w1", "w1 " * (longest - 1)])


def test_a_decoder_without_a_padding_token_answers_each_text_alone(tmp_path):
    folder = write_classifier(tmp_path / "model", "Llama", pad_token_id=None)
    found = asked(folder, tmp_path / "ledger", texts(20))
    assert found.layouts["text"][0] == "alone"
    assert all(math.isclose(sum(map(math.exp, one.logprobs.values())), 1, abs_tol=1e-9) for one in found.records)


def test_a_tokenizer_that_would_cut_or_pad_does_neither(tmp_path):
    folder = write_classifier(tmp_path / "model")
    whole = asked(folder, tmp_path / "one", texts(30)).records
    write_tokenizer(folder, truncates=True)
    assert asked(folder, tmp_path / "other", texts(30)).records == whole


@pytest.mark.parametrize(
    ("labels", "more", "complaint"),
    [
        (("score",), {}, "a head with 1 output, which is a score"),
        (LABELS, {"problem_type": "multi_label_classification"}, "a head for multi_label_classification"),
        (LABELS, {"problem_type": "regression"}, "a head for regression"),
        (("a", "b", "a"), {}, "names its labels 'a', 'b', 'a'"),
        (("a", ""), {}, "names its labels 'a', ''"),
    ],
    ids=["one output", "several labels at once", "regression", "twins", "no name"],
)
def test_a_head_that_chooses_no_label_is_refused(tmp_path, labels, more, complaint):
    folder = write_classifier(tmp_path / "model", labels=labels, **more)
    with pytest.raises(DlsError, match=complaint):
        load_text(ModelSpec(folder))
