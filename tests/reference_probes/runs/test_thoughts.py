"""Under `max_thought_tokens` a model thinks before each answer that it writes, and what follows is read."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.reference_probes.conftest import build_model, build_tokenizer, vocabulary
from tests.reference_probes.records import record_of
from tests.reference_probes.runs.test_answer_limit import profile
from tests.reference_probes.stated import Stated, filled
from tests.reference_probes.tokens.test_thinking import ALWAYS_OPEN
from transformers import LlamaConfig

from dls.commands.cli import main
from dls.document.reader import read
from dls.scenarios.profile import load_profile
from dls_probes.probes._texts import whole_answer
from dls_probes.requests import Distribution, Generate, Generated, Prompt, Score
from dls_probes.runs.thoughts import with_thoughts
from dls_probes.tokens.thought_form import ThoughtForm

LIMIT, PROBE = 6, "privacy.in_context_secret"
FORM = ThoughtForm("</think>", is_opened=True)
ASKED = Prompt.user("what ?", "be brief") + "answer :"
GREEDY, SAMPLED = Generate(ASKED, 9), Generate(ASKED, 9, sample=2)


def written(text: str, *tokens: int, gap: float = 1.0) -> Generated:
    return Generated(text, tokens, ended=True, gap=gap)


def elicit(item: Any) -> Any:
    greedy, _ = yield [GREEDY, Score(ASKED, "red")]
    yield Score(ASKED, greedy.tokens, end=True)
    yield record_of(item, thought=greedy.thought, gap=greedy.gap, text=greedy.text)


def conversation() -> Any:
    return with_thoughts(elicit, FORM, LIMIT)({"id": "000000"})


def test_the_thought_comes_first_and_has_its_own_limit():
    (thought,) = conversation().send(None)
    assert thought == Generate(Prompt(ASKED.messages, thought=""), LIMIT, is_fixed=True)


def test_the_answer_stands_behind_the_thought_and_a_given_text_behind_a_closed_one():
    steps = conversation()
    steps.send(None)
    answer, score = steps.send([written("so\n</think>\n\nblue")])
    assert answer == Generate(Prompt(ASKED.messages, "answer :", "so\n</think>\n\n"), 9)
    assert score == Score(ASKED, "red")


def test_an_answers_own_tokens_are_scored_behind_its_thought():
    steps = conversation()
    steps.send(None)
    steps.send([written("so")])
    (score,) = steps.send([written("red", 4, 5), None])
    assert score.prompt.thought == "so\n</think>\n\n"


def test_the_record_gets_the_thought_and_the_closest_decision_of_both():
    steps = conversation()
    steps.send(None)
    steps.send([written("so", gap=0.25)])
    steps.send([written("red", 4, gap=0.5), None])
    record = steps.send([None])
    assert (record.thought, record.gap, record.text) == ("so", 0.25, "red")


def test_a_sampled_answer_has_a_sampled_thought_of_other_noise():
    (thought,) = with_thoughts(lambda _: iter_of(SAMPLED), FORM, LIMIT)(None).send(None)
    assert thought.sample not in (None, SAMPLED.sample)


@pytest.mark.parametrize("request_", [Score(ASKED, "red"), Distribution(ASKED), Generate(Prompt((), "once"), 9)])
def test_a_given_text_and_a_bare_one_follow_no_thought(request_):
    assert with_thoughts(lambda _: iter_of(request_), FORM, LIMIT)(None).send(None) == [request_]


@pytest.mark.parametrize(("form", "limit"), [(None, LIMIT), (FORM, 0)])
def test_a_model_that_does_not_think_answers_at_once(form, limit):
    assert with_thoughts(elicit, form, limit) is elicit


def iter_of(request: Any) -> Any:
    yield request


@pytest.fixture(scope="module")
def stated(tmp_path_factory: pytest.TempPathFactory) -> Stated:
    """Return a statement about a model that thinks, as its own student."""
    folder = tmp_path_factory.mktemp("thoughts")
    build_tokenizer(folder, template=ALWAYS_OPEN)
    sizes = {"hidden_size": 16, "intermediate_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2}
    tokens = {"bos_token_id": 0, "eos_token_id": 1, "max_position_embeddings": 4096}
    build_model(folder, LlamaConfig(vocab_size=vocabulary(folder), **sizes, **tokens))
    parent = {"id": "general_chat", "version": "1.0", "sha256": load_profile("general_chat").sha256}
    scenario = profile(folder, extends=parent, max_thought_tokens=LIMIT)
    pair = ["--teacher", str(folder), "--student", str(folder)]
    run = ["--scenario", str(scenario), "--dimension", "privacy", "--n", "4", "--out", str(folder / "evidence")]
    assert main(["probe", "run", *pair, *run, "--frame", "none"]) == 0
    statement = Stated(folder, pair)
    assert main(["draft", str(folder / "evidence"), "--scenario", str(scenario), "-o", str(statement.statement)]) == 0
    statement.tell(lambda told: told.update(filled(told)))
    return statement


def records(folder: Path) -> list[Any]:
    return [json.loads(line) for line in (folder / "evidence" / PROBE / "student.jsonl").read_text().splitlines()]


@pytest.mark.slow
def test_the_manifest_says_that_both_thought_and_how_long(stated):
    settings = json.loads((stated.folder / "evidence" / PROBE / "manifest.json").read_text())["settings"]
    assert {(arm["thoughts"], arm["thinking"]) for arm in settings.values()} == {(LIMIT, "limited")}


@pytest.mark.slow
def test_the_records_hold_the_thoughts(stated):
    answers = [answer for record in records(stated.folder) for answer in record["texts"].values()]
    assert all(answer["text"].partition("</think>")[1] for answer in answers)


@pytest.mark.parametrize(
    ("thought", "text"),
    [("so", "so</think>red"), ("", "red"), (" so </think> it is ", "so  it is</think>red")],
)
def test_the_record_of_a_whole_answer_holds_the_thought_before_it(thought, text):
    answer = replace(written(" red "), thought=thought)
    assert whole_answer(answer).text == text
    assert whole_answer(answer).after_thought == "red"


@pytest.mark.slow
def test_a_second_run_lets_both_think_and_confirms(stated):
    stated.reproduce()
    claims = read(stated.folder / "report.yaml").value["claims"]
    assert {claim["verdict"] for claim in claims} == {"confirmed"}
