"""Make the built-in pair: train a teacher on lessons, then distil a student from its probabilities.

Run ``python -m dls_probes.pair.train --out DIR``. Everything follows from the seed: a batch is a pure function of model
and step. A stopped run therefore goes on from its last checkpoint and ends with the same weights.
"""

import argparse
import json
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from transformers import LlamaForCausalLM

from dls.draw import Draw
from dls_probes.pair.card import write_card
from dls_probes.pair.classroom import Classroom, loss_of
from dls_probes.pair.lessons import SUBJECTS, choices, lotteries, open_answers, stories
from dls_probes.pair.look_up import LOOK_UP
from dls_probes.pair.recipe import STUDENT, TEACHER, Recipe, learning_rate, new_model
from dls_probes.pair.tokenizer import build_tokenizer
from dls_probes.pair.turns import Lesson

RIGHT_ENOUGH = 0.9  # of its answers: then the look-up curriculum goes on to the next stage
LOOK_UP_STEPS = 1000  # of the curriculum, at most; a student cannot be right where its teacher is not
_LOOK_UP_INTERVAL = 25  # steps
OPEN_LESSONS = (stories, open_answers, lotteries)  # without a single right answer: their accuracy says nothing


@dataclass
class Progress:
    """The state of a training run; a checkpoint holds it, the weights and the optimizer."""

    step: int
    stage: int
    weights: dict[str, float]
    cpu_seconds: float = 0.0

    def draw_lesson(self, draw: Draw) -> Lesson:
        """Return a lesson: the current look-up stage or, one time in four, an earlier one; later any, by its weight."""
        if self.stage < len(LOOK_UP):
            is_repetition = self.stage > 0 and draw.below(4) == 0
            return LOOK_UP[draw.below(self.stage)] if is_repetition else LOOK_UP[self.stage]
        lessons = [*LOOK_UP, *SUBJECTS]
        total = sum(self.weights.values())
        point, cumulative = draw.below(1 << 30) / (1 << 30) * total, 0.0
        for lesson in lessons:
            cumulative += self.weights[lesson.__name__]
            if point < cumulative:
                return lesson
        return lessons[-1]


def weigh(accuracies: dict[str, float], headline: float = 0.0) -> dict[str, float]:
    """Return the weight of each lesson, within bounds: it grows with the share of wrong answers."""
    weights = {name: min(max(1 - accuracy, 0.12), 0.6) for name, accuracy in accuracies.items()}
    weights |= {lesson.__name__: 0.3 for lesson in OPEN_LESSONS}
    weights |= {choices.__name__: max(weights[choices.__name__], headline)}
    return weights | {lesson.__name__: 0.04 for lesson in LOOK_UP[:-1]}


class Training:
    """One model's training run in a folder: steps, accuracies, checkpoints and a log."""

    def __init__(self, recipe: Recipe, out: Path, teacher: LlamaForCausalLM | None = None) -> None:
        self.recipe, self.teacher, self.folder = recipe, teacher, out / recipe.name
        self.folder.mkdir(parents=True, exist_ok=True)
        self.tokenizer = build_tokenizer()
        self.classroom = Classroom(self.tokenizer)
        self.model = new_model(recipe, len(self.tokenizer))
        self.optimizer = torch.optim.AdamW(self.model.parameters(), recipe.rate, betas=(0.9, 0.98), weight_decay=0.1)
        self.progress = Progress(0, 0, {})
        self._last_time = time.process_time()
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

    def run(self, interval: int = 200) -> LlamaForCausalLM:
        """Train to the end and return the model; measure the accuracies, log and save once in `interval` steps."""
        while self.progress.step < self.recipe.steps:
            loss = self._step()
            self.progress.step += 1
            step, in_look_up = self.progress.step, self.progress.stage < len(LOOK_UP)
            if step % interval == 0 or (in_look_up and step % _LOOK_UP_INTERVAL == 0):
                self._evaluate(loss)
                self._save()
        return self.model

    def _step(self) -> float:
        step = self.progress.step
        for group in self.optimizer.param_groups:
            group["lr"] = learning_rate(self.recipe, step)
        lessons = []
        for index in range(self.recipe.batch):
            draw = Draw("pair.lessons", self.recipe.seed, step, index)
            lessons.append(self.progress.draw_lesson(draw)(draw))
        batches = self.classroom.batches(lessons)
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

    def _evaluate(self, loss: float) -> None:
        self.model.train(mode=False)
        stage = self.progress.stage
        lessons = (LOOK_UP[stage],) if stage < len(LOOK_UP) else (*LOOK_UP, *SUBJECTS)
        accuracies = {lesson.__name__: self.classroom.accuracy(self.model, lesson) for lesson in lessons}
        self._advance(accuracies)
        self.model.train()
        self.progress.cpu_seconds += time.process_time() - self._last_time
        self._last_time = time.process_time()
        line: dict[str, Any] = {"step": self.progress.step, "stage": stage, "loss": round(loss, 4)}
        line |= {"cpu_seconds": round(self.progress.cpu_seconds)}
        line |= {"right": {name: round(value, 3) for name, value in accuracies.items()}}
        with (self.folder / "training_log.jsonl").open("a") as log:
            log.write(json.dumps(line) + "\n")
        sys.stderr.write(f"{self.recipe.name} {json.dumps(line)}\n")

    def _advance(self, accuracies: dict[str, float]) -> None:
        """Go on to the next look-up stage if the accuracies allow it; after the look-up, weigh the lessons by them."""
        progress, headline = self.progress, self.recipe.headline
        if progress.stage == len(LOOK_UP):
            progress.weights = weigh(accuracies, headline)
            return
        progress.stage += accuracies[LOOK_UP[progress.stage].__name__] >= RIGHT_ENOUGH
        if progress.step >= LOOK_UP_STEPS:
            progress.stage = len(LOOK_UP)
        if progress.stage == len(LOOK_UP):
            progress.weights = weigh({lesson.__name__: 0.0 for lesson in (*LOOK_UP, *SUBJECTS)}, headline)


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
