"""What a probe can ask a model, and what it gets back: frozen values without a tensor in them.

An elicitation is a generator function of one item. It yields one request or a list of requests, receives the
answer or the list of answers, and ends with a `Record`:

    def elicit(item):
        reply = yield Generate(item.prompt, max_tokens=64)
        right, wrong = yield [Score(item.prompt + reply.text, answer) for answer in item.answers]
        yield Record({"margin": right.logprob - wrong.logprob})
"""

from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal, NamedTuple, TypeAlias

from dls.standard.numbers import RECORD_DIGITS

PromptStyle: TypeAlias = Literal["none", "few_shot"]
"""How a question is put: bare, or after a few solved ones."""


class Message(NamedTuple):
    """One turn of a conversation: the role is `system`, `user` or `assistant`."""

    role: str
    content: str


@dataclass(frozen=True, slots=True)
class Prompt:
    """A conversation up to the assistant's turn, and what that turn already says.

    `prompt + "text"` is the prompt whose assistant turn goes on with that text, not a further message.
    """

    messages: tuple[Message, ...]
    prefill: str = ""

    def __add__(self, text: str) -> "Prompt":
        return replace(self, prefill=self.prefill + text)

    @classmethod
    def user(cls, content: str, system: str = "") -> "Prompt":
        """Return a prompt of one user turn, after a system turn where its text is not empty."""
        turns = (Message("system", system), Message("user", content))
        return cls(turns if system else turns[1:])


Continuation: TypeAlias = str | tuple[int, ...]  # a text, or the very tokens that this model has generated


@dataclass(frozen=True, slots=True)
class Score:
    """Ask how probable a continuation of the prompt is.

    With `end`, the answer includes that the assistant's turn ends right after it.
    """

    prompt: Prompt
    continuation: Continuation
    end: bool = False


@dataclass(frozen=True, slots=True)
class Scored:
    """The log-probability of a continuation.

    Attributes:
        logprob: nats, summed over the continuation's tokens; at most 0.
        tokens: how many tokens that are.
        greedy: every token is the most probable one at its place.
        gap: smallest difference, in nats, between the two most probable tokens over all places; 0 is a tie.

    """

    logprob: float
    tokens: int
    greedy: bool
    gap: float


@dataclass(frozen=True, slots=True)
class Generate:
    """Ask what the model answers.

    `sample` is None for the most probable token at each step, or the index of one of the item's independent draws
    at temperature 1 without truncation. The answer is cut before the first of the `stop` strings.
    """

    prompt: Prompt
    max_tokens: int
    sample: int | None = None
    stop: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Generated:
    """An answer.

    Attributes:
        text: what was said, cut before a stop string; `prompt + text` is the conversation that goes on from here.
        tokens: all generated tokens without the one that ends the turn; they may reach into a stop string.
        ended: the model ended its turn by itself (neither `max_tokens` nor a stop string did).
        gap: smallest difference, in nats, between the chosen token's (noisy) score and the next best one's.
        canonical: the tokenizer gives these very tokens for the text; only then is `Score` of the text the
            probability with which it was drawn.

    """

    text: str
    tokens: tuple[int, ...]
    ended: bool
    gap: float
    canonical: bool = True


@dataclass(frozen=True, slots=True)
class Distribution:
    """Ask for the next-token distribution at each token of the continuation, or after the prompt if it is empty.

    `options` are texts whose first tokens' log-probabilities are wanted as well, at the last place. A classifier's
    options are labels, and all of them where none is named.
    """

    prompt: Prompt
    continuation: Continuation = ""
    options: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Distributed:
    """Reductions of whole next-token distributions; nothing in it is as long as the vocabulary.

    Attributes:
        entropies: Shannon entropy in nats at each place, at least 0.
        top: the most probable token at each place.
        options: log-probability in nats of each option's first token, at the last place.
        labels: a classifier's names of the options, in their order; nothing of other models.

    """

    entropies: tuple[float, ...]
    top: tuple[int, ...]
    options: tuple[float, ...] = ()
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Divergence:
    """Ask how far apart teacher and student are at each token of the continuation; only a pair with one tokenizer answers.

    With `end`, the place after the last token counts as well: there the turn ends, or goes on. An empty continuation
    has that place alone.
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
        same_top: teacher and student have the same most probable token.

    """

    forward: tuple[float, ...]
    reverse: tuple[float, ...]
    jensen_shannon: tuple[float, ...]
    total_variation: tuple[float, ...]
    same_top: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class Record:
    """What an elicitation ends with: JSON values by field name, without `id`, which the scheduler adds."""

    values: Mapping[str, Any]


LOWEST_LOGPROB = -1e6  # a record holds no infinity

Request: TypeAlias = Score | Generate | Distribution | Divergence
ModelAnswer: TypeAlias = Scored | Generated | Distributed | Diverged
Elicitation: TypeAlias = Generator[Request | list[Request] | Record, Any, None]
Elicit: TypeAlias = Callable[[Any], Elicitation]


def nats(value: float) -> float:
    """Round a log-probability to the six decimals that records carry; what lies beyond differs between machines."""
    return round(max(value, LOWEST_LOGPROB), RECORD_DIGITS)
