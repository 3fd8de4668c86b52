# ruff: noqa: INP001, T201
"""Train a pair of language classifiers: a BERT of four layers, and a DistilBERT of one that learns from its logits.

    pip install --no-deps 'django==5.2.*' 'wagtail==7.4.*'
    python examples/classifiers/train.py --out languages

writes `teacher` and `student` (ordinary model folders), `test.csv` (text, label), `scope.csv` (text, label, abstain),
the profile `language_routing.yaml`, and `words.yaml`, the answers of a person about the pair. It takes two and a half
minutes of one CPU.
"""

import argparse
import csv
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import torch
from texts import LABELS, OTHER, Message, counted, messages
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers
from torch import Tensor
from torch.nn.functional import cross_entropy, kl_div, log_softmax
from torch.nn.utils.rnn import pad_sequence
from torch.optim import AdamW
from transformers import (
    BertConfig,
    BertForSequenceClassification,
    DistilBertConfig,
    DistilBertForSequenceClassification,
    PreTrainedTokenizerFast,
)

SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]")
VOCABULARY, WINDOW, BATCH = 4000, 256, 32
TEACHER = {"hidden_size": 96, "intermediate_size": 192, "num_hidden_layers": 4, "num_attention_heads": 4}
STUDENT = {"dim": 48, "hidden_dim": 96, "n_layers": 1, "n_heads": 4}
EPOCHS, WARM_UP = 4, 0.1
TEMPERATURE = 2.0


def main() -> None:
    """Train both and write everything that a run needs."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--out", type=Path, default=Path("languages"), metavar="DIR", help="default: languages")
    parser.add_argument(
        "--packages", type=Path, metavar="DIR", help="where the packages lie unpacked, if not installed"
    )
    arguments = parser.parse_args()
    torch.manual_seed(0)
    torch.set_num_threads(1)
    named, unseen = messages(arguments.packages)
    learnt = [message for message in named if message.learnt]
    asked = [message for message in named if not message.learnt and message.label != OTHER]
    print(f"learnt from {counted(learnt)}")
    print(f"asked about {counted(asked)} and {len(unseen)} texts of languages that were never seen")
    arguments.out.mkdir(parents=True, exist_ok=True)
    _write_data(arguments.out, asked, unseen)
    _train(arguments.out, learnt)


def _write_data(out: Path, asked: Sequence[Message], unseen: Sequence[Message]) -> None:
    with (out / "test.csv").open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(("text", "label"))
        rows.writerows((message.text, message.label) for message in asked)
    with (out / "scope.csv").open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(("text", "label", "abstain"))
        rows.writerows((message.text, message.label, OTHER) for message in asked)
        rows.writerows((message.text, "", OTHER) for message in unseen)
    for name in ("language_routing.yaml", "words.yaml"):
        shutil.copy(Path(__file__).with_name(name), out)


def _train(out: Path, learnt: Sequence[Message]) -> None:
    tokenizer = _tokenizer([message.text for message in learnt])
    names = list(LABELS)
    texts = tokenizer([message.text for message in learnt])["input_ids"]
    right = torch.tensor([names.index(message.label) for message in learnt])
    common = {"vocab_size": len(tokenizer), "max_position_embeddings": WINDOW, "pad_token_id": 0}

    teacher = BertForSequenceClassification(BertConfig(**common, **TEACHER, **_labels(names)))
    optimiser = AdamW(teacher.parameters())
    for rows, tokens, present, share in _batches(texts):
        loss = cross_entropy(teacher(input_ids=tokens, attention_mask=present).logits, right[rows])
        _step(optimiser, loss, 1e-3 * share)
    teacher.eval()

    # the student lists its labels the other way round: what is asked later goes by their names
    student = DistilBertForSequenceClassification(DistilBertConfig(**common, **STUDENT, **_labels(names[::-1])))
    optimiser = AdamW(student.parameters())
    for _, tokens, present, share in _batches(texts):
        with torch.no_grad():
            wanted = teacher(input_ids=tokens, attention_mask=present).logits.flip(-1) / TEMPERATURE
        given = student(input_ids=tokens, attention_mask=present).logits / TEMPERATURE
        loss = kl_div(log_softmax(given, -1), log_softmax(wanted, -1), log_target=True, reduction="batchmean")
        _step(optimiser, loss * TEMPERATURE**2, 3e-3 * share)

    for name, model in (("teacher", teacher), ("student", student)):
        model.save_pretrained(out / name)
        tokenizer.save_pretrained(out / name)
        print(f"{name}: {sum(one.numel() for one in model.parameters()):,} parameters in {out / name}")


def _labels(names: Sequence[str]) -> dict[str, Any]:
    return {"id2label": dict(enumerate(names)), "label2id": {name: i for i, name in enumerate(names)}}


def _tokenizer(texts: Sequence[str]) -> PreTrainedTokenizerFast:
    learning = Tokenizer(models.WordPiece(unk_token=SPECIAL[1]))
    learning.normalizer = normalizers.Sequence([normalizers.NFC(), normalizers.Lowercase()])
    learning.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    learning.decoder = decoders.WordPiece()
    learning.train_from_iterator(texts, trainers.WordPieceTrainer(vocab_size=VOCABULARY, special_tokens=list(SPECIAL)))
    learning.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    names = dict(zip(("pad_token", "unk_token", "cls_token", "sep_token"), SPECIAL, strict=True))
    return PreTrainedTokenizerFast(tokenizer_object=learning, model_max_length=WINDOW, **names)


def _batches(texts: Sequence[Sequence[int]]) -> Iterator[tuple[Tensor, Tensor, Tensor, float]]:
    """Yield rows, tokens and mask of batches of similar length in a random order, and the share of the full rate.

    The learning rate is that share of the full one; it rises from nothing and falls to nothing again.
    """
    by_length = torch.tensor(sorted(range(len(texts)), key=lambda row: len(texts[row])))
    cuts = by_length.split(BATCH)
    for epoch in range(EPOCHS):
        for step, place in enumerate(torch.randperm(len(cuts)).tolist()):
            chosen = [torch.tensor(texts[row]) for row in cuts[place].tolist()]
            tokens = pad_sequence(chosen, batch_first=True)  # with 0, the id of [PAD]
            done = (epoch + step / len(cuts)) / EPOCHS
            yield cuts[place], tokens, (tokens != 0).long(), min(done / WARM_UP, (1 - done) / (1 - WARM_UP))


def _step(optimiser: AdamW, loss: Tensor, rate: float) -> None:
    for group in optimiser.param_groups:
        group["lr"] = rate
    optimiser.zero_grad()
    loss.backward()
    optimiser.step()


if __name__ == "__main__":
    main()
