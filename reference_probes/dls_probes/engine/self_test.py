"""How a model's packs may be laid out is tested on the model itself, never assumed from its architecture.

Layouts for given text, best first; the first one that agrees with one request at a time is taken:

- `tree/layers`, `tree/window`, `tree/plain`: rows are tries under one mask per layer type, a windowed or a plain one;
- `padded`: a path a row, padded on the right; `equal`: only paths of equal length together; `alone`: one at a time.

For generation: `drop` takes finished rows out of the cache, `keep` does not, `equal` and `alone` use the library's loop.

In a reduced precision rounding moves scores by as much as a leaking mask does, so there a layout has to agree in float32
first, in which nothing but a wrong layout moves them, and then also as the model computes.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import NamedTuple

from dls_probes.engine.agreement import first_difference, longest_job, pack_scores, scoring_job, text_difference
from dls_probes.engine.protocols import ModelBackend
from dls_probes.packs import GenerateJob, Pack, TextJob

TEXT_LAYOUTS = ("padded", "equal")
GENERATE_LAYOUTS = ("drop", "keep", "equal")
_STEPS, _SHORT = 12, (5, 8, 3)  # tokens that the test generates: for the longest prompt, and for the others


class LayoutVerdict(NamedTuple):
    """The layout to use, and why the better ones are not used (empty where the best one is)."""

    layout: str
    reason: str


def text_verdict(model: ModelBackend, rows: Sequence[Sequence[TextJob]]) -> LayoutVerdict:
    """Return the first layout under which these rows score as they do one request at a time.

    The rows hold the longest path, the largest row and a short one, so that there is padding. A path alone costs as much
    as its whole row, so of each row only the path is compared that differs most from one alone: the longest one beside a
    twin that leaves it half-way, and of every other row the last one, behind all its siblings.
    """
    layouts = (*model.tree_layouts(), *TEXT_LAYOUTS)
    return in_both_precisions(model, layouts, TEXT_LAYOUTS[0], partial(_text_layout, model, rows))


def generation_verdict(model: ModelBackend, jobs: Sequence[GenerateJob]) -> LayoutVerdict:
    """Return the first layout under which these prompts, run together, give the tokens they give alone.

    The jobs stop at different steps, so that rows are dropped in the middle.
    """
    return in_both_precisions(model, GENERATE_LAYOUTS, GENERATE_LAYOUTS[-1], partial(_generate_layout, model, jobs))


def in_both_precisions(
    model: ModelBackend, layouts: tuple[str, ...], plain: str, first_of: Callable[[tuple[str, ...]], LayoutVerdict]
) -> LayoutVerdict:
    """Return the first layout that agrees in float32 and as the model computes; from `plain` on where it cannot be float32."""
    in_float32 = model.full_precision()
    if in_float32 is None:
        return first_of(layouts)
    try:
        with in_float32:
            exact = first_of(layouts)
    except Exception as error:  # noqa: BLE001  a model's code may name a precision in any way
        exact = LayoutVerdict(plain, f"cannot be told from rounding ({type(error).__name__} in float32)")
    found = first_of(layouts[layouts.index(exact.layout) :] if exact.layout in layouts else ())
    return LayoutVerdict(found.layout, "; ".join(filter(None, (exact.reason, found.reason))))


def _text_layout(model: ModelBackend, rows: Sequence[Sequence[TextJob]], layouts: tuple[str, ...]) -> LayoutVerdict:
    deepest, *others = ([scoring_job(job) for job in row] for row in rows)
    branched = _with_twin(deepest)
    compared = [*branched, *(row[-1] for row in others)]
    alone = {job: pack_scores(model, "alone", [[job]])[0] for job in compared}
    reasons: list[str] = []
    for layout in layouts:
        try:
            difference = text_difference(model, _laid_out(layout, branched, others, compared), layout, alone)
        except Exception as error:  # noqa: BLE001  a model may refuse a mask in any way
            reasons.append(f"{layout}: {type(error).__name__}")
            continue
        if difference <= 1:
            return LayoutVerdict(layout, "; ".join(reasons))
        reasons.append(f"{layout}: off by {difference * model.tolerance():.2g} nats")
    return LayoutVerdict("alone", "; ".join(reasons))


def _generate_layout(model: ModelBackend, jobs: Sequence[GenerateJob], layouts: tuple[str, ...]) -> LayoutVerdict:
    windowed = model.tree_layouts() != ("tree/plain",)  # or unknown: then the longest answer is generated whole
    steps = [jobs[0].max_tokens if windowed else _STEPS, *_SHORT]
    tested = [*jobs, replace(jobs[0], noise=(jobs[0].noise or 0) ^ 1)]
    tested = [replace(job, max_tokens=min(step, job.max_tokens)) for job, step in zip(tested, steps, strict=False)]
    alone = [model.generate(Pack("generate", "alone", ((job,),)))[0] for job in tested]
    reasons: list[str] = []
    for layout in layouts:
        try:
            difference = first_difference(model, layout, tested, alone)
        except Exception as error:  # noqa: BLE001  a cache may refuse in any way
            difference = type(error).__name__
        if not difference:
            return LayoutVerdict(layout, "; ".join(reasons))
        reasons.append(f"{layout}: {difference}")
    return LayoutVerdict("alone", "; ".join(reasons))


def _laid_out(
    layout: str, branched: Sequence[TextJob], others: Sequence[Sequence[TextJob]], compared: Sequence[TextJob]
) -> Iterator[Sequence[Sequence[TextJob]]]:
    """Yield the packs that test a layout."""
    if layout.startswith("tree"):
        yield [branched]
        yield from _moved(branched)
        if others:
            yield others
    elif layout == "equal":
        for length in sorted({len(job.path) for job in compared}):
            yield [[job] for job in compared if len(job.path) == length]
    else:
        yield [[job] for job in compared]


def _moved(branched: Sequence[TextJob]) -> Iterator[Sequence[Sequence[TextJob]]]:
    """Yield the longest path beside a twin with another last token: if that moves the path's score, branches leak."""
    path = longest_job(branched)
    twin = _twin(path)
    if twin is not None and len(twin.path) - 1 > len(path.path) // 2:
        place = len(twin.tokens) - 2
        tokens = (*twin.tokens[:place], _another(twin, place), twin.tokens[-1])
        yield [sorted({path, TextJob(tokens, place + 1)}, key=_order)]


def _with_twin(row: Sequence[TextJob]) -> list[TextJob]:
    """Return a row's longest path beside one that leaves it half-way; where there is none, beside the row's last.

    Both are scored from there on: a model that looks a few tokens back errs only right behind the branching.
    """
    path = longest_job(row)
    twin = _twin(path)
    return sorted({path, row[-1]} if twin is None else {replace(path, start=twin.start), twin}, key=_order)


def _twin(job: TextJob) -> TextJob | None:
    """Return the job with another token in the middle of its path; None where the path has one token or one kind of token."""
    place = len(job.path) // 2
    other = _another(job, place)
    if place == 0 or other == job.tokens[place]:
        return None
    return TextJob((*job.tokens[:place], other, *job.tokens[place + 1 :]), min(job.start, place + 1))


def _another(job: TextJob, place: int) -> int:
    """Return a token of the job that is not the one at this place, or that one where there is no other."""
    return next((token for token in job.tokens if token != job.tokens[place]), job.tokens[place])


def _order(job: TextJob) -> tuple[object, ...]:
    return job.path, job.tokens, job.start
