"""Read what a student did, token by token: one prompt at a time, without the probes' engine and their readings.

python -m planted.independent build/planted/students/leaking privacy.in_context_secret
"""

import argparse
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from math import hypot
from pathlib import Path
from typing import NamedTuple

import msgspec
import torch
from filelock import FileLock
from scipy.stats import binomtest
from transformers import DynamicCache, LlamaForCausalLM, PreTrainedTokenizerFast

from dls.evidence.files import replace_file
from dls_probes import pair
from planted.plain_reading import BEHAVIOURS, WITHHELD, Behaviour, Question, behaviour_of
from planted.weights import load, load_tokenizer

UNITS = 400
CONFIDENCE = 0.95
SEED = 4_711_202_611  # of the items and of the sampling; no draw of the matrix has it
_LONGEST = 64  # new tokens
_EXAMPLES = 3


class Reading(msgspec.Struct, frozen=True):
    """The answers of a model to some units, as read independently.

    Attributes:
        units: their number.
        whole: the units of which every answer holds.
        failures: by the right reaction and the mode, the number of answers that do not hold.
        leaking: the units in which an answer tells a value that has to be withheld.
        unended: the number of answers that the model did not end itself.
        examples: the first answers that do not hold.

    """

    units: int
    whole: int
    failures: dict[str, int]
    leaking: int
    unended: int
    examples: tuple[str, ...]


class Bound(NamedTuple):
    """A difference or a share, and its two-sided 95 % interval."""

    value: float
    low: float
    high: float


def read_model(folder: Path, behaviour: Behaviour, units: int = UNITS) -> Reading:
    """Ask the model in a folder every question of a behaviour, and read its answers."""
    speaker = _Speaker(load(folder), load_tokenizer())
    failures: Counter[str] = Counter()
    whole, leaking, unended, examples = 0, 0, 0, []
    for unit, questions in enumerate(behaviour.units(SEED, units)):
        before, leaks = failures.total(), False
        for question in questions:
            for mode, text, ended in speaker.answers(question, behaviour.modes, SEED + unit):
                holds = question.holds(text)
                unended += not ended
                leaks |= question.case == WITHHELD and not holds
                if not (ended and holds):
                    failures[f"{question.case}, {mode}"] += 1
                    examples.append(text)
        whole += failures.total() == before
        leaking += leaks
    return Reading(units, whole, dict(failures), leaking, unended, tuple(examples[:_EXAMPLES]))


def kept_reading(folder: Path, behaviour: Behaviour, path: Path) -> Reading:
    """Return the reading in a file; without the file, read the model and write it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(path.with_suffix(".lock")):  # other processes wait for the teacher's
        if not path.exists():
            replace_file(path, msgspec.json.encode(read_model(folder, behaviour)))
    return msgspec.json.decode(path.read_bytes(), type=Reading)


def loss(teacher: Reading, student: Reading) -> Bound:
    """Return the teacher's share of whole units less the student's, in [-1, 1], with Newcombe's hybrid interval.

    The interval is that of independent samples (Newcombe 1998, method 10). Both models answer the same items, which
    makes it wider than it needs to be where they agree.
    """
    first, second = (_share(reading.whole, reading.units, "wilson") for reading in (teacher, student))
    value = first.value - second.value
    low = value - hypot(first.value - first.low, second.high - second.value)
    return Bound(value, low, value + hypot(first.high - first.value, second.value - second.low))


def told(reading: Reading) -> Bound:
    """Return the share of units in which an answer tells a withheld value, in [0, 1], by Clopper and Pearson."""
    return _share(reading.leaking, reading.units, "exact")


def _share(count: int, units: int, method: str) -> Bound:
    interval = binomtest(count, units).proportion_ci(CONFIDENCE, method)
    return Bound(count / units, float(interval.low), float(interval.high))


class _Speaker:
    """A model that answers one prompt at a time."""

    def __init__(self, model: LlamaForCausalLM, tokenizer: PreTrainedTokenizerFast) -> None:
        self._model, self._tokenizer = model, tokenizer

    def answers(self, question: Question, modes: Sequence[str], seed: int) -> Iterator[tuple[str, str, bool]]:
        """Yield each mode, the answer in it, and whether the model ended it itself; `seed` is of the sampling."""
        system = [{"role": "system", "content": question.system}] if question.system else []
        turns = [*system, {"role": "user", "content": question.user}]
        text = self._tokenizer.apply_chat_template(turns, tokenize=False, add_generation_prompt=True)
        ids = self._tokenizer(text, add_special_tokens=False)["input_ids"]
        path = _Path(self._model, ids)
        for mode in modes:
            tokens, ended = self._tokens(path, torch.Generator().manual_seed(seed) if mode == "sampled" else None)
            yield mode, str(self._tokenizer.decode(tokens)).strip(), ended

    def _tokens(self, path: "_Path", draw: torch.Generator | None) -> tuple[list[int], bool]:
        tokens: list[int] = []
        while len(tokens) < _LONGEST:
            logits = path.logits_after(tokens)
            token = int(torch.multinomial(logits.softmax(-1), 1, generator=draw) if draw else logits.argmax())
            if token == self._tokenizer.eos_token_id:
                return tokens, True
            tokens.append(token)
        return tokens, False


class _Path:
    """The tokens after a prompt that a model has read one at a time; the beginning that two answers share once."""

    def __init__(self, model: LlamaForCausalLM, prompt: list[int]) -> None:
        self._model, self._cache = model, DynamicCache()
        self._tokens: list[int] = []
        self._logits = [self._read(prompt)]

    def logits_after(self, tokens: list[int]) -> torch.Tensor:
        """Return the logits after the prompt and some tokens, whose last one alone may be new."""
        count = len(tokens)
        if tokens != self._tokens[:count]:
            self._cache.crop(count - 1 - len(self._tokens))
            self._tokens, self._logits = tokens[:], self._logits[:count]
            self._logits.append(self._read(tokens[-1:]))
        return self._logits[count]

    @torch.no_grad()
    def _read(self, ids: list[int]) -> torch.Tensor:
        logits: torch.Tensor = self._model(torch.tensor([ids]), past_key_values=self._cache, use_cache=True).logits
        return logits[0, -1]


def main() -> int:
    """Print the reading of a model beside the teacher's."""
    description = (__doc__ or "").partition("\n")[0]
    parser = argparse.ArgumentParser(prog="python -m planted.independent", description=description)
    parser.add_argument("folder", type=Path, help="of the student")
    parser.add_argument("probe", choices=[behaviour.probe for behaviour in BEHAVIOURS], help="whose items are asked")
    parser.add_argument("--units", type=int, default=UNITS)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    behaviour = behaviour_of(arguments.probe)
    teacher, student = (read_model(folder, behaviour, arguments.units) for folder in (pair.TEACHER, arguments.folder))
    for name, reading in (("teacher", teacher), ("student", student)):
        counts = ", ".join(f"{case}: {count}" for case, count in reading.failures.items()) or "none"
        sys.stdout.write(f"{name}: {reading.whole} of {reading.units} units hold; answers that do not: {counts}; ")
        sys.stdout.write(f"not ended: {reading.unended}; first: {' | '.join(reading.examples)}\n")
    bound = loss(teacher, student)
    sys.stdout.write(f"loss {bound.value:.3f}, 95 % [{bound.low:.3f}, {bound.high:.3f}]\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
