from hypothesis import given
from hypothesis import strategies as st

from dls_probes.engine.packing import generate_packs, row_size, text_packs
from dls_probes.packs import Budget, GenerateJob, TextJob

tokens = st.lists(st.integers(0, 3), min_size=2, max_size=12).map(tuple)
text_jobs = st.builds(
    lambda t, cut, after: TextJob(t, 1 + cut % (len(t) - 1), after=after), tokens, st.integers(0, 20), st.booleans()
)
BUDGET = Budget(tokens=40, row=30, rows=4)


@given(st.lists(text_jobs, min_size=1, max_size=30), st.randoms(use_true_random=False))
def test_the_plan_does_not_depend_on_the_order_of_the_jobs(jobs, random):
    permutation = random.sample(jobs, len(jobs))
    assert text_packs("score", jobs, "tree/plain", BUDGET) == text_packs("score", permutation, "tree/plain", BUDGET)


@given(st.lists(text_jobs, min_size=1, max_size=30), st.sampled_from(["tree/plain", "padded", "equal", "alone"]))
def test_every_job_is_planned_once(jobs, layout):
    plan = [job for pack in text_packs("score", jobs, layout, BUDGET) for job in pack.jobs]
    assert len(plan) == len(set(plan))
    assert set(plan) == set(jobs)


@given(st.lists(text_jobs, min_size=1, max_size=30), st.sampled_from(["tree/plain", "padded", "equal"]))
def test_no_pack_exceeds_its_budget(jobs, layout):
    for pack in text_packs("score", jobs, layout, BUDGET):
        assert len(pack.rows) * max(map(row_size, pack.rows)) <= BUDGET.tokens


@given(st.lists(text_jobs, min_size=1, max_size=30))
def test_packs_of_equal_length_need_no_padding(jobs):
    for pack in text_packs("score", jobs, "equal", BUDGET):
        assert len({len(job.path) for job in pack.jobs}) == 1


def test_choices_of_one_prompt_share_its_row():
    prompt = tuple(range(100, 140))
    jobs = [TextJob((*prompt, choice, 7, 8), 40) for choice in range(4)]
    (pack,) = text_packs("score", jobs, "tree/plain", Budget())
    assert [row_size(row) for row in pack.rows] == [40 + 4 * 2]


def test_prompts_that_share_only_their_opening_get_rows_of_their_own():
    jobs = [TextJob((0, *range(k * 10, k * 10 + 9), 5), 10) for k in range(1, 5)]
    assert [len(pack.rows) for pack in text_packs("score", jobs, "tree/plain", Budget())] == [4]


def test_a_pack_is_named_by_its_content_and_its_context():
    first, second = (text_packs("score", [TextJob((1, 2, k), 2)], "padded", Budget())[0] for k in (3, 4))
    names = {first.name("a"), first.name("b"), second.name("a"), first.name("a")}
    assert len(names) == 3
    assert all(len(name) == 64 for name in names)


@given(
    st.lists(st.builds(GenerateJob, tokens, st.integers(1, 9), st.none() | st.integers(0, 3)), min_size=1, max_size=30)
)
def test_generation_plans_every_job_once_and_few_enough_rows(jobs):
    packs = generate_packs(jobs, "drop", BUDGET)
    plan = [job for pack in packs for job in pack.jobs]
    assert len(plan) == len(set(plan))
    assert set(plan) == set(jobs)
    assert all(len(pack.rows) <= BUDGET.rows for pack in packs)
