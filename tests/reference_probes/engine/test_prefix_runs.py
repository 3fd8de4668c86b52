"""Questions after a few-shot prompt are answered as one request at a time, with a cached prefix or without."""

from types import SimpleNamespace

import pytest
from tests.reference_probes.engine.test_architectures import ARCHITECTURES
from tests.reference_probes.records import record_of

from dls.probe import Shot
from dls_probes.engine.ledger import Ledger
from dls_probes.models.transformers_model import ModelSpec
from dls_probes.packs import Budget
from dls_probes.requests import Generate, Prompt, Score
from dls_probes.runs.open_models import open_model
from dls_probes.runs.run import ProbeRun, elicit_model

CACHES_PREFIX = {
    "gpt2": True,
    "llama": True,
    "mistral_past_its_window": False,
    "gemma2_past_its_window": False,
    "lfm2": False,
    "mamba": False,
}
EXAMPLES = tuple(
    Shot("", f"what does {name} have ?", "a red box and a blue cup") for name in ("anna", "tom", "anna and tom")
)
ITEMS = [SimpleNamespace(id=f"{k:06d}", prompt=Prompt.user(f"what is {k} + {k} ?")) for k in range(8)]


def elicit(item):
    scores = yield [Score(item.prompt, answer) for answer in ("7", "9 and 4")]
    answer = yield Generate(item.prompt, 5)
    yield record_of(item, scores=[score.logprob for score in scores], tokens=list(answer.tokens), gap=answer.gap)


@pytest.mark.parametrize("name", CACHES_PREFIX)
@pytest.mark.filterwarnings("default")
def test_questions_after_examples_are_answered_as_one_at_a_time(name, tiny, tmp_path):
    config, arguments, _ = ARCHITECTURES[name]
    longer = {key: 1024 for key in arguments if key in ("n_positions", "max_position_embeddings")}
    folder = tiny(config, **{**arguments, **longer})
    results = {}
    for budget in (Budget(tokens=1, row=10_000, rows=1), Budget(tokens=128, row=64)):
        with open_model(ModelSpec(folder, frame="few_shot")) as model, Ledger(tmp_path / str(budget.row)) as ledger:
            probe_run = ProbeRun("test", "1.0", elicit, ITEMS, 1, EXAMPLES)
            result = elicit_model(probe_run, model, ledger, budget=budget)
        results[budget.row] = result
    one_by_one, in_packs = results.values()
    layouts = {test: layout for test, (layout, _) in in_packs.layouts.items() if test.endswith("prefix")}
    assert not any(test.endswith("prefix") for test in one_by_one.layouts)
    assert layouts == ({"text prefix": "tree/plain", "generate prefix": "drop"} if CACHES_PREFIX[name] else layouts)
    assert CACHES_PREFIX[name] or set(layouts.values()) <= {"alone"}
    for single, batch in zip(one_by_one.records, in_packs.records, strict=True):
        assert batch.scores == pytest.approx(single.scores, abs=1e-4)
        assert batch.tokens == single.tokens or single.gap < 1e-3
