"""The students of the matrix: how each is made and what it should lose."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from typing import NamedTuple

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer, LlamaForCausalLM, PreTrainedTokenizerFast

from dls_probes import pair
from dls_probes.pair import lessons as right
from planted import arithmetic, lessons
from planted.teaching import Course, Taught, Training

Change = Callable[[LlamaForCausalLM, PreTrainedTokenizerFast], None]


class Student(NamedTuple):
    """A student and what was done to it.

    `dimension` and `metric` say where the loss was planted; a student without them is a null student (`expected` is
    "preserved") or a broken one ("broken"). `made` is a change of weights or a lesson.
    """

    name: str
    made: Change | Taught
    story: str
    dimension: str = ""
    metric: str = ""
    expected: str = "lost"


def _copy(_model: LlamaForCausalLM, _tokenizer: PreTrainedTokenizerFast) -> None:
    pass


@dataclass(frozen=True)
class Scaled:
    """The head times a factor."""

    factor: float

    def __call__(self, model: LlamaForCausalLM, _: PreTrainedTokenizerFast) -> None:
        """Change the model in place."""
        arithmetic.scale_head(model, self.factor)

    def part(self, share: float) -> str:
        """Say what lies this share of the way from the teacher's weights to the student's."""
        return f"the head times {1 + (self.factor - 1) * share:.4g}"


@dataclass(frozen=True)
class Shifted:
    """Nats on the token that an answer opens with."""

    token: str
    nats: float

    def __call__(self, model: LlamaForCausalLM, tokenizer: PreTrainedTokenizerFast) -> None:
        """Change the model in place."""
        arithmetic.shift_opening(model, tokenizer, tokenizer.vocab[self.token], self.nats)

    def part(self, share: float) -> str:
        """Say what lies this share of the way from the teacher's weights to the student's."""
        return f"{self.nats * share:+.4g} nats"


def _noisy(model: LlamaForCausalLM, _: PreTrainedTokenizerFast) -> None:
    arithmetic.add_noise(model, 0.01, seed=5)


def _untrained(model: LlamaForCausalLM, tokenizer: PreTrainedTokenizerFast) -> None:
    arithmetic.forget(model, len(tokenizer))


PLANTED = (
    Student("sharpened", Scaled(3.0), "the head times 3", "uncertainty", "known_probability_error"),
    Student("over_answering", Shifted("▁not", -16.0), "minus 16 nats on an answer that opens with `not`", "boundary", "abstention_soft_j"),
    Student(
        "corrupted_steps",
        Taught(lessons.corrupted_steps, (right.chains,), 150),
        "taught steps that are off by one, with right answers", "process", "step_validity",
    ),
    Student(
        "looping",
        Taught(lessons.looping_stories, (right.stories,), 100),
        "taught stories that say one thing over and over", "on_policy", "on_policy_kl",
    ),
    Student(
        "ignoring_context",
        Taught(lessons.invented_answers, (right.sources, right.world_items), 150),
        "taught answers that the text does not hold", "grounding", "context_margin",
    ),
    Student(
        "leaking",
        Taught(lessons.told_secrets, (right.secrets,), 100),
        "taught to tell the secret whatever the rule", "privacy", "secret_twin_j",
    ),
    Student("refusals_lifted", Shifted("▁i", -16.0), "minus 16 nats on an answer that opens with `i`", "safety", "refusal_soft_j"),
    Student(
        "collapsed",
        Taught(lessons.one_answer, (right.open_answers,), 100),
        "taught to give the first allowed answer always", "diversity", "valid_answer_entropy",
    ),
)  # fmt: skip

NULL = (
    Student("copy", _copy, "the teacher's weights", expected="preserved"),
    Student("perturbed", _noisy, "normal noise of 1 % of every matrix's own spread", expected="preserved"),
)

BROKEN = (
    Student("untrained", _untrained, "weights that learned nothing", expected="broken"),
    Student("mute", Shifted("</s>", 200.0), "+200 nats on the end where an answer opens", expected="broken"),
    Student("temperature_3", Scaled(1 / 3), "the head divided by 3", expected="broken"),
)

STUDENTS = (*PLANTED, *NULL, *BROKEN)


def student(name: str) -> Student:
    """Return the student with a name, which must be one of `STUDENTS`."""
    return next(one for one in STUDENTS if one.name == name)


def load(folder: Path) -> LlamaForCausalLM:
    """Load a model's weights in float32."""
    model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32)
    assert isinstance(model, LlamaForCausalLM)
    model.train(mode=False)
    return model


def load_tokenizer() -> PreTrainedTokenizerFast:
    """Load the pair's tokenizer."""
    tokenizer = AutoTokenizer.from_pretrained(pair.TEACHER)
    assert isinstance(tokenizer, PreTrainedTokenizerFast)
    return tokenizer


def make(one: Student, out: Path) -> Path:
    """Make a student at full strength, unless its folder is finished; return the folder."""
    folder = out / "students" / one.name
    if folder.exists():
        return folder
    folder.parent.mkdir(parents=True, exist_ok=True)
    tokenizer, model = load_tokenizer(), load(pair.TEACHER)
    checkpoint = out / "students" / f"{one.name}.checkpoint.pt"
    if isinstance(one.made, Taught):
        course = Course(one.made, one.made.lesson.__name__, last=one.made.steps)
        Training(course, model, load(pair.TEACHER), tokenizer, checkpoint).until(one.made.steps)
    else:
        one.made(model, tokenizer)
    keep(model, tokenizer, folder)
    checkpoint.unlink(missing_ok=True)
    return folder


def weakened(full: Path, strength: float, out: Path) -> Path:
    """Write the weights that lie this share of the way from the teacher to a student; return their folder."""
    if strength == 1:
        return full
    return between(pair.TEACHER, full, strength, out / "strengths" / f"{full.name}@{strength:.6f}")


def between(start: Path, end: Path, share: float, folder: Path) -> Path:
    """Write the weights that lie this share of the way from one model to another, unless they are there; return the folder."""
    if not folder.exists():
        model, changed = load(start), load(end).state_dict()
        mixed = {name: value.lerp(changed[name], share) for name, value in model.state_dict().items()}
        model.load_state_dict(mixed)
        keep(model, load_tokenizer(), folder)
    return folder


def keep(model: LlamaForCausalLM, tokenizer: PreTrainedTokenizerFast, folder: Path) -> None:
    """Write weights and tokenizer; the folder appears whole, or another process has just written the same one."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    partial = Path(mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    tokenizer.save_pretrained(partial)
    model.save_pretrained(partial)
    try:
        partial.rename(folder)
    except OSError:
        if not folder.exists():
            raise
        rmtree(partial)
