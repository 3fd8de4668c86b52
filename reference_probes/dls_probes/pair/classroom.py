"""Lessons as padded batches of tokens, the share of right answers, and the loss of a batch."""

import math
from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn import functional
from transformers import LlamaForCausalLM, PreTrainedTokenizerFast

from dls.draw import Draw
from dls_probes.pair.turns import Lesson, Turn


class Classroom:
    """Turns lessons into padded batches, and measures how often a model answers them right."""

    def __init__(self, tokenizer: PreTrainedTokenizerFast) -> None:
        self._tokenizer = tokenizer
        self._roles = {role: tokenizer.convert_tokens_to_ids(f"<|{role}|>") for role in ("system", "user", "assistant")}

    def encode(self, turns: Sequence[Turn]) -> tuple[list[int], list[int]]:
        """Return a conversation's tokens and, for each to be predicted, the number of its answer (otherwise 0)."""
        texts = self._tokenizer([text for _, text in turns], add_special_tokens=False)["input_ids"]
        ids, answers = [self._tokenizer.bos_token_id], [0]
        for number, ((role, _), text) in enumerate(zip(turns, texts, strict=True), 1):
            marker = [self._roles[role]] if role in self._roles else []
            body = [*text, self._tokenizer.eos_token_id] if role == "assistant" else text
            ids += [*marker, *body]
            answers += [0] * len(marker) + [number if role in ("assistant", "value") else 0] * len(body)
        return ids, answers

    def batches(self, lessons: Sequence[Sequence[Turn]], parts: int = 4) -> list[tuple[Tensor, Tensor]]:
        """Return ids and answer numbers, both [conversations / parts, longest], the conversations sorted by length."""
        rows = sorted(map(self.encode, lessons), key=lambda pair: len(pair[0]))
        size = math.ceil(len(rows) / parts)
        return [self._pad(rows[i : i + size]) for i in range(0, len(rows), size)]

    def _pad(self, rows: Sequence[tuple[list[int], list[int]]]) -> tuple[Tensor, Tensor]:
        longest = max(len(ids) for ids, _ in rows)
        ids = torch.full((len(rows), longest), self._tokenizer.pad_token_id)
        answers = torch.zeros((len(rows), longest), dtype=torch.long)
        for row, (tokens, numbers) in enumerate(rows):
            ids[row, : len(tokens)] = torch.tensor(tokens)
            answers[row, : len(tokens)] = torch.tensor(numbers)
        return ids, answers

    @torch.no_grad()
    def accuracy(self, model: LlamaForCausalLM, lesson: Lesson, conversations: int = 48) -> float:
        """Return the share of answers whose tokens are all the model's first choice, in [0, 1]."""
        sample = [lesson(Draw("pair.accuracy", lesson.__name__, index)) for index in range(conversations)]
        right = total = 0
        for ids, answers in self.batches(sample):
            wrong = model(ids).logits[:, :-1].argmax(-1) != ids[:, 1:]
            for errors, numbers in zip(wrong, answers[:, 1:], strict=True):
                row_answers = set(numbers.tolist()) - {0}
                total += len(row_answers)
                right += len(row_answers - set(numbers[errors].tolist()))
        return right / total


def loss_of(model: LlamaForCausalLM, teacher: LlamaForCausalLM | None, ids: Tensor, answers: Tensor) -> Tensor:
    """Return the sum of the loss over the answers' tokens, in nats.

    It is the cross-entropy or, with a teacher, KL(teacher ‖ student).
    """
    mask = answers[:, 1:] > 0
    log_q = functional.log_softmax(model(ids).logits[:, :-1][mask], -1)  # [answer tokens, vocabulary]
    if teacher is None:
        return functional.nll_loss(log_q, ids[:, 1:][mask], reduction="sum")
    with torch.no_grad():
        log_p = functional.log_softmax(teacher(ids).logits[:, :-1][mask], -1)
    return functional.kl_div(log_q, log_p, reduction="sum", log_target=True)
