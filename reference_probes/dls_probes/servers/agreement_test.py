"""A test of a server before the first item: does it return what it says, and what can it do?

A server may ignore a member of a request that it does not know, and answer 200. So each ability is tried, and tried in
two ways that have to agree. What fails is an ability that the server lacks; the probes then ask without it. A server
that reads token ids as other texts than the tokenizer does is refused: nothing that it says is about the questions.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple, TypeAlias

from dls.access_level import AccessLevel
from dls.errors import DlsError
from dls_probes.arithmetic.sampling import noise_key
from dls_probes.servers.client import RequestRefused
from dls_probes.servers.keyed_choice import keyed_best
from dls_probes.servers.server_api import Candidate, NotAnswered, ScoredPlace, ServerApi

Sampling: TypeAlias = Literal["keyed", "keyed_by_depth", "server_seed"]
"""Who draws a sample: the server by our key, this process by our key from lists of tokens, the server by itself."""
TEXTS = (
    "The river runs past the old mill and the town.",
    "Seven plus five is twelve, and twelve minus two is ten.",
    "A letter came from Paris on Monday; nobody had opened it.",
    "def add(first, second): return first + second",
    "Please answer in one word: what colour is the sky at noon?",
)
"""Plain texts, as any tokenizer reads them."""
_LENGTH, _STEPS, _LISTED = 8, 3, 10  # tokens of a prompt and of a continuation, and of a list of the best
_TOLERANCE = 0.05
"""Nats between two ways to one log-probability. Caches and batches move it by less, a shift or a rounding by more."""
_ROUNDED = 2  # decimals
_ALONE_AND_AMONG = 8
_KEYS = 1 << 12


class Doubt(NotAnswered):
    """A server's numbers contradict each other."""


@dataclass(frozen=True, slots=True)
class ServerAgreement:
    """The result of the test.

    Attributes:
        access: that the server gives.
        sampling: how samples are drawn.
        repeatable: whether the same request gave the same bits alone and among others; None where nothing is scored.
        notes: a sentence for each ability that the server lacks.

    """

    access: AccessLevel
    sampling: Sampling
    repeatable: bool | None
    notes: tuple[str, ...] = ()


class _Continuation(NamedTuple):
    """A prompt, the best tokens after it by single steps, and their log-probabilities."""

    prompt: list[int]
    tokens: list[int]
    logprobs: list[float]
    worst: float


def expect_tokenizer(api: ServerApi, tokenizer: Any, folder: object) -> None:
    """Refuse a server that reads token ids as other texts than the tokenizer of a folder does.

    How the server would cut a text does not matter, since it gets token ids alone.

    Raises:
        DlsError: it does.
    """
    for text in TEXTS:
        ids = token_ids(tokenizer, text)
        wanted = tokenizer.decode(ids, clean_up_tokenization_spaces=False)
        try:
            reading = api.text_of(ids)
        except RequestRefused as refusal:
            raise DlsError(f"{refusal}; the tokenizer in {folder} has ids that the served model lacks") from refusal
        if reading is not None and reading.split() != wanted.split():
            raise DlsError(
                f"the server at {api.client.address.source} reads the tokens of {wanted!r} as {reading[:60]!r}: the "
                f"tokenizer in {folder} is not that of the served model; name the folder of the served one"
            )


def token_ids(tokenizer: Any, text: str) -> list[int]:
    """Return the ids of a plain text, without special tokens around it."""
    return list(tokenizer(text, add_special_tokens=False)["input_ids"])


def agreement_of(api: ServerApi, tokenizer: Any, vocabulary: int, ends: frozenset[int]) -> ServerAgreement:
    """Try what a server can do.

    Raises:
        DlsError: it does not even write an answer.
    """
    source = api.client.address.source
    prompts = [token_ids(tokenizer, text)[:_LENGTH] for text in TEXTS]
    _expect_answer(api, prompts[0], ends)
    try:
        repeatable = _test_scores(api, prompts)
    except (NotAnswered, RequestRefused) as doubt:
        note = f"nothing is scored through {source}: {doubt}"
        return ServerAgreement("sampling", "server_seed", None, (note,))
    try:
        sampling, reason = _sampling(api, prompts[0], vocabulary, ends)
    except NotAnswered as doubt:
        sampling, reason = "server_seed", str(doubt)
    notes = (f"the samples of {source} are its own, for no key draws them: {reason}",) if reason else ()
    return ServerAgreement("logprobs", sampling, repeatable, notes)


def _expect_answer(api: ServerApi, prompt: Sequence[int], ends: frozenset[int]) -> None:
    try:
        next(api.greedy(prompt, _STEPS, ends))
    except (NotAnswered, RequestRefused) as error:
        raise DlsError(
            f"the server at {api.client.address.source} cannot be asked by token ids as {api.backend}: {error}; name "
            "its interface with --api"
        ) from error


def _test_scores(api: ServerApi, prompts: Sequence[Sequence[int]]) -> bool:
    """Compare scores with single steps; return whether they repeat to the bit, alone and among others.

    Raises:
        NotAnswered: there are no scores, or they cannot be right.
    """
    steps = [_steps(api, prompt) for prompt in prompts[:2]]
    numbers = [logprob for entry in steps for logprob in _scores(api, entry)]
    if all(number == round(number, _ROUNDED) for number in numbers):
        raise Doubt(f"its log-probabilities are rounded to {_ROUNDED} digits")
    tokens, start = [*steps[0].prompt, *steps[0].tokens], len(steps[0].prompt)
    others = [(list(prompt), len(prompt) - 2) for prompt in prompts[1:]]
    alone = api.places(tokens, start)
    jobs = [*others, (tokens, start)] * (_ALONE_AND_AMONG // len(prompts) + 1)
    answers = api.client.map(lambda job: api.places(*job), jobs)
    return all(answer == alone for answer, job in zip(answers, jobs, strict=True) if job[0] == tokens)


def _steps(api: ServerApi, prompt: Sequence[int]) -> _Continuation:
    """Return the best continuation, token by token, each from a list of the most probable ones."""
    tokens: list[int] = []
    logprobs: list[float] = []
    worst = 0.0
    for _ in range(_STEPS):
        candidates = api.top([*prompt, *tokens], _LISTED)
        values = [entry.logprob for entry in candidates]
        if len(candidates) < 2 or not all(map(math.isfinite, values)):  # noqa: PLR2004  a list of one compares nothing
            raise Doubt("its lists of the most probable tokens hold one token, or no finite number")
        if math.fsum(map(math.exp, values)) > 1 + _TOLERANCE:
            raise Doubt("the probabilities that it lists add up to more than 1")
        tokens.append(candidates[0].token)
        logprobs.append(values[0])
        worst = candidates[-1].logprob
    return _Continuation(list(prompt), tokens, logprobs, worst)


def _scores(api: ServerApi, steps: _Continuation) -> Iterator[float]:
    """Yield the log-probabilities of a continuation, scored as a whole."""
    tokens, start = [*steps.prompt, *steps.tokens], len(steps.prompt)
    places = api.places(tokens, start)
    _compare(places, steps)
    listed = {entry.token for entry in api.top(tokens[:-1], _LISTED)}
    rare = next(token for token in (*steps.prompt, *range(_LISTED + 1)) if token not in listed)
    (place,) = api.places([*tokens[:-1], rare], len(tokens) - 1)
    if place.logprob > steps.worst + _TOLERANCE:
        raise Doubt("a token outside of its list of the most probable ones is more probable than one in it")
    yield from (*(entry.logprob for entry in places), place.logprob)


def _compare(places: Sequence[ScoredPlace], steps: _Continuation) -> None:
    for place, logprob in zip(places, steps.logprobs, strict=True):
        if not abs(place.logprob - logprob) <= _TOLERANCE:  # NaN is no agreement
            raise Doubt(
                f"a token has the log-probability {place.logprob:.4g} in a text and {logprob:.4g} as the next token"
            )


def _sampling(
    api: ServerApi, prompt: Sequence[int], vocabulary: int, ends: frozenset[int]
) -> tuple[Sampling, str | None]:
    """Return how samples are drawn, and why not by a key."""
    candidates = api.top(prompt, min(_LISTED, vocabulary))
    noise = _telling_key(candidates, vocabulary)
    try:
        steps = api.keyed(prompt, 1, ends, noise)
        if steps is not None and next(iter(steps)).token != candidates[0].token:
            return "keyed", None
    except (NotAnswered, RequestRefused):
        pass  # the server ignored or refused the key
    try:
        if len(api.top(prompt, vocabulary)) < vocabulary:
            return "server_seed", "its lists of the most probable tokens end before the whole vocabulary"
    except (NotAnswered, RequestRefused) as error:
        return "server_seed", str(error)
    return "keyed_by_depth", None


def _telling_key(candidates: Sequence[Candidate], vocabulary: int) -> int:
    """Return a key that draws another token than the most probable one, which a server without keys would draw."""
    for sample in range(_KEYS):
        noise = noise_key(0, "agreement", sample)
        if keyed_best(noise, 0, vocabulary, candidates) != candidates[0].token:
            return noise
    raise NotAnswered(f"the most probable token stays the best under each of {_KEYS} keys")
