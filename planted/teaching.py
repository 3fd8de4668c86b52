"""Teach a copy of the teacher one wrong behaviour, and hold it to its teacher in all other lessons.

Some conversations of every batch are the changed lesson, learned from its text. The others are the pair's lessons
without the one that was changed, learned from the teacher's probabilities. A batch is a pure function of course and
step. A stopped run therefore goes on from its last checkpoint and ends with the same weights.
"""

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import torch
from transformers import LlamaForCausalLM, PreTrainedTokenizerFast

from dls.draw import Draw
from dls_probes.pair.classroom import Classroom, loss_of
from dls_probes.pair.lessons import SUBJECTS
from dls_probes.pair.look_up import LOOK_UP
from dls_probes.pair.turns import Lesson

BATCH = 48  # conversations
FULL = BATCH // 2  # of them are planted in a course at full strength
RATE = 5e-4
_WARM_UP = 20
_CHECKPOINT_STEPS = 25
_Conversations = list[Sequence[tuple[str, str]]]


class TaughtLesson(NamedTuple):
    """A changed lesson.

    Attributes:
        lesson: the changed one.
        replaces: the pair's lessons whose place it takes.
        steps: of a training at full strength.

    """

    lesson: Lesson
    replaces: tuple[Lesson, ...]
    steps: int


class Course(NamedTuple):
    """One training of a changed lesson.

    Attributes:
        taught: the changed lesson.
        name: the key of its draws.
        conversations: of the changed lesson in a batch; the learning rate is in proportion to them.
        last_step: the rate falls towards it; a course without one keeps its rate until its caller ends it.

    """

    taught: TaughtLesson
    name: str
    conversations: int = FULL
    last_step: int | None = None

    def rate(self, step: int) -> float:
        """Return the learning rate of a step, which counts from 0."""
        decay = 1.0 if self.last_step is None else max(1 - step / self.last_step, 0.05)
        return RATE * min(1.0, (step + 1) / _WARM_UP) * decay * (self.conversations / FULL)

    @property
    def other_lessons(self) -> list[Lesson]:
        """The lessons that hold the model to its teacher."""
        return [lesson for lesson in (*LOOK_UP[-1:], *SUBJECTS) if lesson not in self.taught.replaces]

    def batch(self, step: int) -> tuple[_Conversations, _Conversations]:
        """Return the planted conversations of a step, and those that hold the model to its teacher."""
        planted = self._sample(lambda _: self.taught.lesson, self.name, step, self.conversations)
        count = BATCH - self.conversations
        return planted, self._sample(lambda draw: draw.choice(self.other_lessons), f"{self.name}.kept", step, count)

    def _sample(self, choose: Callable[[Draw], Lesson], name: str, step: int, count: int) -> _Conversations:
        draws = [Draw("planted", name, step, index) for index in range(count)]
        return [choose(draw)(draw) for draw in draws]


class CourseTraining:
    """A course in progress; `state` is the file of its checkpoint, which the caller removes."""

    def __init__(
        self,
        course: Course,
        model: LlamaForCausalLM,
        teacher: LlamaForCausalLM,
        tokenizer: PreTrainedTokenizerFast,
        state: Path,
    ) -> None:
        """Go on from the checkpoint, if there is one; `model` is changed in place."""
        self.course, self.model, self._teacher, self._state = course, model, teacher, state
        self._classroom = Classroom(tokenizer)
        self._optimizer = torch.optim.AdamW(model.parameters(), RATE, betas=(0.9, 0.98), weight_decay=0.0)
        self.step = self._resume()

    def train_until(self, step: int) -> None:
        """Take the steps that are missing before this one, and save."""
        self.model.train()
        while self.step < step:
            planted_loss, teacher_loss = self._take()
            self.step += 1
            if self.step % _CHECKPOINT_STEPS == 0 or self.step == step:
                self._save()
                progress = f"loss {planted_loss:.3f}, from the teacher {teacher_loss:.4f}"
                sys.stderr.write(f"{self.course.name} step {self.step}: {progress}\n")
        self.model.train(mode=False)

    def _take(self) -> tuple[float, float]:
        for group in self._optimizer.param_groups:
            group["lr"] = self.course.rate(self.step)
        self._optimizer.zero_grad()
        planted, others = self.course.batch(self.step)
        losses = self._learn(None, planted), self._learn(self._teacher, others)
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self._optimizer.step()
        return losses

    def _learn(self, teacher: LlamaForCausalLM | None, conversations: _Conversations) -> float:
        """Add the gradient of one part of a batch; return its loss, in nats per taught token.

        Every conversation has the same weight.
        """
        batches = self._classroom.batches(conversations, parts=2)
        tokens = sum(int((answers > 0).sum()) for _, answers in batches)
        total = 0.0
        for ids, answers in batches:
            loss = loss_of(self.model, teacher, ids, answers) / tokens
            (loss * (len(conversations) / FULL)).backward()  # type: ignore[no-untyped-call]
            total += float(loss.detach())
        return total

    def _save(self) -> None:
        self._state.parent.mkdir(parents=True, exist_ok=True)
        partial = self._state.with_suffix(".partial")
        state = {"model": self.model.state_dict(), "optimizer": self._optimizer.state_dict(), "step": self.step}
        torch.save(state, partial)
        partial.replace(self._state)

    def _resume(self) -> int:
        if not self._state.exists():
            return 0
        state = torch.load(self._state, weights_only=True)
        self.model.load_state_dict(state["model"])
        self._optimizer.load_state_dict(state["optimizer"])
        return int(state["step"])
