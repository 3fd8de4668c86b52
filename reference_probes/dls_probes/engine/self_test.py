"""Test on the model itself which layouts its packs may have; its architecture proves nothing.

Layouts of texts, best first; the first layout that agrees with one request at a time is used:

- `tree/layers`, `tree/window`, `tree/plain`: tree attention, under one mask per layer type, a windowed or a plain mask;
- `padded`: one path per row, padded on the right; `equal`: only paths of equal length; `alone`: one path.

For generation: `drop` removes complete rows from the KV cache, `keep` does not, `equal` and `alone` use the library's
loop.

In a reduced precision, rounding changes scores by as much as a leaking mask does. There a layout must first agree in
float32, where only a wrong layout changes scores, and then in the model's own precision.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import NamedTuple

from dls_probes.engine.agreement import generation_difference, longest_job, pack_scores, scoring_job, text_difference
from dls_probes.engine.company import beginnings, company_effect
from dls_probes.engine.protocols import ModelBackend
from dls_probes.packs import GenerateJob, Pack, TextJob

TEXT_LAYOUTS = ("padded", "equal")
GENERATE_LAYOUTS = ("drop", "keep", "equal")
_STEPS, _SHORT_STEPS = 12, (5, 8, 3)  # tokens that the test generates: for the longest prompt, and for the rest


class LayoutVerdict(NamedTuple):
    """The layout to use, and why better layouts cannot be used (empty for the best layout)."""

    layout: str
    reason: str


def text_verdict(model: ModelBackend, rows: Sequence[Sequence[TextJob]]) -> LayoutVerdict:
    """Return the first layout under which these rows score as they do one request at a time.

    The rows hold the longest path, the largest row and a short one, so that there is padding. A path alone costs as
    much as its whole row, so the test compares only the paths that a wrong layout changes most: the longest path, next
    to a twin that leaves it half-way, its own beginnings, which have it for company, and the last path of every other
    row, after all its siblings.
    """
    layouts = (*model.tree_layouts(), *TEXT_LAYOUTS)
    return in_both_precisions(model, layouts, TEXT_LAYOUTS[0], partial(_text_layout, model, rows))


def generation_verdict(model: ModelBackend, jobs: Sequence[GenerateJob]) -> LayoutVerdict:
    """Return the first layout under which these prompts in one batch give the tokens that they give alone.

    The jobs stop at different steps, so that rows are dropped during generation. Answers of unequal length never share
    a batch where a longer text changes the score of its beginning.
    """
    return in_both_precisions(model, GENERATE_LAYOUTS, GENERATE_LAYOUTS[-1], partial(_generate_layout, model, jobs))


def in_both_precisions(
    model: ModelBackend, layouts: tuple[str, ...], plain: str, first_of: Callable[[tuple[str, ...]], LayoutVerdict]
) -> LayoutVerdict:
    """Return the first layout that agrees in float32 and in the model's own precision.

    A model that cannot compute in float32 gets no layout better than `plain`.
    """
    in_float32 = model.full_precision()
    if in_float32 is None:
        return first_of(layouts)
    try:
        with in_float32:
            exact = first_of(layouts)
    except Exception as error:  # noqa: BLE001  a model's code may fix a precision in any way
        exact = LayoutVerdict(plain, f"cannot be told from rounding ({type(error).__name__} in float32)")
    verdict = first_of(layouts[layouts.index(exact.layout) :] if exact.layout in layouts else ())
    return LayoutVerdict(verdict.layout, "; ".join(filter(None, (exact.reason, verdict.reason))))


def _text_layout(model: ModelBackend, rows: Sequence[Sequence[TextJob]], layouts: tuple[str, ...]) -> LayoutVerdict:
    deepest, *rest = ([scoring_job(job) for job in row] for row in rows)
    branches = sorted({*_with_twin(deepest), *beginnings(longest_job(deepest))}, key=_order)
    jobs = [*branches, *(row[-1] for row in rest)]
    alone = {job: pack_scores(model, "alone", [[job]])[0] for job in jobs}
    reasons: list[str] = []
    for layout in layouts:
        try:
            difference = text_difference(model, _test_packs(layout, branches, rest, jobs), layout, alone)
        except Exception as error:  # noqa: BLE001  a model may refuse a mask in any way
            reasons.append(f"{layout}: {type(error).__name__}")
            continue
        if difference <= 1:
            return LayoutVerdict(layout, "; ".join(reasons))
        reasons.append(f"{layout}: off by {difference * model.tolerance():.2g} nats")
    return LayoutVerdict("alone", "; ".join(reasons))


def _generate_layout(model: ModelBackend, jobs: Sequence[GenerateJob], layouts: tuple[str, ...]) -> LayoutVerdict:
    reasons = _mixed_lengths(model, jobs[0]) if layouts else []
    layouts = tuple(layout for layout in layouts if layout == GENERATE_LAYOUTS[-1] or not reasons)
    window = model.tree_layouts() != ("tree/plain",)  # or unknown: then the longest answer is generated in full
    steps = [jobs[0].max_tokens if window else _STEPS, *_SHORT_STEPS]
    jobs = [*jobs, replace(jobs[0], noise=(jobs[0].noise or 0) ^ 1)]
    jobs = [replace(job, max_tokens=min(step, job.max_tokens)) for job, step in zip(jobs, steps, strict=False)]
    alone = [model.generate(Pack("generate", "alone", ((job,),)))[0] for job in jobs]
    for layout in layouts:
        try:
            difference = generation_difference(model, layout, jobs, alone)
        except Exception as error:  # noqa: BLE001  a cache may refuse in any way
            difference = type(error).__name__
        if not difference:
            return LayoutVerdict(layout, "; ".join(reasons))
        reasons.append(f"{layout}: {difference}")
    return LayoutVerdict("alone", "; ".join(reasons))


def _mixed_lengths(model: ModelBackend, job: GenerateJob) -> list[str]:
    """Return the reason why answers of unequal length cannot share a batch; an empty list where they can."""
    try:
        effect = company_effect(model, job)
    except Exception as error:  # noqa: BLE001  a model may refuse a text in any way
        return [f"unequal lengths: {type(error).__name__}"]
    return [f"unequal lengths: off by {effect * model.tolerance():.2g} nats"] if effect > 1 else []


def _test_packs(
    layout: str, branches: Sequence[TextJob], rest: Sequence[Sequence[TextJob]], jobs: Sequence[TextJob]
) -> Iterator[Sequence[Sequence[TextJob]]]:
    """Yield the packs that test a layout."""
    if layout.startswith("tree"):
        yield [branches]
        yield from _leak_test(branches)
        if rest:
            yield rest
    elif layout == "equal":
        counts = Counter(len(job.path) for job in jobs)
        for length in sorted(length for length, count in counts.items() if count > 1):
            yield [[job] for job in jobs if len(job.path) == length]
    else:
        yield [[job] for job in jobs]


def _leak_test(branches: Sequence[TextJob]) -> Iterator[Sequence[Sequence[TextJob]]]:
    """Yield the longest path next to a twin with a different last token: if the path's score changes, branches leak."""
    job = longest_job(branches)
    twin = _twin(job)
    if twin is not None and len(twin.path) - 1 > len(job.path) // 2:
        place = len(twin.tokens) - 2
        tokens = (*twin.tokens[:place], _different_token(twin, place), twin.tokens[-1])
        yield [sorted({job, TextJob(tokens, place + 1)}, key=_order)]


def _with_twin(row: Sequence[TextJob]) -> list[TextJob]:
    """Return a row's longest path with its twin, or with the row's last path where there is no twin.

    Path and twin are scored from their branching on: a model that looks back only a few tokens errs right after it.
    """
    job = longest_job(row)
    twin = _twin(job)
    return sorted({job, row[-1]} if twin is None else {replace(job, start=twin.start), twin}, key=_order)


def _twin(job: TextJob) -> TextJob | None:
    """Return the job with a different token in the middle of its path; None where its path or its tokens allow none."""
    place = len(job.path) // 2
    token = _different_token(job, place)
    if place == 0 or token == job.tokens[place]:
        return None
    return TextJob((*job.tokens[:place], token, *job.tokens[place + 1 :]), min(job.start, place + 1))


def _different_token(job: TextJob, place: int) -> int:
    """Return a token of the job that differs from its token at this place; that token itself where there is none."""
    return next((token for token in job.tokens if token != job.tokens[place]), job.tokens[place])


def _order(job: TextJob) -> tuple[object, ...]:
    return job.path, job.tokens, job.start
