"""What many jobs begin with is read once, and every answer is that of the whole text read alone."""

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
import torch
import transformers as t
from hypothesis import given
from hypothesis import strategies as st
from tests.reference_probes.engine.test_architectures import ARCHITECTURES, GROUPED

from dls_probes.engine.ledger import Ledger
from dls_probes.engine.memory import run_within_memory
from dls_probes.engine.packing import generate_packs, row_size, text_packs
from dls_probes.engine.prefix_self_test import prefix_verdict
from dls_probes.engine.prefixes import LONG, prefix_groups
from dls_probes.few_shot.prompt import Example
from dls_probes.models.causal_model import CausalModel
from dls_probes.models.pair_model import PairModel
from dls_probes.models.transformers_model import ModelSpec, load_model
from dls_probes.packs import Budget, GenerateJob, Pack, TextJob, rows_after_prefix
from dls_probes.requests import Generate, Prompt, Record, Score
from dls_probes.runs.open_models import open_model
from dls_probes.runs.run import ProbeRun, elicit_model

N = 30  # units behind each text
ROOM = Budget(tokens=60, row=40, rows=4)
FIRST, SECOND = (tuple((7 * place + k) % 300 for place in range(LONG + 6)) for k in (1, 2))
JOBS = [TextJob((*text, 9 + k, 8, last), LONG + 8) for text in (FIRST, SECOND) for k in range(N) for last in (4, 5)]
PROMPTS = [
    GenerateJob((*text, *range(9, 12 + k % 5)), 3 + k % 4, noise=k if k % 2 else None)
    for text in (FIRST, SECOND)
    for k in range(N)
]
beginnings = st.sampled_from([(), FIRST[:LONG], FIRST, (*FIRST, *SECOND), SECOND])
endings = st.lists(st.integers(0, 2), min_size=2, max_size=9).map(tuple)
some_jobs = st.lists(
    st.builds(lambda text, own, cut: TextJob((*text, *own), max(1, len(text) - cut)), beginnings, endings, st.integers(-1, 9)),
    min_size=1,
    max_size=40,
)  # fmt: skip


@given(some_jobs, st.randoms(use_true_random=False))
def test_the_groups_do_not_depend_on_the_order_of_the_jobs(jobs, random):
    one, other = (
        {(group.prefix, frozenset(group.jobs)) for group in prefix_groups(given_jobs, ROOM)}
        for given_jobs in (jobs, random.sample(jobs, len(jobs)))
    )
    assert one == other


@given(some_jobs)
def test_every_job_is_in_one_group_and_asks_for_nothing_within_its_prefix(jobs):
    found = prefix_groups(jobs, ROOM)
    grouped = [job for group in found for job in group.jobs]
    assert len(grouped) == len(set(grouped))
    assert set(grouped) == set(jobs)
    for prefix, inside in found:
        assert len({job.tokens[:prefix] for job in inside}) == 1
        assert all(prefix < job.start for job in inside)
        assert prefix == 0 or prefix >= LONG


def test_examples_in_two_orders_are_two_prefixes():
    assert [(group.prefix, len(group.jobs)) for group in prefix_groups(JOBS, ROOM)] == [
        (LONG + 6, 2 * N),
        (LONG + 6, 2 * N),
    ]


def test_a_longer_prefix_is_kept_for_those_that_share_it():
    passage = (*FIRST, *SECOND)
    about = [TextJob((*passage, 9 + k, 8, 4), len(passage) + 2) for k in range(N)]
    found = prefix_groups([*JOBS[: 2 * N], *about], ROOM)
    assert sorted((group.prefix, len(group.jobs)) for group in found) == [(len(FIRST), 2 * N), (len(passage), N)]


@pytest.mark.parametrize(
    "jobs",
    [JOBS[:1], [replace(job, tokens=job.tokens[-LONG:], start=LONG - 1) for job in JOBS], [TextJob(FIRST, 3), TextJob(SECOND, 3)]],
    ids=["one job", "a short beginning", "answers that begin early"],
)  # fmt: skip
def test_what_one_row_reads_once_anyway_is_not_kept(jobs):
    (group,) = prefix_groups(jobs, Budget())
    assert group.prefix == 0
    assert set(group.jobs) == set(jobs)


def test_packs_behind_a_prefix_are_full_of_what_is_new():
    (packs,) = [
        text_packs("score", group.jobs, "tree/plain", ROOM, group.prefix)
        for group in prefix_groups(JOBS[: 2 * N], ROOM)
    ]
    assert sum(row_size(row) for pack in packs for row in rows_after_prefix(pack)) == 2 * N
    assert all(len(pack.rows) * max(map(row_size, rows_after_prefix(pack))) <= ROOM.tokens for pack in packs)


def test_a_pack_is_named_by_its_prefix_too():
    pack = Pack("score", "tree/plain", ((JOBS[0],),))
    assert pack.name("") != replace(pack, prefix=LONG).name("")


@pytest.fixture(scope="module")
def model(llama: Any) -> CausalModel:
    loaded = load_model(ModelSpec(llama))
    assert isinstance(loaded, CausalModel)
    return loaded


def test_texts_behind_a_prefix_score_as_alone(model, oracle):
    for group in prefix_groups(JOBS, ROOM):
        for pack in text_packs("score", group.jobs, "tree/plain", ROOM, group.prefix):
            wanted = [oracle.score(model.model, job.tokens, job.start) for job in pack.jobs]
            assert [one.logprob for one in model.score(pack)] == pytest.approx(wanted, abs=1e-4)


def test_distributions_behind_a_prefix_are_those_of_the_whole_text(model):
    asked = [replace(job, options=(4, 5, 6), after=True) for job in JOBS]
    for group in prefix_groups(asked, ROOM):
        for pack in text_packs("distribution", group.jobs, "tree/plain", ROOM, group.prefix):
            alone = [model.distribution(Pack("distribution", "alone", ((job,),)))[0] for job in pack.jobs]
            for found, wanted in zip(model.distribution(pack), alone, strict=True):
                assert found.options == pytest.approx(wanted.options, abs=1e-4)
                assert found.entropies == pytest.approx(wanted.entropies, abs=1e-4)


def test_divergences_behind_a_prefix_are_those_of_the_whole_text(tiny, model):
    other = load_model(ModelSpec(tiny(t.LlamaConfig, seed=1, **GROUPED)))
    pair = PairModel(model, other)
    for group in prefix_groups(JOBS[: 2 * N], ROOM):
        for pack in text_packs("divergence", group.jobs, "tree/plain+tree/plain", ROOM, group.prefix):
            alone = [pair.distribution(Pack("divergence", "alone", ((job,),)))[0] for job in pack.jobs]
            for found, wanted in zip(pair.distribution(pack), alone, strict=True):
                assert found.forward == pytest.approx(wanted.forward, abs=1e-3)
                assert found.jensen_shannon == pytest.approx(wanted.jensen_shannon, abs=1e-3)


def test_answers_behind_a_prefix_are_those_to_the_whole_prompt(model):
    for group in prefix_groups(PROMPTS, ROOM):
        assert group.prefix > LONG
        for pack in generate_packs(group.jobs, "drop", ROOM, group.prefix):
            alone = [model.generate(Pack("generate", "alone", ((job,),)))[0] for job in pack.jobs]
            assert [(list(tokens), ended) for tokens, ended, _ in model.generate(pack)] == [
                (list(tokens), ended) for tokens, ended, _ in alone
            ]


def test_a_prefix_is_read_once_for_all_its_packs(llama):
    model = load_model(ModelSpec(llama))
    read: list[int] = []
    model.model.get_input_embeddings().register_forward_pre_hook(lambda _, given: read.append(given[0].numel()))
    (group,) = prefix_groups(JOBS[: 2 * N], ROOM)
    packs = text_packs("score", group.jobs, "tree/plain", ROOM, group.prefix)
    for pack in packs:
        model.score(pack)
    assert len(packs) > 1
    assert sum(read) == group.prefix + sum(
        len(pack.rows) * max(map(row_size, rows_after_prefix(pack))) for pack in packs
    )


def test_a_pack_halved_for_memory_keeps_its_prefix(model, oracle):
    (group,) = prefix_groups(JOBS[: 2 * N], ROOM)
    whole = Pack("score", "tree/plain", (tuple(group.jobs),), group.prefix)

    def narrow(pack):
        if len(pack.jobs) > 11:
            raise MemoryError
        return model.score(pack)

    found = [one.logprob for one in run_within_memory(narrow, whole, [])]
    assert found == pytest.approx([oracle.score(model.model, job.tokens, job.start) for job in whole.jobs], abs=1e-4)


@pytest.mark.parametrize("dtype", ["float32", "bfloat16"])
def test_a_prefix_that_is_read_wrongly_is_not_kept(dtype, llama):
    model = load_model(ModelSpec(llama, dtype=dtype))
    (group,) = prefix_groups(JOBS[: 2 * N], ROOM)
    check = Pack("check_text", "tree/plain", (group.jobs[:4], group.jobs[-3:]), group.prefix)
    assert prefix_verdict(model, check) == ("tree/plain", "")
    forget(model)
    verdict = prefix_verdict(model, check)
    assert verdict.layout == "alone"
    assert verdict.reason.startswith("off by")


def test_answers_to_a_prefix_that_is_read_wrongly_are_not_kept(llama):
    model = load_model(ModelSpec(llama))
    group = prefix_groups(PROMPTS, ROOM)[0]
    check = Pack("check_generation", "drop", ((group.jobs[0],), (group.jobs[-1],)), group.prefix)
    assert prefix_verdict(model, check) == ("drop", "")
    forget(model)
    assert prefix_verdict(model, check) == ("alone", "another text than alone")


def forget(model: Any) -> None:
    """Let a model remember a prefix of which a layer has forgotten everything."""
    honest = model.prefix

    def forgetful(pack: Pack) -> Any:
        cache = honest(pack)
        if cache is not None:
            cache.layers[-1].values = torch.zeros_like(cache.layers[-1].values)
        return cache

    model.prefix = forgetful


KEPT = {
    "gpt2": True,
    "llama": True,
    "mistral_past_its_window": False,
    "gemma2_past_its_window": False,
    "lfm2": False,
    "mamba": False,
}
SHOWN = tuple(
    Example("", f"what does {name} have ?", "a red box and a blue cup") for name in ("anna", "tom", "anna and tom")
)
ITEMS = [SimpleNamespace(id=f"{k:06d}", prompt=Prompt.user(f"what is {k} + {k} ?")) for k in range(8)]


def elicit(item):
    scored = yield [Score(item.prompt, answer) for answer in ("7", "9 and 4")]
    said = yield Generate(item.prompt, 5)
    yield Record({"scores": [one.logprob for one in scored], "said": list(said.tokens), "gap": said.gap})


@pytest.mark.parametrize("name", KEPT)
@pytest.mark.filterwarnings("default")
def test_questions_after_examples_are_answered_as_one_at_a_time(name, tiny, tmp_path):
    config, arguments, _ = ARCHITECTURES[name]
    longer = {key: 1024 for key in arguments if key in ("n_positions", "max_position_embeddings")}
    folder = tiny(config, **{**arguments, **longer})
    found = {}
    for budget in (Budget(tokens=1, row=10_000, rows=1), Budget(tokens=128, row=64)):
        with open_model(ModelSpec(folder, frame="few_shot")) as model, Ledger(tmp_path / str(budget.row)) as ledger:
            asked = ProbeRun("test", "1.0", elicit, ITEMS, 1, SHOWN)
            result = elicit_model(asked, model, ledger, budget=budget)
        found[budget.row] = result
    one_by_one, together = found.values()
    kept = {what: layout for what, (layout, _) in together.layouts.items() if what.endswith("prefix")}
    assert not any(what.endswith("prefix") for what in one_by_one.layouts)
    assert kept == ({"text prefix": "tree/plain", "generate prefix": "drop"} if KEPT[name] else kept)
    assert KEPT[name] or set(kept.values()) <= {"alone"}
    for one, other in zip(one_by_one.records, together.records, strict=True):
        assert other["scores"] == pytest.approx(one["scores"], abs=1e-4)
        assert other["said"] == one["said"] or one["gap"] < 1e-3
