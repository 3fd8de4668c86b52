"""A text's score never depends on a longer text beside it; under LongRoPE the longest of a batch decides for all."""

from functools import cache
from types import SimpleNamespace

import pytest
import torch
import transformers as t
from tests.reference_probes.engine.test_architectures import GQA
from tests.reference_probes.engine.test_prefix_runs import EXAMPLES
from tests.reference_probes.records import record_of

from dls_probes.engine.ledger import Ledger
from dls_probes.engine.self_test import generation_verdict, text_verdict
from dls_probes.models.pair_model import PairModel
from dls_probes.models.transformers_model import ModelSpec, load_model
from dls_probes.packs import Budget, GenerateJob, TextJob
from dls_probes.requests import Generate, Prompt, Score
from dls_probes.runs.open_models import open_model
from dls_probes.runs.run import ProbeRun, elicit_model

SHORTEST, LONGEST = 18, 93  # tokens of the items below, with answers
ITEMS = [
    SimpleNamespace(
        id=f"{i:06d}", prompt=Prompt.user("what does anna have ? " + "not stated , " * (i % 8)), answers=answers
    )
    for i, answers in enumerate([("a red box", "a blue cup"), ("green", "yellow or white"), ("7", "9")] * 3)
]
PACKS = Budget(tokens=512, row=256)
TEXT = tuple((7 * place) % 300 for place in range(64))
ROWS = [[TextJob(TEXT, 60), TextJob((*TEXT[:62], 5, 6), 60)], [TextJob(TEXT[:60], 40)]]


@pytest.fixture(scope="module")
def switching(tiny):
    """Return a maker of Phi-3 models that take other rotary frequencies for texts over some length."""

    @cache
    def make(switch):
        rope = {
            "rope_type": "longrope",
            "rope_theta": 10_000.0,
            "short_factor": [1.0] * 4,
            "long_factor": [1.0, 4.0, 16.0, 32.0],
            "original_max_position_embeddings": switch,
        }
        sizes = {**GQA, "max_position_embeddings": 1024, "original_max_position_embeddings": switch}
        return tiny(t.Phi3Config, **sizes, rope_parameters=rope)

    return make


def plain_score(model, tokens, start):
    """Score one text from the tokens before each; the last token is scored and not read, so it adds no length."""
    with torch.no_grad():
        logprobs = model(torch.tensor([tokens[:-1]])).logits[0].double().log_softmax(dim=-1)
    return float(sum(logprobs[place - 1, tokens[place]] for place in range(start, len(tokens))))


def elicit(item):
    scores = yield [Score(item.prompt, answer) for answer in item.answers]
    greedy = yield Generate(item.prompt, max_tokens=4 + 5 * len(item.answers))
    yield record_of(item, scores=[score.logprob for score in scores], greedy=list(greedy.tokens), gap=greedy.gap)


def run(folder, ledger, items=ITEMS, steps=elicit, shots=(), budget=PACKS):
    """Return the result of a run, the library's model and the tokenizer."""
    spec = ModelSpec(folder, frame="few_shot" if shots else "none")
    with open_model(spec) as model, Ledger(ledger) as packs:
        probe_run = ProbeRun("test", "1.0", steps, items, 1, shots)
        result = elicit_model(probe_run, model, packs, budget=budget)
        return result, model.executor.model.model, model.text


def expect_plain(item, record, raw, text, oracle):
    for answer, score in zip(item.answers, record.scores, strict=True):
        ((tokens, start),) = text.pairs([(item.prompt, answer)])
        assert SHORTEST <= len(tokens) <= LONGEST
        assert score == pytest.approx(plain_score(raw, tokens, start), abs=1e-4)
    prompt = text.prompt_ids([item.prompt])[0]
    reference = oracle.greedy(raw, prompt, 4 + 5 * len(item.answers), text.eos)
    assert record.greedy == reference or record.gap < 1e-3


@pytest.mark.parametrize("switch", [31, 60, 88])
def test_records_are_those_of_one_text_at_a_time_on_both_sides_of_a_switch(switch, switching, tmp_path, oracle):
    result, raw, text = run(switching(switch), tmp_path / "ledger")
    for item, record in zip(ITEMS, result.records, strict=True):
        expect_plain(item, record, raw, text, oracle)
    assert {kind: layout for kind, (layout, _) in result.layouts.items()} == {"text": "equal", "generate": "equal"}
    assert any("texts share no prefixes (equal): tree/plain: off by" in note for note in result.notes)
    assert any("unequal lengths: off by" in note for note in result.notes)


@pytest.mark.parametrize("switch", [LONGEST + 14])
def test_below_the_switch_texts_share_their_beginnings(switch, switching, tmp_path, oracle):
    result, raw, text = run(switching(switch), tmp_path / "ledger")
    for item, record in zip(ITEMS, result.records, strict=True):
        expect_plain(item, record, raw, text, oracle)
    assert result.layouts == {"text": ("tree/plain", ""), "generate": ("drop", "")}


def test_short_texts_of_a_later_round_lie_beside_no_long_one(switching, tmp_path):
    """The first round has texts beyond the switch alone, and the second is no longer than the first."""
    long = Prompt.user("what does anna have ? " + "not stated , " * 6)

    def steps(item):
        yield Score(long, " " + item.answers[0])
        scores = yield [Score(prompt, item.answers[1]) for prompt in (item.prompt, long)]
        yield record_of(item, scores=[score.logprob for score in scores])

    result, raw, text = run(switching(40), tmp_path / "ledger", steps=steps)
    for item, record in zip(ITEMS, result.records, strict=True):
        for prompt, score in zip((item.prompt, long), record.scores, strict=True):
            ((tokens, start),) = text.pairs([(prompt, item.answers[1])])
            assert score == pytest.approx(plain_score(raw, tokens, start), abs=1e-4)


@pytest.mark.slow
@pytest.mark.parametrize(("switch", "prefixes"), [(90, set()), (150, set()), (512, {"text prefix", "generate prefix"})])
def test_a_prefix_is_cached_only_where_no_text_crosses_the_switch(switch, prefixes, switching, tmp_path):
    """The solved items are the prefix of texts of 108 to 193 tokens."""
    folder = switching(switch)
    one_by_one = run(folder, tmp_path / "single", ITEMS[:8], shots=EXAMPLES, budget=Budget(tokens=1, row=1000, rows=1))
    in_packs = run(folder, tmp_path / "packs", ITEMS[:8], shots=EXAMPLES, budget=Budget(tokens=256, row=64))
    assert {kind for kind, (layout, _) in in_packs[0].layouts.items() if layout in ("tree/plain", "drop")} >= prefixes
    assert {kind for kind in in_packs[0].layouts if kind.endswith("prefix")} == prefixes
    for single, batch in zip(one_by_one[0].records, in_packs[0].records, strict=True):
        assert batch.scores == pytest.approx(single.scores, abs=1e-4)
        assert batch.greedy == single.greedy or single.gap < 1e-3


CLAIMS = {"tree": ("tree/plain",), "padded": ()}


@pytest.mark.parametrize("dtype", ["float32", "bfloat16", "float16"])
@pytest.mark.parametrize("claim", CLAIMS)
@pytest.mark.parametrize("switch", [8, 13, 40, 61])
def test_a_switch_at_any_length_is_caught_under_any_layout(switch, claim, dtype, switching):
    model = load_model(ModelSpec(switching(switch), dtype=dtype))
    model.tree_layouts = lambda: CLAIMS[claim]
    verdict = text_verdict(model, ROWS)
    assert verdict.layout == "equal"
    assert [reason.split(":")[0] for reason in verdict.reason.split("; ")] == [*CLAIMS[claim], "padded"]


@pytest.mark.slow
@pytest.mark.parametrize("dtype", ["float32", "bfloat16", "float16"])
@pytest.mark.parametrize("switch", [8, 13, 40, 100])
def test_a_switch_during_an_answer_is_caught_however_late(switch, dtype, switching):
    """The last answer crosses it fifty tokens after the steps that the test generates."""
    model = load_model(ModelSpec(switching(switch), dtype=dtype))
    jobs = [GenerateJob(TEXT[:30], 80), GenerateJob(TEXT[:28], 80), GenerateJob(TEXT[5:25], 80)]
    verdict = generation_verdict(model, jobs)
    assert verdict.layout == "equal"
    assert verdict.reason.startswith("unequal lengths: off by")


def test_a_pair_has_equal_lengths_where_one_of_its_models_switches(switching, llama):
    pair = PairModel(load_model(ModelSpec(llama)), load_model(ModelSpec(switching(40))))
    assert text_verdict(pair, ROWS).layout == "equal"
