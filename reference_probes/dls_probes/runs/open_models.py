"""Models opened for a run: in this process, or in worker processes of their own."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

from dls_probes.engine.executor import InProcessExecutor, WorkerPool
from dls_probes.engine.protocols import Executor
from dls_probes.models.pair_model import load_pair
from dls_probes.models.size import refuse_too_large
from dls_probes.models.transformers_model import ModelSpec, load_model, load_text
from dls_probes.packs import Pack
from dls_probes.tokens.text import PromptTokenizer


@dataclass(frozen=True, slots=True)
class OpenModel:
    """A model that answers: its spec, its tokenizer, the executor of its packs, and the digests of its files."""

    spec: ModelSpec
    text: PromptTokenizer
    executor: Executor
    weights_sha256: str
    tokenizer_sha256: str
    description: dict[str, Any]


@contextmanager
def open_model(spec: ModelSpec, *, workers: int = 0) -> Iterator[OpenModel]:
    """Load a model into this process, or with `workers` into that many processes of its own.

    Raises:
        DlsError: the folder is missing or broken, the device is not there, or the weights do not fit the memory.
    """
    refuse_too_large(spec, workers)
    digests = spec.files.weights_sha256, spec.files.tokenizer_sha256
    if workers:
        pool = WorkerPool(partial(load_model, spec), workers)
        text = load_text(spec)
        try:
            yield OpenModel(spec, text, pool, *digests, describe_model(pool))
        finally:
            pool.close()
    else:
        model = load_model(spec)
        executor = InProcessExecutor(model)
        yield OpenModel(spec, model.text, executor, *digests, describe_model(executor))


@contextmanager
def open_pair(teacher: ModelSpec, student: ModelSpec, *, workers: int = 0) -> Iterator[OpenModel]:
    """Load a pair into this process or into worker processes; its digests are the two models', joined by `+`.

    Raises:
        DlsError: a model cannot be loaded, or their tokenizers differ.

    """
    load = partial(load_pair, teacher, student)
    executor = WorkerPool(load, workers) if workers else InProcessExecutor(load())
    weights = f"{teacher.files.weights_sha256}+{student.files.weights_sha256}"
    tokenizers = f"{teacher.files.tokenizer_sha256}+{student.files.tokenizer_sha256}"
    try:
        yield OpenModel(teacher, load_text(teacher), executor, weights, tokenizers, describe_model(executor))
    finally:
        executor.close()


def describe_model(executor: Executor) -> dict[str, Any]:
    """Return the model's description of itself; a model that cannot be loaded fails here, before any work."""
    (_, answers), *_ = executor.map([Pack("describe", "", ())])
    return dict(answers[0])
