"""Thoughts up to a number of tokens: a model thinks before each answer that it writes, and what follows is read.

A probability of a given text stands behind a closed thought, as under `thoughts: closed`: behind a thought it would
depend on every near-tie in the thought, and no second run could tell it again. Only an answer's own tokens are scored
behind the thought that the model wrote before them.
"""

from collections.abc import Generator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from dls_probes.requests import Elicit, Generate, Generated, Message, Request, asked_by
from dls_probes.tokens.thought_form import ThoughtForm

_OF_THOUGHTS = 1 << 20  # added to a sample's number, so that no answer is drawn by the noise of its thought


@dataclass(frozen=True, slots=True)
class _Turn:
    """What stands before an answer, and the thought in it; its gap is that of the thought."""

    text: str
    thought: str
    gap: float


_Turns = list[_Turn | None]


def with_thoughts(elicit: Elicit, form: ThoughtForm | None, tokens: int) -> Elicit:
    """Return the elicitation whose answers follow a thought of at most so many tokens.

    A model that does not think (`form` is None) answers at once.
    """
    if form is None or not tokens:
        return elicit
    return lambda item: asked_by(elicit(item), _Thinking(form, tokens).answers)


@dataclass(slots=True)
class _Thinking:
    """The thoughts of one item."""

    form: ThoughtForm
    tokens: int
    own: dict[tuple[tuple[Message, ...], tuple[int, ...]], _Turn] = field(default_factory=dict)  # by answer

    def answers(self, step: Request | list[Request]) -> Generator[Any, Any, Any]:
        """Ask for the thoughts before a step's answers, and then for the answers."""
        requests = step if isinstance(step, list) else [step]
        turns = yield from self._turns(requests)
        answers = yield [_behind(turn, request) for turn, request in zip(turns, requests, strict=True)]
        complete = [self._complete(*parts) for parts in zip(requests, turns, answers, strict=True)]
        return complete if isinstance(step, list) else complete[0]

    def _turns(self, requests: Sequence[Request]) -> Generator[Any, Any, _Turns]:
        """Ask for the thoughts before some requests; those that need none have None."""
        thinking = [self._of_thought(request) for request in requests if _is_answer(request)]
        thoughts = iter((yield thinking) if thinking else ())
        return [self._turn(next(thoughts)) if _is_answer(r) else self._own_turn(r) for r in requests]

    def _of_thought(self, request: Any) -> Generate:
        prompt = replace(request.prompt, prefill="", thought="")
        sample = None if request.sample is None else _OF_THOUGHTS + request.sample
        return Generate(prompt, self.tokens, sample, is_fixed=True)

    def _turn(self, thought: Generated) -> _Turn:
        text, turn = self.form.split(thought.text)
        return _Turn(turn, text, thought.gap)

    def _own_turn(self, request: Request) -> _Turn | None:
        """Return the turn before the answer whose very tokens a request is about."""
        tokens = getattr(request, "continuation", "")
        return self.own.get((request.prompt.messages, tokens)) if isinstance(tokens, tuple) else None

    def _complete(self, request: Request, turn: _Turn | None, answer: Any) -> Any:
        """Return an answer with its thought; another answer as it is."""
        if turn is None or not isinstance(answer, Generated):
            return answer
        self.own.setdefault((request.prompt.messages, answer.tokens), turn)
        return replace(answer, gap=min(answer.gap, turn.gap), thought=turn.thought)


def _is_answer(request: Request) -> bool:
    """Whether a request is for an answer in a conversation; a bare text has no turn to think in."""
    return isinstance(request, Generate) and bool(request.prompt.messages)


def _behind(turn: _Turn | None, request: Request) -> Request:
    return request if turn is None else replace(request, prompt=replace(request.prompt, thought=turn.text))
