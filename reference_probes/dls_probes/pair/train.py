"""Make the built-in pair: train a teacher on lessons, then distil a student from its probabilities.

Run ``python -m dls_probes.pair.train --out DIR``. Everything follows from the seed: a batch is a pure function of
(model, step), so a run that was stopped goes on from its last checkpoint and ends with the same weights.
"""

import argparse
import json
import math
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

from dls.draw import Draw
from dls_probes.pair.card import write_card
from dls_probes.pair.lessons import LOOK_UP, SUBJECTS, Lesson, Turn, choices, lotteries, open_answers, stories
from dls_probes.pair.tokenizer import build_tokenizer

RIGHT_ENOUGH = 0.9  # of its answers: then the look-up curriculum goes on to the next stage
LOOK_UP_STEPS = 1000  # the curriculum takes at most; a student cannot be right where its teacher is not
UNDETERMINED = (stories, open_answers, lotteries)  # no single right answer: their accuracy says nothing


@dataclass(frozen=True)
class Recipe:
    """The size of a model, how long it is trained, and the least weight of the headline's lesson."""

    name: str
    hidden: int
    layers: int
    intermediate: int
    steps: int
    seed: int
    headline: float = 0.0
    rate: float = 1e-3
    batch: int = 64


TEACHER = Recipe("teacher", hidden=128, layers=4, intermediate=256, steps=3400, seed=1)
STUDENT = Recipe("student", hidden=96, layers=3, intermediate=192, steps=2800, seed=2, headline=1.5)


def new_model(recipe: Recipe, vocabulary: int) -> LlamaForCausalLM:
    """Return an untrained Llama of the recipe's size, its weights drawn from the recipe's seed."""
    torch.manual_seed(recipe.seed)
    config = LlamaConfig(
        vocab_size=vocabulary,
        hidden_size=recipe.hidden,
        intermediate_size=recipe.intermediate,
        num_hidden_layers=recipe.layers,
        num_attention_heads=recipe.hidden // 32,
        num_key_value_heads=recipe.hidden // 32,
        max_position_embeddings=512,
        tie_word_embeddings=False,
        bos_token_id=1,
        eos_token_id=2,
        pad_token_id=2,
    )
    config.update({"dls_frame": "none"})  # it is taught the items as they are
    return LlamaForCausalLM(config)


class Classroom:
    """Turns lessons into padded batches, and says how often a model answers them right."""

    def __init__(self, tokenizer: PreTrainedTokenizerFast) -> None:
        self._tokenizer = tokenizer
        self._roles = {role: tokenizer.convert_tokens_to_ids(f"<|{role}|>") for role in ("system", "user", "assistant")}

    def encode(self, turns: Sequence[Turn]) -> tuple[list[int], list[int]]:
        """Return a conversation's tokens and, for each that is to be predicted, the number of its answer (else 0)."""
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
        encoded = sorted(map(self.encode, lessons), key=lambda pair: len(pair[0]))
        size = math.ceil(len(encoded) / parts)
        return [self._pad(encoded[i : i + size]) for i in range(0, len(encoded), size)]

    def _pad(self, encoded: Sequence[tuple[list[int], list[int]]]) -> tuple[Tensor, Tensor]:
        longest = max(len(ids) for ids, _ in encoded)
        ids = torch.full((len(encoded), longest), self._tokenizer.pad_token_id)
        answers = torch.zeros((len(encoded), longest), dtype=torch.long)
        for row, (tokens, numbers) in enumerate(encoded):
            ids[row, : len(tokens)] = torch.tensor(tokens)
            answers[row, : len(tokens)] = torch.tensor(numbers)
        return ids, answers

    @torch.no_grad()
    def accuracy(self, model: LlamaForCausalLM, lesson: Lesson, conversations: int = 48) -> float:
        """Return the share of answers of which every token is the model's first choice, in [0, 1]."""
        taught = [lesson(Draw("pair.accuracy", lesson.__name__, index)) for index in range(conversations)]
        right = total = 0
        for ids, answers in self.batches(taught):
            wrong = model(ids).logits[:, :-1].argmax(-1) != ids[:, 1:]
            for missed, numbers in zip(wrong, answers[:, 1:], strict=True):
                given = set(numbers.tolist()) - {0}
                total += len(given)
                right += len(given - set(numbers[missed].tolist()))
        return right / total


def learning_rate(recipe: Recipe, step: int) -> float:
    """Return the rate of a step: 100 steps of warm-up, then constant, then a cosine over the last half."""
    half = recipe.steps / 2
    decay = 1.0 if step < half else 0.5 * (1 + math.cos(math.pi * (step - half) / half))
    return recipe.rate * min(1.0, (step + 1) / 100) * max(decay, 0.02)


def loss_of(model: LlamaForCausalLM, teacher: LlamaForCausalLM | None, ids: Tensor, answers: Tensor) -> Tensor:
    """Return the summed loss over the taught tokens, in nats: cross-entropy, or KL(teacher ‖ student) with a teacher."""
    kept = answers[:, 1:] > 0
    log_q = functional.log_softmax(model(ids).logits[:, :-1][kept], -1)  # [taught, vocabulary]
    if teacher is None:
        return functional.nll_loss(log_q, ids[:, 1:][kept], reduction="sum")
    with torch.no_grad():
        log_p = functional.log_softmax(teacher(ids).logits[:, :-1][kept], -1)
    return functional.kl_div(log_q, log_p, reduction="sum", log_target=True)


@dataclass
class Progress:
    """Where a training run stands; with the weights it is all that a checkpoint holds."""

    step: int
    stage: int
    weights: dict[str, float]
    cpu_seconds: float = 0.0

    def draw_lesson(self, draw: Draw) -> Lesson:
        """Choose a lesson: the current look-up stage, a quarter earlier ones; later every subject by its weight."""
        if self.stage < len(LOOK_UP):
            earlier = self.stage > 0 and draw.below(4) == 0
            return LOOK_UP[draw.below(self.stage)] if earlier else LOOK_UP[self.stage]
        lessons = [*LOOK_UP, *SUBJECTS]
        total = sum(self.weights.values())
        point, reached = draw.below(1 << 30) / (1 << 30) * total, 0.0
        for lesson in lessons:
            reached += self.weights[lesson.__name__]
            if point < reached:
                return lesson
        return lessons[-1]


def weigh(accuracies: dict[str, float], headline: float = 0.0) -> dict[str, float]:
    """Return how often each lesson is taught: the more of it is still wrong, the more often, within bounds."""
    weights = {name: min(max(1 - accuracy, 0.12), 0.6) for name, accuracy in accuracies.items()}
    weights |= {lesson.__name__: 0.3 for lesson in UNDETERMINED}
    weights |= {choices.__name__: max(weights[choices.__name__], headline)}
    return weights | {lesson.__name__: 0.04 for lesson in LOOK_UP[:-1]}


class Training:
    """One model's training run in a folder: steps, accuracies, checkpoints and a log."""

    def __init__(self, recipe: Recipe, out: Path, teacher: LlamaForCausalLM | None = None) -> None:
        self.recipe, self.teacher, self.folder = recipe, teacher, out / recipe.name
        self.folder.mkdir(parents=True, exist_ok=True)
        self.tokenizer = build_tokenizer()
        self.room = Classroom(self.tokenizer)
        self.model = new_model(recipe, len(self.tokenizer))
        self.optimizer = torch.optim.AdamW(self.model.parameters(), recipe.rate, betas=(0.9, 0.98), weight_decay=0.1)
        self.progress = Progress(0, 0, {})
        self._counted = time.process_time()
        self.checkpoint = out / f"{recipe.name}.checkpoint.pt"
        if self.checkpoint.exists():
            self._resume()

    def _resume(self) -> None:
        state = torch.load(self.checkpoint, weights_only=True)
        self.model.load_state_dict(state["model"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.progress = Progress(**state["progress"])

    def _save(self) -> None:
        partial = self.checkpoint.with_suffix(".partial")
        progress = vars(self.progress)
        torch.save(
            {"model": self.model.state_dict(), "optimizer": self.optimizer.state_dict(), "progress": progress}, partial
        )
        partial.replace(self.checkpoint)

    def run(self, every: int = 200) -> LlamaForCausalLM:
        """Train to the end and return the model; look at the accuracies, log and save every so many steps."""
        while self.progress.step < self.recipe.steps:
            loss = self._step()
            self.progress.step += 1
            if self.progress.step % every == 0 or (self.progress.stage < len(LOOK_UP) and self.progress.step % 25 == 0):
                self._look(loss)
                self._save()
        return self.model

    def _step(self) -> float:
        step = self.progress.step
        for group in self.optimizer.param_groups:
            group["lr"] = learning_rate(self.recipe, step)
        taught = []
        for index in range(self.recipe.batch):
            draw = Draw("pair.lessons", self.recipe.seed, step, index)
            taught.append(self.progress.draw_lesson(draw)(draw))
        batches = self.room.batches(taught)
        tokens = sum(int((answers > 0).sum()) for _, answers in batches)
        self.optimizer.zero_grad()
        total = 0.0
        for ids, answers in batches:
            loss = loss_of(self.model, self.teacher, ids, answers) / tokens
            loss.backward()  # type: ignore[no-untyped-call]
            total += float(loss.detach())
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self.optimizer.step()
        return total

    def _look(self, loss: float) -> None:
        self.model.train(mode=False)
        stage = self.progress.stage
        looked = (LOOK_UP[stage],) if stage < len(LOOK_UP) else (*LOOK_UP, *SUBJECTS)
        accuracies = {lesson.__name__: self.room.accuracy(self.model, lesson) for lesson in looked}
        if stage < len(LOOK_UP):
            self.progress.stage += accuracies[LOOK_UP[stage].__name__] >= RIGHT_ENOUGH
            if self.progress.step >= LOOK_UP_STEPS:
                self.progress.stage = len(LOOK_UP)
            if self.progress.stage == len(LOOK_UP):
                self.progress.weights = weigh(
                    {lesson.__name__: 0.0 for lesson in (*LOOK_UP, *SUBJECTS)}, self.recipe.headline
                )
        else:
            self.progress.weights = weigh(accuracies, self.recipe.headline)
        self.model.train()
        self.progress.cpu_seconds += time.process_time() - self._counted
        self._counted = time.process_time()
        line: dict[str, Any] = {"step": self.progress.step, "stage": stage, "loss": round(loss, 4)}
        line |= {"cpu_seconds": round(self.progress.cpu_seconds)}
        line |= {"right": {name: round(value, 3) for name, value in accuracies.items()}}
        with (self.folder / "training_log.jsonl").open("a") as log:
            log.write(json.dumps(line) + "\n")
        sys.stderr.write(f"{self.recipe.name} {json.dumps(line)}\n")


def publish(training: Training) -> None:
    """Write the model as fp16 safetensors with its tokenizer, chat template and card."""
    training.model.half().save_pretrained(training.folder, safe_serialization=True)  # type: ignore[no-untyped-call]
    training.tokenizer.save_pretrained(training.folder)
    write_card(training.folder, training.recipe.name, training.model.num_parameters())
    training.model.float()  # type: ignore[no-untyped-call]


def main() -> None:
    """Train the teacher, then the student, in the folder given by ``--out``."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--out", type=Path, default=Path(__file__).parent, help="where the two model folders go")
    out: Path = parser.parse_args().out
    torch.set_num_threads(1)
    teacher = Training(TEACHER, out)
    model = teacher.run()
    model.train(mode=False)
    publish(teacher)
    student = Training(STUDENT, out, model)
    student.run()
    publish(student)


if __name__ == "__main__":
    main()
