# ruff: noqa: INP001, T201
"""Train a pair of language classifiers: a BERT of four layers, and a DistilBERT of one that learns from its logits.

    pip install --no-deps 'django==5.2.*' 'wagtail==7.4.*'
    python examples/classifiers/train.py --out languages

This writes the model folders `teacher` and `student`, `test.csv` (text, label) and `scope.csv` (text, label, abstain).
It also writes the profile `language_routing.yaml`, and `words.yaml`, the publisher's answers about the pair. It takes
two and a half minutes of one CPU.
"""

import argparse
import csv
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import torch
from texts import LABELS, OTHER, Message, label_counts, messages
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
    """Train both and write the files of a run."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--out", type=Path, default=Path("languages"), metavar="DIR", help="default: languages")
    parser.add_argument(
        "--packages", type=Path, metavar="DIR", help="where the packages lie unpacked, if not installed"
    )
    arguments = parser.parse_args()
    torch.manual_seed(0)
    torch.set_num_threads(1)
    texts, unseen = messages(arguments.packages)
    training = [message for message in texts if message.is_training]
    test = [message for message in texts if not message.is_training and message.label != OTHER]
    tokenizer = _tokenizer([message.text for message in training])
    foreign = [message for message in unseen if tokenizer.unk_token not in tokenizer.tokenize(message.text)]
    print(f"training: {label_counts(training)}")
    print(f"test: {label_counts(test)} and {len(foreign)} texts of languages outside of the training texts")
    arguments.out.mkdir(parents=True, exist_ok=True)
    _write_data(arguments.out, test, foreign)
    print("training the teacher and then the student, a few minutes")
    _train(arguments.out, training, tokenizer)


def _write_data(out: Path, test: Sequence[Message], unseen: Sequence[Message]) -> None:
    with (out / "test.csv").open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(("text", "label"))
        rows.writerows((message.text, message.label) for message in test)
    with (out / "scope.csv").open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(("text", "label", "abstain"))
        rows.writerows((message.text, message.label, OTHER) for message in test)
        rows.writerows((message.text, "", OTHER) for message in unseen)
    for name in ("language_routing.yaml", "words.yaml"):
        shutil.copy(Path(__file__).with_name(name), out)


def _train(out: Path, training: Sequence[Message], tokenizer: PreTrainedTokenizerFast) -> None:
    names = list(LABELS)
    texts = tokenizer([message.text for message in training])["input_ids"]
    right = torch.tensor([names.index(message.label) for message in training])
    common = {"vocab_size": len(tokenizer), "max_position_embeddings": WINDOW, "pad_token_id": 0}
    teacher = BertForSequenceClassification(BertConfig(**common, **TEACHER, **_labels(names)))
    _teach(teacher, texts, right)
    # the student lists its labels in reverse: a run goes by their names
    student = DistilBertForSequenceClassification(DistilBertConfig(**common, **STUDENT, **_labels(names[::-1])))
    _distil(student, teacher, texts)
    for name, model in (("teacher", teacher), ("student", student)):
        model.save_pretrained(out / name)
        tokenizer.save_pretrained(out / name)
        print(f"{name}: {sum(weight.numel() for weight in model.parameters()):,} parameters in {out / name}")


def _teach(teacher: BertForSequenceClassification, texts: Sequence[Sequence[int]], right: Tensor) -> None:
    optimiser = AdamW(teacher.parameters())
    for rows, tokens, mask, share in _batches(texts):
        loss = cross_entropy(teacher(input_ids=tokens, attention_mask=mask).logits, right[rows])
        _step(optimiser, loss, 1e-3 * share)
    teacher.eval()


def _distil(
    student: DistilBertForSequenceClassification,
    teacher: BertForSequenceClassification,
    texts: Sequence[Sequence[int]],
) -> None:
    optimiser = AdamW(student.parameters())
    for _, tokens, mask, share in _batches(texts):
        with torch.no_grad():
            target = teacher(input_ids=tokens, attention_mask=mask).logits.flip(-1) / TEMPERATURE
        logits = student(input_ids=tokens, attention_mask=mask).logits / TEMPERATURE
        loss = kl_div(log_softmax(logits, -1), log_softmax(target, -1), log_target=True, reduction="batchmean")
        _step(optimiser, loss * TEMPERATURE**2, 3e-3 * share)


def _labels(names: Sequence[str]) -> dict[str, Any]:
    return {"id2label": dict(enumerate(names)), "label2id": {name: i for i, name in enumerate(names)}}


def _tokenizer(texts: Sequence[str]) -> PreTrainedTokenizerFast:
    tokenizer = Tokenizer(models.WordPiece(unk_token=SPECIAL[1]))
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFC(), normalizers.Lowercase()])
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.decoder = decoders.WordPiece()
    tokenizer.train_from_iterator(texts, trainers.WordPieceTrainer(vocab_size=VOCABULARY, special_tokens=list(SPECIAL)))
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    names = dict(zip(("pad_token", "unk_token", "cls_token", "sep_token"), SPECIAL, strict=True))
    return PreTrainedTokenizerFast(tokenizer_object=tokenizer, model_max_length=WINDOW, **names)


def _batches(texts: Sequence[Sequence[int]]) -> Iterator[tuple[Tensor, Tensor, Tensor, float]]:
    """Yield rows, tokens and mask of batches of similar length in a random order, and the share of the full rate.

    This share of the full learning rate rises from 0 and falls to 0 again.
    """
    by_length = torch.tensor(sorted(range(len(texts)), key=lambda row: len(texts[row])))
    cuts = by_length.split(BATCH)
    for epoch in range(EPOCHS):
        for step, place in enumerate(torch.randperm(len(cuts)).tolist()):
            batch = [torch.tensor(texts[row]) for row in cuts[place].tolist()]
            tokens = pad_sequence(batch, batch_first=True)  # with 0, the id of [PAD]
            progress = (epoch + step / len(cuts)) / EPOCHS
            yield cuts[place], tokens, (tokens != 0).long(), min(progress / WARM_UP, (1 - progress) / (1 - WARM_UP))


def _step(optimiser: AdamW, loss: Tensor, rate: float) -> None:
    for group in optimiser.param_groups:
        group["lr"] = rate
    optimiser.zero_grad()
    loss.backward()
    optimiser.step()


if __name__ == "__main__":
    main()
