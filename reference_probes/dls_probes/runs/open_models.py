"""Models opened for a run: in this process, or in worker processes of their own."""

import dataclasses
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

from msgspec.structs import replace

from dls.model import ModelIdentity
from dls_probes.engine.executor import InProcessExecutor, WorkerPool
from dls_probes.engine.protocols import Executor
from dls_probes.models.pair_model import load_pair
from dls_probes.models.size import refuse_too_large
from dls_probes.models.transformers_model import ModelSpec, load_model, load_text
from dls_probes.packs import Pack
from dls_probes.servers.served_model import ServedModel
from dls_probes.servers.served_spec import ServedSpec
from dls_probes.tokens.text import PromptTokenizer


@dataclass(frozen=True, slots=True)
class OpenModel:
    """A model that answers: its spec, its tokenizer, the executor of its packs, and its identity; a pair has two."""

    spec: ModelSpec
    text: PromptTokenizer
    executor: Executor
    identities: tuple[ModelIdentity, ...]
    description: dict[str, Any]


@contextmanager
def open_model(spec: ModelSpec, *, workers: int = 0) -> Iterator[OpenModel]:
    """Load a model into this process, or with `workers` into that many processes of its own.

    The library maps weights into the memory: bytes that are written into a file change the numbers of a loaded model.
    So the files are compared with their first state after each pack.

    Raises:
        DlsError: the folder is missing or broken, the device is not there, or the weights do not fit the memory.
    """
    if isinstance(spec, ServedSpec):
        with _open_served(spec) as served:
            yield served
        return
    refuse_too_large(spec, workers)
    model = None if workers else load_model(spec)
    load, check = partial(load_model, spec), spec.files.expect_same_files
    executor = InProcessExecutor(model, check) if model else WorkerPool(load, workers, check)
    try:
        description = describe_model(executor)
        identity = replace(spec.files.identity, unused=tuple(description.pop("unused")))
        yield OpenModel(spec, model.text if model else load_text(spec), executor, (identity,), description)
    finally:
        executor.close()


@contextmanager
def _open_served(spec: ServedSpec) -> Iterator[OpenModel]:
    """Ask a model through its server; the server's own threads take the place of workers."""
    connection, text = spec.connection, load_text(spec)
    windows = [size for size in (text.window, connection.facts.window) if size]
    notes = (*text.notes, *connection.agreement.notes)
    text = dataclasses.replace(text, window=min(windows, default=None), notes=notes)
    executor = InProcessExecutor(ServedModel(connection, text, spec.dtype), spec.files.expect_same_files)
    try:
        description = describe_model(executor)
        description.pop("unused")
        yield OpenModel(spec, text, executor, (spec.files.identity,), description)
        connection.expect_same_model()
    finally:
        executor.close()


@contextmanager
def open_pair(teacher: ModelSpec, student: ModelSpec, *, workers: int = 0) -> Iterator[OpenModel]:
    """Load a pair into this process or into worker processes.

    Raises:
        DlsError: a model cannot be loaded, or their tokenizers differ.

    """
    load = partial(load_pair, teacher, student)
    check = partial(_expect_same_files, teacher, student)
    executor = WorkerPool(load, workers, check) if workers else InProcessExecutor(load(), check)
    identities = teacher.files.identity, student.files.identity
    try:
        yield OpenModel(teacher, load_text(teacher), executor, identities, describe_model(executor))
    finally:
        executor.close()


def _expect_same_files(*specs: ModelSpec) -> None:
    for spec in specs:
        spec.files.expect_same_files()


def describe_model(executor: Executor) -> dict[str, Any]:
    """Return the model's description of itself; a model that cannot be loaded fails here, before any work."""
    (_, answers), *_ = executor.map([Pack("describe", "", ())])
    return dict(answers[0])
