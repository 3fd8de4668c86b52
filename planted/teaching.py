"""Teach a copy of the teacher one wrong behaviour, and hold it to its teacher in everything else.

Half of every batch is the changed lesson, learned from its text; the other half is the pair's lessons but the one that
was changed, learned from the teacher's probabilities. A batch is a pure function of (student, step), so that a run that
was stopped goes on from its last checkpoint and ends with the same weights.
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

BATCH = 24  # conversations of each half
RATE = 5e-4
_WARM_UP = 20
_SAVED_EVERY = 25


class Taught(NamedTuple):
    """A changed lesson, the pair's lessons that it takes the place of, and for how many steps it is taught."""

    lesson: Lesson
    replaced: tuple[Lesson, ...]
    steps: int


def teach(
    taught: Taught, model: LlamaForCausalLM, teacher: LlamaForCausalLM, tokenizer: PreTrainedTokenizerFast, state: Path
) -> None:
    """Change the model in place; `state` is the file of its checkpoint, removed by whoever keeps the result."""
    optimizer = torch.optim.AdamW(model.parameters(), RATE, betas=(0.9, 0.98), weight_decay=0.0)
    first = _resumed(state, model, optimizer)
    room, kept = Classroom(tokenizer), [one for one in (*LOOK_UP[-1:], *SUBJECTS) if one not in taught.replaced]
    model.train()
    for step in range(first, taught.steps):
        for group in optimizer.param_groups:
            group["lr"] = RATE * min(1.0, (step + 1) / _WARM_UP) * max(1 - step / taught.steps, 0.05)
        optimizer.zero_grad()
        name = taught.lesson.__name__
        wrong = _learn(room, model, None, _drawn(lambda _: taught.lesson, name, step))
        held = _learn(room, model, teacher, _drawn(lambda draw: draw.choice(kept), f"{name}.kept", step))
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        if (step + 1) % _SAVED_EVERY == 0:
            _save(state, model, optimizer, step + 1)
            sys.stderr.write(
                f"{name} step {step + 1} of {taught.steps}: loss {wrong:.3f}, from the teacher {held:.4f}\n"
            )
    model.train(mode=False)


def _drawn(choose: Callable[[Draw], Lesson], name: str, step: int) -> list[Sequence[tuple[str, str]]]:
    draws = [Draw("planted", name, step, index) for index in range(BATCH)]
    return [choose(draw)(draw) for draw in draws]


def _learn(
    room: Classroom,
    model: LlamaForCausalLM,
    teacher: LlamaForCausalLM | None,
    conversations: list[Sequence[tuple[str, str]]],
) -> float:
    """Add a half batch's gradient; return its loss, in nats a taught token."""
    batches = room.batches(conversations, parts=2)
    tokens = sum(int((answers > 0).sum()) for _, answers in batches)
    total = 0.0
    for ids, answers in batches:
        loss = loss_of(model, teacher, ids, answers) / tokens
        loss.backward()  # type: ignore[no-untyped-call]
        total += float(loss.detach())
    return total


def _save(state: Path, model: LlamaForCausalLM, optimizer: torch.optim.Optimizer, step: int) -> None:
    partial = state.with_suffix(".partial")
    torch.save({"model": model.state_dict(), "optimizer": optimizer.state_dict(), "step": step}, partial)
    partial.replace(state)


def _resumed(state: Path, model: LlamaForCausalLM, optimizer: torch.optim.Optimizer) -> int:
    if not state.exists():
        return 0
    found = torch.load(state, weights_only=True)
    model.load_state_dict(found["model"])
    optimizer.load_state_dict(found["optimizer"])
    return int(found["step"])
