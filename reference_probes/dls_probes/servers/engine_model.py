"""A model that vLLM computes in this process answers packs: the engine gets all jobs of a pack at once."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from dls.errors import DlsError
from dls_probes.engine.protocols import PackAnswers
from dls_probes.models.size import parameters, refuse_too_large
from dls_probes.models.transformers_model import ModelSpec
from dls_probes.packs import Pack, generate_jobs, text_rows
from dls_probes.servers.agreement_test import agreement_of
from dls_probes.servers.connection import Connection, vocabulary_of
from dls_probes.servers.served_model import ServedModel, generated, scored
from dls_probes.servers.vllm_engine import VllmEngine, load_engine
from dls_probes.servers.vllm_spec import VllmSpec
from dls_probes.servers.weights_test import nats_to_weights
from dls_probes.tokens.text import PromptTokenizer


class EngineModel(ServedModel):
    """The model of an engine in this process."""

    def __init__(self, engine: VllmEngine, connection: Connection, text: PromptTokenizer, spec: VllmSpec) -> None:
        super().__init__(connection, text, spec.dtype)
        self._engine = engine
        self._parameters = parameters(spec.files.weight_paths())

    def score(self, pack: Pack) -> PackAnswers:
        """Return a `Scored` for each job."""
        jobs = [job for row in text_rows(pack) for job in row]
        return [scored(places) for places in self._engine.score(jobs)]

    def generate(self, pack: Pack) -> PackAnswers:
        """Return (tokens, ended, gap) for each job."""
        return [generated(steps, self._ends) for steps in self._engine.generate(generate_jobs(pack), self._ends)]

    @property
    def notes(self) -> tuple[str, ...]:
        """A sentence for each ability that the engine lacks."""
        return self._connection.agreement.notes

    def describe(self) -> dict[str, Any]:
        """Return the properties of the model that affect its numbers; the engine chooses the device."""
        from vllm.platforms import current_platform

        description = super().describe()
        del description["served_as"]
        return description | {"device_class": str(current_platform.device_type), "parameters": self._parameters}


@contextmanager
def open_engine(spec: VllmSpec, text: PromptTokenizer) -> Iterator[EngineModel]:
    """Start vLLM on a model and test it as a server is tested; with the weights where the library can load them too.

    Raises:
        DlsError: vLLM is not there, cannot load the model, or computes another one than the library does.
    """
    vocabulary = vocabulary_of(spec.folder, text)
    engine = load_engine(spec, text, vocabulary)
    try:
        agreement = agreement_of(engine, text.tokenizer, vocabulary, frozenset(text.eos))
        nats = nats_to_weights(engine, spec.folder) if _fits(spec) else None
        yield EngineModel(engine, Connection(engine, engine.facts(), vocabulary, agreement, nats), text, spec)
    finally:
        engine.close()


def _fits(spec: VllmSpec) -> bool:
    """Whether the library can load the model beside the engine, on the CPU."""
    try:
        refuse_too_large(ModelSpec(spec.folder))
    except DlsError:
        return False
    return True
