"""Models opened for a run: in this process, or in worker processes of their own."""

import dataclasses
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from dataclasses import replace as replace_field
from functools import partial
from typing import Any, TypeAlias

from msgspec.structs import replace

from dls.errors import DlsError
from dls.identity.parts import decisive_parts
from dls.model import ModelIdentity
from dls_probes.engine.executor import InProcessExecutor, WorkerPool
from dls_probes.engine.protocols import Executor, ModelBackend
from dls_probes.engine.ray_cluster import RayCluster, expect_ray
from dls_probes.engine.ray_pool import RayPool
from dls_probes.models.device import device_of_worker
from dls_probes.models.model_files import ModelFiles
from dls_probes.models.pair_model import load_pair
from dls_probes.models.size import refuse_too_large
from dls_probes.models.transformers_model import ModelSpec, load_model, load_text
from dls_probes.packs import Pack
from dls_probes.servers.engine_model import open_engine
from dls_probes.servers.served_model import ServedModel
from dls_probes.servers.served_spec import ServedSpec
from dls_probes.servers.vllm_spec import VllmSpec
from dls_probes.tokens.text import PromptTokenizer

Workers: TypeAlias = int | RayCluster
"""Worker processes of this machine, 0 for none, or the actors of a cluster."""


@dataclass(frozen=True, slots=True)
class OpenModel:
    """A model that answers: its spec, its tokenizer, the executor of its packs, and its identity; a pair has two."""

    spec: ModelSpec
    text: PromptTokenizer
    executor: Executor
    identities: tuple[ModelIdentity, ...]
    description: dict[str, Any]


@contextmanager
def open_model(spec: ModelSpec, *, workers: Workers = 0) -> Iterator[OpenModel]:
    """Load a model into this process, or into `workers` of its own.

    The library maps weights into the memory: bytes that are written into a file change the numbers of a loaded model.
    So the files are compared with their first state after each pack.

    Raises:
        DlsError: the folder is missing or broken, the device is not there, or the weights do not fit the memory.
    """
    if isinstance(spec, ServedSpec):
        with _open_served(spec) as answerer:
            yield answerer
        return
    if isinstance(spec, VllmSpec):
        with _open_engine(spec, workers) as answerer:
            yield answerer
        return
    processes = 0 if isinstance(workers, RayCluster) else workers
    refuse_too_large(spec, processes)
    model = None if workers else load_model(spec)
    check = spec.files.expect_same_files
    executor = InProcessExecutor(model, check) if model else _pool((spec,), workers, check)
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
def _open_engine(spec: VllmSpec, workers: Workers) -> Iterator[OpenModel]:
    """Ask a model through vLLM in this process."""
    if workers:
        raise DlsError("--backend vllm takes all GPUs itself, by --tensor-parallel N; leave --workers out")
    text = load_text(spec)
    with open_engine(spec, text) as model:
        notes = (*text.notes, *model.notes)
        executor = InProcessExecutor(model, spec.files.expect_same_files)
        try:
            description = describe_model(executor)
            description.pop("unused")
            text = dataclasses.replace(text, notes=notes)
            yield OpenModel(spec, text, executor, (spec.files.identity,), description)
        finally:
            executor.close()


@contextmanager
def open_pair(teacher: ModelSpec, student: ModelSpec, *, workers: Workers = 0) -> Iterator[OpenModel]:
    """Load a pair into this process or into worker processes.

    Raises:
        DlsError: a model cannot be loaded, or their tokenizers differ.

    """
    check = partial(_expect_same_files, teacher, student)
    specs = teacher, student
    executor = _pool(specs, workers, check) if workers else InProcessExecutor(load_pair(*specs), check)
    identities = teacher.files.identity, student.files.identity
    try:
        yield OpenModel(teacher, load_text(teacher), executor, identities, describe_model(executor))
    finally:
        executor.close()


def _pool(specs: tuple[ModelSpec, ...], workers: Workers, check: Callable[[], None]) -> Executor:
    """Return worker processes, or actors of a cluster, that hold a model or a pair."""
    if not isinstance(workers, RayCluster):
        return WorkerPool(partial(_load_in_worker, specs), workers, check)
    expect_ray()
    parts = [decisive_parts(spec.files.identity) for spec in specs]
    fresh = tuple(replace_field(spec, files=ModelFiles(spec.folder, spec.base)) for spec in specs)
    return RayPool(partial(_load_on_node, fresh, parts), workers, check)


def _load_in_worker(specs: tuple[ModelSpec, ...], number: int) -> ModelBackend:
    """Load a model or a pair in a worker process."""
    models = [replace_field(spec, device=device_of_worker(spec.device, number)) for spec in specs]
    return load_model(models[0]) if len(models) == 1 else load_pair(*models)


def _load_on_node(specs: tuple[ModelSpec, ...], parts: Sequence[Mapping[str, str | None]], number: int) -> ModelBackend:
    """Load a model or a pair on a node of a cluster, and refuse other files than those of the first machine.

    Raises:
        DlsError: the folders of the node hold another model, or none.
    """
    for spec, expected in zip(specs, parts, strict=True):
        if not spec.folder.is_dir():
            raise DlsError(f"a node of the cluster has no {spec.folder}; put the models under the same path everywhere")
        if decisive_parts(spec.files.identity) != expected:
            raise DlsError(f"{spec.folder} holds another model on a node of the cluster; copy the folder there again")
    return _load_in_worker(specs, number)


def _expect_same_files(*specs: ModelSpec) -> None:
    for spec in specs:
        spec.files.expect_same_files()


def describe_model(executor: Executor) -> dict[str, Any]:
    """Return the model's description of itself; a model that cannot be loaded fails here, before any work."""
    (_, answers), *_ = executor.map([Pack("describe", "", ())])
    return dict(answers[0])
