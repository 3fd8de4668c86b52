# ruff: noqa: INP001
"""Measure the engine against lm-eval's Hugging Face backend and against the library itself, and hold it to gates.

    python benchmarks/engine.py --lm-eval /path/to/a/python/with/lm_eval [--contexts 500] [--rounds 5] [--only GROUP ...]

Prints a table and exits 1 when a figure is over its gate. All times are CPU seconds of one thread; the variants of a
figure run in turn, and a figure is the median of the ratios within the rounds. It fails its gate only where the better
quartile fails as well, since a busy machine moves single rounds.
"""

import argparse
import ctypes
import gc
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

VOCABULARY, KL_VOCABULARY = 12_288, 151_936
BATCHES = (1, 2, 4, 8, 32)
PROMPTS, NEW_TOKENS = 64, 32


def say(line: str) -> None:
    """Print a line at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


class Gate(NamedTuple):
    """A figure, its limit, and whether it must stay below."""

    figure: str
    limit: float
    below: bool = True


GATES = (
    Gate("multi-token choices / lm-eval's best", 0.25),
    Gate("multi-token choices / base model alone", 1.15),
    Gate("packing: real / padded tokens", 0.90, below=False),
    Gate("packing: planned / unique tokens", 1.02),
    Gate("one-token choices / lm-eval's best", 0.75),
    Gate("peak memory / lm-eval's", 0.30),
    Gate("generation, fixed length / generate's best", 1.00),
    Gate("generation, varying length / generate padded", 0.70),
    Gate("exact KL: memory / materialised", 0.10),
    Gate("exact KL: time / materialised", 0.85),
    Gate("a whole run / inside the model", 1.05),
    Gate("ms a request outside the model, built-in student", 0.4),
)


# ---------------------------------------------------------------- what is asked


def requests(contexts: int, *, one_token: bool, known: Sequence[str] = ()) -> list[tuple[str, list[str]]]:
    """Return contexts with four choices each; a word is a token, and one of `known` where those are given."""
    import numpy as np

    random = np.random.default_rng(0)

    def words(mean: float, spread: float, low: int, high: int) -> str:
        length = int(np.clip(round(random.lognormal(mean, spread)), low, high))
        drawn = random.integers(2, VOCABULARY, length)
        return " ".join(known[token % len(known)] if known else f"w{token}" for token in drawn)

    made = [(words(4.1, 0.7, 16, 400), [" " + words(2.1, 0.6, 2, 24) for _ in range(4)]) for _ in range(contexts)]
    return [(context, [f" {c.split()[0]}" for c in choices]) for context, choices in made] if one_token else made


def make_model(folder: Path, *, eos: Sequence[int] = (1,)) -> None:
    """Save a Llama of 15 M parameters with a tokenizer of one token a word."""
    import torch
    from tokenizers import Tokenizer, models, pre_tokenizers
    from transformers import LlamaConfig, LlamaForCausalLM

    folder.mkdir(parents=True)
    tokenizer = Tokenizer(
        models.WordLevel({"<s>": 0, "</s>": 1, **{f"w{i}": i for i in range(2, VOCABULARY)}}, unk_token="w2")  # noqa: S106
    )
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    tokenizer.save(str(folder / "tokenizer.json"))
    names = {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "bos_token": "<s>",
        "eos_token": "</s>",
        "model_max_length": 1024,
    }
    (folder / "tokenizer_config.json").write_text(json.dumps(names))
    torch.manual_seed(0)
    config = LlamaConfig(
        vocab_size=VOCABULARY, hidden_size=320, intermediate_size=864, num_hidden_layers=6, num_attention_heads=10,
        num_key_value_heads=10, max_position_embeddings=1024, bos_token_id=0, eos_token_id=list(eos), initializer_range=0.05,
    )  # fmt: skip
    model = LlamaForCausalLM(config)
    say(f"model: {sum(p.numel() for p in model.parameters()) / 1e6:.1f} M parameters")
    model.save_pretrained(folder)


# ---------------------------------------------------------------- processes that measure themselves


def ours(  # noqa: C901, PLR0915  the tasks share one loaded model
    folder: str, contexts: int
) -> dict[str, Callable[..., dict[str, float]]]:
    """Return what the engine's process can measure."""
    import torch

    from dls_probes.encoding import Encoding
    from dls_probes.fast_budget import budget_for
    from dls_probes.ledger import Ledger
    from dls_probes.packs import GenerateJob, generate_packs, row_size, text_packs, text_rows
    from dls_probes.reading import reading
    from dls_probes.requests import Prompt, Record, Score
    from dls_probes.run import ProbeRun, examine_model, open_model
    from dls_probes.scheduler import Asked
    from dls_probes.transformers_model import ModelSpec

    spec = ModelSpec(Path(folder), prompt_format="plain")
    model = open_model(spec).__enter__()
    asked_of, inside = model.executor.model, [0.0]  # type: ignore[attr-defined]
    vocabulary = model.text.tokenizer.get_vocab()
    known = (
        []
        if "w2" in vocabulary
        else sorted(word[1:] for word in vocabulary if word[:1] == "\u2581" and word[1:].isalpha())
    )
    for name in ("score", "generate"):
        setattr(asked_of, name, _timed(getattr(asked_of, name), inside))

    def run(items: list[dict[str, Any]], examine: Any) -> dict[str, float]:
        inside[0] = 0.0
        with tempfile.TemporaryDirectory() as scratch, Ledger(Path(scratch) / "ledger") as ledger, _cpu() as spent:
            examine_model(ProbeRun("bench", "1.0", examine, items, 0), model, ledger)
        return {"cpu": spent[0], "inside": inside[0]}

    def choices(*, one_token: bool) -> dict[str, float]:
        def examine(item: Any) -> Iterator[Any]:
            scored = yield [Score(item["prompt"], choice) for choice in item["choices"]]
            yield Record({"scores": [one.logprob for one in scored]})

        asked = requests(contexts, one_token=one_token, known=known)
        return run([{"id": str(k), "prompt": Prompt((), c), "choices": a} for k, (c, a) in enumerate(asked)], examine)

    def limit() -> dict[str, float]:
        """Run the base model on the plan's padded tensors under its default mask, the head on the same places."""
        asked = [
            Asked("", Score(Prompt((), c), choice)) for c, a in requests(contexts, one_token=False) for choice in a
        ]
        jobs = [key[1] for key in Encoding(model.text, 0).keys(asked)]  # type: ignore[index]
        packs = text_packs("score", jobs, "tree/plain", budget_for(model.description))  # type: ignore[arg-type]
        read = [reading(text_rows(pack)) for pack in packs]
        raw = asked_of.model
        with torch.inference_mode(), _cpu() as spent:
            for one in read:
                hidden = raw.model(torch.from_numpy(one.tokens)).last_hidden_state
                raw.lm_head(hidden.reshape(-1, hidden.shape[-1])[torch.from_numpy(one.needed)])
        planned = sum(row_size(row) for pack in packs for row in text_rows(pack))
        unique = sum(
            len(c.split()) + 1 + sum(len(x.split()) - 1 for x in a) for c, a in requests(contexts, one_token=False)
        )
        whole = sum(len(job.path) for job in jobs)  # type: ignore[union-attr]
        padded = sum(one.tokens.size for one in read)
        return {"cpu": spent[0], "planned": planned, "unique": unique, "padded": padded, "requested": whole}

    def generate() -> dict[str, float]:
        """Run the planned packs; the self-test, a fixed cost of a run, is not among them."""
        prompts = model.text.prompt_ids([Prompt((), context) for context, _ in requests(PROMPTS, one_token=True)])
        jobs = [GenerateJob(tuple(ids), NEW_TOKENS) for ids in prompts]
        packs = generate_packs(jobs, "drop", budget_for(model.description))
        with _cpu() as spent:
            for pack in packs:
                asked_of.generate(pack)
        return {"cpu": spent[0]}

    def library(*, batch: int) -> dict[str, float]:
        """Run the library's own `generate`, prompts sorted by length and padded on the left."""
        tokenizer = model.text.tokenizer
        tokenizer.padding_side, tokenizer.pad_token = "left", "</s>"
        texts = sorted((c for c, _ in requests(PROMPTS, one_token=True)), key=lambda text: len(text.split()))
        with torch.inference_mode(), _cpu() as spent:
            for first in range(0, len(texts), batch):
                inputs = tokenizer(texts[first : first + batch], return_tensors="pt", padding=True)
                kept = {name: inputs[name] for name in ("input_ids", "attention_mask")}
                asked_of.model.generate(**kept, max_new_tokens=NEW_TOKENS, do_sample=False, pad_token_id=1)
        return {"cpu": spent[0]}

    return {"choices": choices, "limit": limit, "generate": generate, "library": library}


def lm_eval(folder: str, contexts: int) -> dict[str, Callable[..., dict[str, float]]]:
    """Return what lm-eval's process can measure."""
    import torch
    from lm_eval.api.instance import Instance
    from lm_eval.models.huggingface import HFLM

    torch.set_num_threads(1)
    model = HFLM(pretrained=folder, device="cpu", dtype="float32", batch_size=1, max_length=1024)

    def choices(*, one_token: bool, batch: int, part: int = contexts) -> dict[str, float]:
        model.batch_size_per_gpu = batch
        asked = requests(contexts, one_token=one_token)[:part]
        instances = [Instance("loglikelihood", {}, (c, choice), i) for c, a in asked for i, choice in enumerate(a)]
        with _cpu() as spent:
            model.loglikelihood(instances, disable_tqdm=True)
        return {"cpu": spent[0]}

    return {"choices": choices}


def kl(folder: str, contexts: int) -> dict[str, Callable[..., dict[str, float]]]:  # noqa: ARG001
    """Return what the process for exact divergences can measure."""
    import torch

    from dls_probes.divergence import Head, kullback_leibler

    torch.set_num_threads(1)
    torch.manual_seed(0)
    hidden, other = torch.randn(2, 128, 256)
    heads = [Head(torch.randn(KL_VOCABULARY, 256) * 0.05, None, 1.0, None) for _ in range(2)]

    def blocks() -> dict[str, float]:
        with torch.inference_mode(), _cpu() as spent, _memory() as peak:
            found = kullback_leibler(
                lambda a, b: heads[0].logits(hidden, a, b), lambda a, b: heads[1].logits(other, a, b), KL_VOCABULARY
            )
        return {"cpu": spent[0], "peak": peak[0], "value": float(found.forward.mean())}

    def materialised() -> dict[str, float]:
        with torch.inference_mode(), _cpu() as spent, _memory() as peak:
            p, q = (
                head.logits(h, 0, KL_VOCABULARY).log_softmax(-1) for head, h in zip(heads, (hidden, other), strict=True)
            )
            forward = (p.exp() * (p - q)).sum(-1)
            (q.exp() * (q - p)).sum(-1)
        return {"cpu": spent[0], "peak": peak[0], "value": float(forward.mean())}

    return {"blocks": blocks, "materialised": materialised}


def _timed(call: Callable[..., Any], inside: list[float]) -> Callable[..., Any]:
    def timed(*arguments: Any) -> Any:
        with _cpu() as spent:
            answer = call(*arguments)
        inside[0] += spent[0]
        return answer

    return timed


@contextmanager
def _cpu() -> Iterator[list[float]]:
    spent = [0.0]
    before = time.process_time()
    yield spent
    spent[0] = time.process_time() - before


@contextmanager
def _memory() -> Iterator[list[float]]:
    """Measure how far the resident memory rises above where it is now, in MiB (Linux with glibc)."""
    peak = [0.0]
    gc.collect()
    ctypes.CDLL(None).malloc_trim(0)  # what is free already must not hide what is taken next
    Path("/proc/self/clear_refs").write_text("5")
    before = _resident("VmRSS")
    yield peak
    peak[0] = max(0.0, _resident("VmHWM") - before)


def _resident(field: str) -> float:
    status = Path("/proc/self/status").read_text()
    return next(int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith(field))


def serve(kind: str, folder: str, contexts: int) -> None:
    """Answer measurements asked for on standard input, one JSON object a line."""
    tasks = {"ours": ours, "lm_eval": lm_eval, "kl": kl}[kind](folder, contexts)
    _touch_weights()
    answers, sys.stdout = sys.stdout, sys.stderr
    print(json.dumps({"ready": True}), file=answers, flush=True)
    for line in sys.stdin:
        asked = json.loads(line)
        with _memory() as peak:
            found = tasks[asked.pop("task")](**asked)
        print(json.dumps({"peak": peak[0], **found}), file=answers, flush=True)


def _touch_weights() -> None:
    """Read every weight once: a mapped file takes memory only then, and that is the memory of loading."""
    import torch

    for one in gc.get_objects():
        if isinstance(one, torch.nn.Parameter):
            one.detach().sum()


class EndedError(Exception):
    """A measuring process ended before it answered; its figures stay unmeasured."""


class Measuring:
    """A process that measures itself."""

    def __init__(self, python: str, kind: str, folder: Path, contexts: int) -> None:
        self.fresh = partial(Measuring, python, kind, folder, contexts)
        command = [python, __file__, "--serve", kind, "--folder", str(folder), "--contexts", str(contexts)]
        environment = {**os.environ, "OMP_NUM_THREADS": "1", "HF_HUB_OFFLINE": "1", "TOKENIZERS_PARALLELISM": "false"}
        self._process = subprocess.Popen(  # noqa: S603
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env=environment,
        )
        self._read()

    def __call__(self, task: str, **arguments: Any) -> dict[str, float]:
        """Let the process run a task and return what it measured."""
        assert self._process.stdin is not None
        print(json.dumps({"task": task, **arguments}), file=self._process.stdin, flush=True)
        return self._read()

    def close(self) -> None:
        """End the process."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()

    def _read(self) -> dict[str, float]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise EndedError(f"a measuring process ended: {self._process.args}")
        return dict(json.loads(line))


# ---------------------------------------------------------------- the table


def ratios(rounds: int, one: Callable[[], float], other: Callable[[], float]) -> list[float]:
    """Run both in turn and return the ratios within the rounds."""
    return [one() / other() for _ in range(rounds)]


def scoring(engine: Measuring, harness: Measuring | None, rounds: int) -> Iterator[tuple[str, list[float]]]:
    """Yield the figures about given text."""
    plan = engine("limit")
    share = plan["requested"] / plan["unique"]
    say(f"requests: {plan['requested']:.0f} tokens, {plan['unique']:.0f} unique, {share:.2f} times")
    if not 2.9 <= share <= 3.3:  # noqa: PLR2004  outside, the requests are not those that the gates were set for
        raise SystemExit("the requests are not what they should be")
    yield "packing: real / padded tokens", [plan["planned"] / plan["padded"]]
    yield "packing: planned / unique tokens", [plan["planned"] / plan["unique"]]
    engine("choices", one_token=False)
    yield (
        "multi-token choices / base model alone",
        ratios(rounds, lambda: engine("choices", one_token=False)["cpu"], lambda: engine("limit")["cpu"]),
    )
    whole = [engine("choices", one_token=False) for _ in range(rounds)]
    yield "a whole run / inside the model", [one["cpu"] / one["inside"] for one in whole]
    if harness is None:
        return
    for figure, one_token in (
        ("multi-token choices / lm-eval's best", False),
        ("one-token choices / lm-eval's best", True),
    ):
        best = min(BATCHES, key=lambda batch: harness("choices", one_token=one_token, batch=batch, part=60)["cpu"])
        say(f"lm-eval's best batch size for {figure.split(' /', maxsplit=1)[0]}: {best}")
        measured = [
            (engine("choices", one_token=one_token), harness("choices", one_token=one_token, batch=best))
            for _ in range(rounds)
        ]
        yield figure, [a["cpu"] / b["cpu"] for a, b in measured]
        if not one_token:
            sides = (engine.fresh, {}), (harness.fresh, {"batch": best})
            peaks = [[_peak(fresh, settings) for fresh, settings in sides] for _ in range(2)]
            say(f"peak above the loaded model, MiB: {', '.join(f'{a:.0f} and {b:.0f}' for a, b in peaks)}")
            yield "peak memory / lm-eval's", [a / b for a, b in peaks]


def _peak(fresh: Callable[[], Measuring], settings: dict[str, int]) -> float:
    """Return the memory of a first run: a process that has run before keeps what it took."""
    process = fresh()
    peak = process("choices", one_token=False, **settings)["peak"]
    process.close()
    return peak


def generating(fixed: Measuring, varying: Measuring, rounds: int) -> Iterator[tuple[str, list[float]]]:
    """Yield the figures about generation."""
    for figure, engine in (
        ("generation, fixed length / generate's best", fixed),
        ("generation, varying length / generate padded", varying),
    ):
        batches = (8, 16, 32, 64)
        best = min(batches, key=lambda batch: engine("library", batch=batch)["cpu"])
        say(f"generate's best batch size for {figure.split(' /', maxsplit=1)[0]}: {best}")
        engine("generate")
        yield (
            figure,
            ratios(
                rounds,
                lambda engine=engine: engine("generate")["cpu"],
                lambda engine=engine, best=best: engine("library", batch=best)["cpu"],
            ),
        )


def divergence(process: Measuring, rounds: int) -> Iterator[tuple[str, list[float]]]:
    """Yield the figures about exact divergences."""
    measured = [(process("blocks"), process("materialised")) for _ in range(rounds + 1)][1:]
    say(f"mean KL: {measured[0][0]['value']:.6f} block by block, {measured[0][1]['value']:.6f} materialised")
    yield "exact KL: memory / materialised", [a["peak"] / b["peak"] for a, b in measured]
    yield "exact KL: time / materialised", [a["cpu"] / b["cpu"] for a, b in measured]


def overhead(contexts: int) -> Iterator[tuple[str, list[float]]]:
    """Yield the cost of a request outside the model, on the built-in student where it is there."""
    import dls_probes

    student = Path(dls_probes.__file__).parent / "pair" / "student"
    if not (student / "config.json").is_file():
        return
    engine = Measuring(sys.executable, "ours", student, contexts)
    engine("choices", one_token=False)
    found = [engine("choices", one_token=False) for _ in range(3)]
    yield (
        "ms a request outside the model, built-in student",
        [(one["cpu"] - one["inside"]) / (4 * contexts) * 1e3 for one in found],
    )
    engine.close()


def table(figures: dict[str, list[float]]) -> bool:
    """Print the table and return whether every measured figure is within its gate."""
    good = "" not in figures
    for gate in GATES:
        values = sorted(figures.get(gate.figure, []))
        if not values:
            say(f"{gate.figure:52} {'not measured':>14}")
            continue
        better = values[len(values) // 4] if gate.below else values[-1 - len(values) // 4]
        within = better <= gate.limit if gate.below else better >= gate.limit
        good = good and within
        sign = "<=" if gate.below else ">="
        middle, over = statistics.median(values), "" if within else "OVER ITS GATE"
        say(f"{gate.figure:52} {middle:8.3f}  quartile {better:6.3f}  {sign} {gate.limit:<5} {over}")
    return good


def _measured(name: str, group: Callable[[], Iterator[tuple[str, list[float]]]]) -> Iterator[tuple[str, list[float]]]:
    """Yield a group's figures at once, each with its ratios; what a broken group measured before it broke is kept."""
    try:
        for figure, values in group():
            say(f"{figure}: {', '.join(f'{value:.3f}' for value in values)}")
            yield figure, values
    except EndedError as error:
        say(f"{name}: {error}")
        yield "", []  # a figure that is missing for that reason fails the run


def main() -> int:
    """Measure, print the table and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lm-eval", help="a Python that has lm_eval; without it, its figures are not measured")
    parser.add_argument("--contexts", type=int, default=500)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument(
        "--only", nargs="+", choices=("scoring", "generating", "divergence", "overhead"), help="these figures alone"
    )
    parser.add_argument("--serve", help=argparse.SUPPRESS)
    parser.add_argument("--folder", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.serve:
        serve(chosen.serve, chosen.folder, chosen.contexts)
        return 0
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with tempfile.TemporaryDirectory() as scratch:
        model, ending = Path(scratch) / "model", Path(scratch) / "ending"
        make_model(model)
        make_model(ending, eos=range(1, VOCABULARY, 20))
        engine, varying, exact = (
            Measuring(sys.executable, kind, folder, chosen.contexts)
            for kind, folder in (("ours", model), ("ours", ending), ("kl", model))
        )
        harness = Measuring(chosen.lm_eval, "lm_eval", model, chosen.contexts) if chosen.lm_eval else None
        groups = {
            "scoring": lambda: scoring(engine, harness, chosen.rounds),
            "generating": lambda: generating(engine, varying, chosen.rounds),
            "divergence": lambda: divergence(exact, chosen.rounds),
            "overhead": lambda: overhead(chosen.contexts),
        }
        figures = {figure: values for name in chosen.only or groups for figure, values in _measured(name, groups[name])}
    return 0 if table(figures) else 1


if __name__ == "__main__":
    sys.exit(main())
