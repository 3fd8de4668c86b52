"""The requests that a probe makes of a model, and the answers: frozen values that hold no tensor.

An elicitation is a generator function of one item. It yields one request or a list of requests, receives the
answer or the list of answers, and ends with a `Record`:

    def elicit(item):
        reply = yield Generate(item.prompt, max_tokens=load_registry().max_new_tokens)
        right, wrong = yield [Score(item.prompt + reply.text, answer) for answer in item.answers]
        yield MarginRecord(item.id, margin=right.logprob - wrong.logprob)
"""

from collections.abc import Callable, Generator
from dataclasses import dataclass, replace
from typing import Any, Literal, NamedTuple, TypeAlias

import msgspec

from dls.standard.numbers import RECORD_DIGITS

PromptStyle: TypeAlias = Literal["none", "few_shot"]
"""How a question is asked: bare, or after a few-shot prompt of solved items."""


class Message(NamedTuple):
    """One turn of a conversation: the role is `system`, `user` or `assistant`."""

    role: str
    content: str


@dataclass(frozen=True, slots=True)
class Prompt:
    """A conversation up to the assistant's turn, and the text with which that turn begins.

    `prompt + "text"` extends the assistant's turn by the text; it adds no message.

    Attributes:
        messages: the turns before the assistant's.
        prefill: the text with which the assistant's turn begins.
        thought: all that stands before the prefill where the model thinks before it answers; "" before it thinks. None
            where it does not: a thought that its template opens is then closed, or left open.

    """

    messages: tuple[Message, ...]
    prefill: str = ""
    thought: str | None = None

    def __add__(self, text: str) -> "Prompt":
        return replace(self, prefill=self.prefill + text)

    @classmethod
    def user(cls, content: str, system: str = "") -> "Prompt":
        """Return a prompt of one user turn, after a system turn where its text is not empty."""
        turns = (Message("system", system), Message("user", content))
        return cls(turns if system else turns[1:])


Continuation: TypeAlias = str | tuple[int, ...]  # a text, or the exact tokens that this model has generated


@dataclass(frozen=True, slots=True)
class Score:
    """A request for the log-probability of a continuation of the prompt.

    With `end`, it includes the token that ends the assistant's turn right after the continuation.
    """

    prompt: Prompt
    continuation: Continuation
    end: bool = False


@dataclass(frozen=True, slots=True)
class Scored:
    """The log-probability of a continuation.

    Attributes:
        logprob: nats, summed over the continuation's tokens; at most 0.
        tokens: number of those tokens.
        greedy: every token is the most probable one at its place.
        gap: smallest difference, in nats, between the two most probable tokens over all places; 0 is a tie.

    """

    logprob: float
    tokens: int
    greedy: bool
    gap: float


@dataclass(frozen=True, slots=True)
class Generate:
    """A request for an answer of at most `max_tokens` tokens.

    `sample` is None for greedy decoding, or the index of one of the item's independent samples at temperature 1
    without truncation. A profile may raise `max_tokens`, unless the text `is_fixed` in its length. Only an end token of
    the model itself ends an answer before that.
    """

    prompt: Prompt
    max_tokens: int
    sample: int | None = None
    is_fixed: bool = False


@dataclass(frozen=True, slots=True)
class Generated:
    """An answer.

    Attributes:
        text: the answer; `prompt + text` is the prompt of a request that continues it.
        tokens: all generated tokens without the one that ends the turn.
        ended: the model ended its turn itself, before `max_tokens` did.
        gap: smallest difference, in nats, between the two best (noisy) scores over all steps.
        canonical: the tokenizer encodes the text to exactly these tokens. Only then does `Score` of the text give the
            probability with which it was sampled.
        thought: what the model thought before it.

    """

    text: str
    tokens: tuple[int, ...]
    ended: bool
    gap: float
    canonical: bool = True
    thought: str = ""


@dataclass(frozen=True, slots=True)
class Distribution:
    """A request for the next-token distribution at each token of the continuation, or after the prompt if it is empty.

    `options` are texts; the answer holds the log-probability of each one's first token at the last place. The options
    of a classifier are its labels: all of them where the request names none.
    """

    prompt: Prompt
    continuation: Continuation = ""
    options: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Distributed:
    """Reductions of whole next-token distributions; no member is as long as the vocabulary.

    Attributes:
        entropies: Shannon entropy in nats at each place, at least 0.
        top: the most probable token at each place.
        options: log-probability in nats of each option's first token, at the last place.
        labels: a classifier's names of the options, in their order; empty for other models.

    """

    entropies: tuple[float, ...]
    top: tuple[int, ...]
    options: tuple[float, ...] = ()
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Divergence:
    """A request for the divergences between teacher and student at each token of the continuation.

    Only a pair with one tokenizer can answer it. With `end`, it includes the place after the last token, where the turn
    ends or goes on. An empty continuation has only that place.
    """

    prompt: Prompt
    continuation: Continuation = ""
    end: bool = False


@dataclass(frozen=True, slots=True)
class Diverged:
    """Exact divergences over the whole vocabulary, one value a place, in nats.

    Attributes:
        forward: KL(teacher ‖ student), at least 0.
        reverse: KL(student ‖ teacher), at least 0.
        jensen_shannon: in [0, ln 2].
        total_variation: in [0, 1]; a probability, not nats.
        same_top: whether teacher and student have the same most probable token.

    """

    forward: tuple[float, ...]
    reverse: tuple[float, ...]
    jensen_shannon: tuple[float, ...]
    total_variation: tuple[float, ...]
    same_top: tuple[bool, ...]


Record: TypeAlias = msgspec.Struct
"""The result of an elicitation: the `record` type of the probe's light half, with the id of the item."""
LOWEST_LOGPROB = -1e6  # JSON has no infinity

Request: TypeAlias = Score | Generate | Distribution | Divergence
ModelAnswer: TypeAlias = Scored | Generated | Distributed | Diverged
Elicitation: TypeAlias = Generator[Request | list[Request] | Record, Any, None]
Elicit: TypeAlias = Callable[[Any], Elicitation]


def asked_by(
    steps: Elicitation,
    ask: Callable[[Request | list[Request]], Generator[Any, Any, Any]],
    end: Callable[[Record], Record] = lambda record: record,
) -> Elicitation:
    """Yield what another elicitation asks in place of each of its steps.

    Args:
        steps: the elicitation.
        ask: asks for one request or a list of requests in its own way, and returns the answers in that form.
        end: makes the record of the elicitation's own.

    """
    answer = None
    while True:
        try:
            step = steps.send(answer)
        except StopIteration:
            return
        answer = yield from (_ended(end(step)) if isinstance(step, Record) else ask(step))


def with_changes(steps: Elicitation, change: Callable[[Request], Request]) -> Elicitation:
    """Yield an elicitation's steps with every request changed; answers and the record pass through."""

    def ask(step: Request | list[Request]) -> Generator[Any, Any, Any]:
        return (yield [change(request) for request in step] if isinstance(step, list) else change(step))

    return asked_by(steps, ask)


def _ended(record: Record) -> Generator[Any, Any, Any]:
    return (yield record)


def nats(value: float) -> float:
    """Round a log-probability to the decimals of a record; further decimals differ between machines."""
    return round(max(value, LOWEST_LOGPROB), RECORD_DIGITS)
