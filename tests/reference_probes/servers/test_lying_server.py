"""Ten lies of a server: each is found before the first item, and ends in one sentence."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from tests.reference_probes.servers.stand_in import StandIn

from dls.errors import DlsError
from dls_probes import pair
from dls_probes.servers import connection
from dls_probes.servers.address import ServerAddress
from dls_probes.servers.client import Patience
from dls_probes.servers.served_spec import spec_of


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "PATIENCE", Patience(3, 0.01, 0.05, 20, 1 << 20))


def connect(server: StandIn) -> Any:
    return spec_of(ServerAddress(server.url, pair.TEACHER)).connection


def change_prompt(change: Callable[[list[Any]], Any]) -> Callable[[dict[str, Any]], Any]:
    def lie(reply: dict[str, Any]) -> dict[str, Any]:
        choice = reply["choices"][0]
        if "prompt_logprobs" in choice:
            choice["prompt_logprobs"] = change(choice["prompt_logprobs"])
        return reply

    return lie


def change_numbers(change: Callable[[float], float]) -> Callable[[dict[str, Any]], Any]:
    def lie(reply: dict[str, Any]) -> dict[str, Any]:
        choice = reply["choices"][0]
        for row in choice.get("prompt_logprobs") or ():
            for entry in (row or {}).values():
                entry["logprob"] = change(entry["logprob"])
        for row in (choice["logprobs"] or {}).get("top_logprobs", ()):
            row.update({name: change(value) for name, value in row.items()})
        return reply

    return lie


def shifted(rows: list[Any]) -> list[Any]:
    """Give each token the log-probability of the token after it, under its own name."""
    values = [next(iter(row.values()))["logprob"] if row else None for row in rows]
    later = [*values[2:], -1.0]
    return [None, *({n: {**e, "logprob": x} for n, e in row.items()} for row, x in zip(rows[1:], later, strict=True))]


def without_ids(reply: dict[str, Any]) -> dict[str, Any]:
    choice = reply["choices"][0]
    return {**reply, "choices": [{**choice, "token_ids": None, "prompt_token_ids": None, "text": "a river"}]}


LOST = {
    "empty prompt log-probabilities": (change_prompt(lambda _: None), "returns no log-probabilities of the prompt"),
    "log-probabilities shifted by one": (change_prompt(shifted), "as the next token"),
    "zeros": (change_numbers(lambda _: 0.0), "add up to more than 1"),
    "rounded to two digits": (change_numbers(lambda x: round(x, 2)), "rounded to 2 digits"),
}


@pytest.mark.parametrize("lie", LOST)
def test_a_false_log_probability_costs_the_scores_and_nothing_else(lie, stand_in):
    stand_in.lie, sentence = LOST[lie]
    agreement = connect(stand_in).agreement
    assert agreement.access == "sampling"
    (note,) = agreement.notes
    assert note.startswith(f"nothing is scored through {stand_in.url}: ")
    assert sentence in note


def other_texts(server: StandIn) -> None:
    server.decode = lambda tokens: " ".join(str(token) for token in tokens)


def busy(server: StandIn) -> None:
    server.answer = lambda path: (429, {"Retry-After": "0.01"}, iter([b"{}"])) if "completions" in path else None


def endless(server: StandIn) -> None:
    def chunks() -> Iterator[bytes]:
        while True:
            yield b" " * 65536

    server.answer = lambda path: (200, {}, chunks()) if "completions" in path else None


def texts_alone(server: StandIn) -> None:
    server.lie = without_ids


def cut(server: StandIn) -> None:
    server.lie = lambda _: b'{"choices": [{"index": 0, "te'


def error_inside(server: StandIn) -> None:
    server.lie = lambda _: {"error": {"message": "the engine is dead"}}


REFUSED: dict[str, tuple[Callable[[StandIn], None], str]] = {
    "text instead of ids": (texts_alone, "it returns text instead of token ids; name its interface with --api"),
    "another tokenizer": (other_texts, "is not that of the served model; name the folder of the served one"),
    "a storm of 429": (busy, "answers 429, too many requests, 3 times; lower --width, or go on later with --resume"),
    "cut JSON": (cut, "cuts its JSON off or sends none"),
    "an error with the status 200": (error_inside, "answers 200 with an error in the body: the engine is dead"),
    "a body without an end": (endless, "has no end within 1 MiB; this is no server of a language model"),
}


@pytest.mark.parametrize("lie", REFUSED)
def test_a_server_that_cannot_be_asked_is_refused_in_one_sentence(lie, stand_in):
    start, sentence = REFUSED[lie]
    start(stand_in)
    with pytest.raises(DlsError) as error:
        connect(stand_in)
    message = str(error.value)
    assert sentence in message
    assert stand_in.url in message
    assert "\n" not in message


def test_the_honest_server_loses_nothing(stand_in):
    agreement = connect(stand_in).agreement
    assert (agreement.access, agreement.sampling, agreement.notes) == ("logprobs", "keyed", ())


def test_a_server_that_ignores_keys_draws_its_own_samples(stand_in):
    """It answers 200 to an argument that no logits processor reads; twenty candidates prove no choice of a key."""
    stand_in.knows_keys = False
    agreement = connect(stand_in).agreement
    assert agreement.sampling == "server_seed"
    assert "its own, for no key draws them" in agreement.notes[0]


def test_a_busy_server_is_asked_again_after_the_seconds_that_it_names(stand_in):
    answers = iter([(429, {"Retry-After": "0.02"}, iter([b"{}"])), (503, {}, iter([b"starting"]))])
    stand_in.answer = lambda path: next(answers, None) if "completions" in path else None
    link = connect(stand_in)
    assert link.agreement.access == "logprobs"
    assert link.api.client.retries == 2
