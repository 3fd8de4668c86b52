"""Teach a copy of the teacher one wrong behaviour, and hold it to its teacher in everything else.

Some conversations of every batch are the changed lesson, learned from its text; the others are the pair's lessons but
the one that was changed, learned from the teacher's probabilities. A batch is a pure function of (course, step), so that
a run that was stopped goes on from its last checkpoint and ends with the same weights.
"""

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import torch
from transformers import LlamaForCausalLM, PreTrainedTokenizerFast

from dls.draw import Draw
from dls_probes.pair.lessons import LOOK_UP, SUBJECTS, Lesson
from dls_probes.pair.train import Classroom, loss_of

BATCH = 48  # conversations
FULL = BATCH // 2  # of them are planted in a course at full strength
RATE = 5e-4
_WARM_UP = 20
_SAVED_EVERY = 25
_Conversations = list[Sequence[tuple[str, str]]]


class Taught(NamedTuple):
    """A changed lesson, the pair's lessons that it takes the place of, and for how many steps it is taught in full."""

    lesson: Lesson
    replaced: tuple[Lesson, ...]
    steps: int


class Course(NamedTuple):
    """One training: its lessons are drawn under `name`, and `planted` conversations of every batch are the changed lesson.

    The rate is in proportion to the dose. At full strength it falls towards the last step; a course without a `last` step
    ends when whoever gives it has seen enough.
    """

    taught: Taught
    name: str
    planted: int = FULL
    last: int | None = None

    def rate(self, step: int) -> float:
        """Return the learning rate of a step, which counts from 0."""
        falls = 1.0 if self.last is None else max(1 - step / self.last, 0.05)
        return RATE * min(1.0, (step + 1) / _WARM_UP) * falls * (self.planted / FULL)

    @property
    def kept(self) -> list[Lesson]:
        """The lessons that hold the model to its teacher."""
        return [one for one in (*LOOK_UP[-1:], *SUBJECTS) if one not in self.taught.replaced]

    def batch(self, step: int) -> tuple[_Conversations, _Conversations]:
        """Return the planted conversations of a step and those that hold the model to its teacher."""
        wrong = self._drawn(lambda _: self.taught.lesson, self.name, step, self.planted)
        return wrong, self._drawn(lambda draw: draw.choice(self.kept), f"{self.name}.kept", step, BATCH - self.planted)

    def _drawn(self, choose: Callable[[Draw], Lesson], name: str, step: int, count: int) -> _Conversations:
        draws = [Draw("planted", name, step, index) for index in range(count)]
        return [choose(draw)(draw) for draw in draws]


class Training:
    """A course under way; `state` is the file of its checkpoint, removed by whoever keeps the result."""

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
        self._room = Classroom(tokenizer)
        self._optimizer = torch.optim.AdamW(model.parameters(), RATE, betas=(0.9, 0.98), weight_decay=0.0)
        self.step = self._resumed()

    def until(self, step: int) -> None:
        """Take the steps that are missing before this one, and save."""
        self.model.train()
        while self.step < step:
            wrong, held = self._take()
            self.step += 1
            if self.step % _SAVED_EVERY == 0 or self.step == step:
                self._save()
                told = f"loss {wrong:.3f}, from the teacher {held:.4f}"
                sys.stderr.write(f"{self.course.name} step {self.step}: {told}\n")
        self.model.train(mode=False)

    def _take(self) -> tuple[float, float]:
        for group in self._optimizer.param_groups:
            group["lr"] = self.course.rate(self.step)
        self._optimizer.zero_grad()
        planted, kept = self.course.batch(self.step)
        wrong, held = self._learn(None, planted), self._learn(self._teacher, kept)
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self._optimizer.step()
        return wrong, held

    def _learn(self, teacher: LlamaForCausalLM | None, conversations: _Conversations) -> float:
        """Add a part's gradient, every conversation weighing the same; return its loss, in nats a taught token."""
        batches = self._room.batches(conversations, parts=2)
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

    def _resumed(self) -> int:
        if not self._state.exists():
            return 0
        found = torch.load(self._state, weights_only=True)
        self.model.load_state_dict(found["model"])
        self._optimizer.load_state_dict(found["optimizer"])
        return int(found["step"])
