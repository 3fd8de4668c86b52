"""A shared prefix is computed once, and every answer is that of the whole text in a request of its own."""

from dataclasses import replace
from typing import Any

import pytest
import transformers as t
from hypothesis import given
from hypothesis import strategies as st
from tests.reference_probes.engine.test_architectures import GQA

from dls_probes.engine.memory import run_within_memory
from dls_probes.engine.packing import generate_packs, row_size, text_packs
from dls_probes.engine.prefixes import LONG, prefix_groups
from dls_probes.models.causal_model import CausalModel
from dls_probes.models.pair_model import PairModel
from dls_probes.models.transformers_model import ModelSpec, load_model
from dls_probes.packs import Budget, GenerateJob, Pack, TextJob, rows_after_prefix

N = 30  # jobs after each text
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
cuts = st.integers(-1, 9)
some_jobs = st.lists(
    st.builds(lambda text, ending, cut: TextJob((*text, *ending), max(1, len(text) - cut)), beginnings, endings, cuts),
    min_size=1,
    max_size=40,
)


@given(some_jobs, st.randoms(use_true_random=False))
def test_the_groups_do_not_depend_on_the_order_of_the_jobs(jobs, random):
    first, second = (
        {(group.prefix, frozenset(group.jobs)) for group in prefix_groups(order, ROOM)}
        for order in (jobs, random.sample(jobs, len(jobs)))
    )
    assert first == second


@given(some_jobs)
def test_every_job_is_in_one_group_and_asks_for_nothing_within_its_prefix(jobs):
    partition = prefix_groups(jobs, ROOM)
    members = [job for group in partition for job in group.jobs]
    assert len(members) == len(set(members))
    assert set(members) == set(jobs)
    for prefix, part in partition:
        assert len({job.tokens[:prefix] for job in part}) == 1
        assert all(prefix < job.start for job in part)
        assert prefix == 0 or prefix >= LONG


def test_examples_in_two_orders_are_two_prefixes():
    assert [(group.prefix, len(group.jobs)) for group in prefix_groups(JOBS, ROOM)] == [
        (LONG + 6, 2 * N),
        (LONG + 6, 2 * N),
    ]


def test_a_longer_prefix_is_cached_for_the_jobs_that_share_it():
    passage = (*FIRST, *SECOND)
    about = [TextJob((*passage, 9 + k, 8, 4), len(passage) + 2) for k in range(N)]
    partition = prefix_groups([*JOBS[: 2 * N], *about], ROOM)
    assert sorted((group.prefix, len(group.jobs)) for group in partition) == [(len(FIRST), 2 * N), (len(passage), N)]


@pytest.mark.parametrize(
    "jobs",
    [
        JOBS[:1],
        [replace(job, tokens=job.tokens[-LONG:], start=LONG - 1) for job in JOBS],
        [TextJob(FIRST, 3), TextJob(SECOND, 3)],
    ],
    ids=["one job", "a short beginning", "answers that begin early"],
)
def test_a_prefix_that_one_row_reads_once_anyway_is_not_cached(jobs):
    (group,) = prefix_groups(jobs, Budget())
    assert group.prefix == 0
    assert set(group.jobs) == set(jobs)


def test_packs_after_a_prefix_are_full_of_new_tokens():
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
    causal = load_model(ModelSpec(llama))
    assert isinstance(causal, CausalModel)
    return causal


def test_texts_after_a_prefix_score_as_alone(model, oracle):
    for group in prefix_groups(JOBS, ROOM):
        for pack in text_packs("score", group.jobs, "tree/plain", ROOM, group.prefix):
            reference = [oracle.score(model.model, job.tokens, job.start) for job in pack.jobs]
            assert [answer.logprob for answer in model.score(pack)] == pytest.approx(reference, abs=1e-4)


def test_distributions_after_a_prefix_are_those_of_the_whole_text(model):
    option_jobs = [replace(job, options=(4, 5, 6), after=True) for job in JOBS]
    for group in prefix_groups(option_jobs, ROOM):
        for pack in text_packs("distribution", group.jobs, "tree/plain", ROOM, group.prefix):
            alone = [model.distribution(Pack("distribution", "alone", ((job,),)))[0] for job in pack.jobs]
            for answer, reference in zip(model.distribution(pack), alone, strict=True):
                assert answer.options == pytest.approx(reference.options, abs=1e-4)
                assert answer.entropies == pytest.approx(reference.entropies, abs=1e-4)


def test_divergences_after_a_prefix_are_those_of_the_whole_text(tiny, model):
    student = load_model(ModelSpec(tiny(t.LlamaConfig, seed=1, **GQA)))
    pair = PairModel(model, student)
    for group in prefix_groups(JOBS[: 2 * N], ROOM):
        for pack in text_packs("divergence", group.jobs, "tree/plain+tree/plain", ROOM, group.prefix):
            alone = [pair.distribution(Pack("divergence", "alone", ((job,),)))[0] for job in pack.jobs]
            for answer, reference in zip(pair.distribution(pack), alone, strict=True):
                assert answer.forward == pytest.approx(reference.forward, abs=1e-3)
                assert answer.jensen_shannon == pytest.approx(reference.jensen_shannon, abs=1e-3)


def test_answers_after_a_prefix_are_those_to_the_whole_prompt(model):
    for group in prefix_groups(PROMPTS, ROOM):
        assert group.prefix > LONG
        for pack in generate_packs(group.jobs, "drop", ROOM, group.prefix):
            alone = [model.generate(Pack("generate", "alone", ((job,),)))[0] for job in pack.jobs]
            assert [(list(tokens), end) for tokens, end, _ in model.generate(pack)] == [
                (list(tokens), end) for tokens, end, _ in alone
            ]


def test_a_prefix_is_read_once_for_all_its_packs(llama):
    model = load_model(ModelSpec(llama))
    sizes: list[int] = []
    model.model.get_input_embeddings().register_forward_pre_hook(lambda _, inputs: sizes.append(inputs[0].numel()))
    (group,) = prefix_groups(JOBS[: 2 * N], ROOM)
    packs = text_packs("score", group.jobs, "tree/plain", ROOM, group.prefix)
    for pack in packs:
        model.score(pack)
    assert len(packs) > 1
    assert sum(sizes) == group.prefix + sum(
        len(pack.rows) * max(map(row_size, rows_after_prefix(pack))) for pack in packs
    )


def test_a_pack_halved_for_memory_keeps_its_prefix(model, oracle):
    (group,) = prefix_groups(JOBS[: 2 * N], ROOM)
    whole = Pack("score", "tree/plain", (tuple(group.jobs),), group.prefix)

    def narrow(pack):
        if len(pack.jobs) > 11:
            raise MemoryError
        return model.score(pack)

    scores = [answer.logprob for answer in run_within_memory(narrow, whole, [])]
    assert scores == pytest.approx([oracle.score(model.model, job.tokens, job.start) for job in whole.jobs], abs=1e-4)
