"""Differences between a pack's answers and those of the same jobs one at a time."""

from collections.abc import Iterable, Mapping, Sequence

from dls_probes.engine.protocols import ModelBackend
from dls_probes.packs import GenerateJob, Pack, TextJob

_LONG = 32  # tokens from which the tolerance grows with the length


def text_difference(
    model: ModelBackend,
    packs: Iterable[Sequence[Sequence[TextJob]]],
    layout: str,
    alone: Mapping[TextJob, float],
    prefix: int = 0,
) -> float:
    """Return the largest difference between log-probabilities from packs and from single jobs, in tolerances."""
    largest = 0.0
    for rows in packs:
        scores = pack_scores(model, layout, rows, prefix)
        for job, score in zip((job for row in rows for job in row), scores, strict=True):
            tolerance = model.tolerance() * max(1.0, (len(job.tokens) - job.start) / _LONG)
            difference = abs(score - alone.get(job, score)) / tolerance
            largest = max(largest, difference if difference == difference else float("inf"))  # noqa: PLR0124  NaN
    return largest


def generation_difference(
    model: ModelBackend,
    layout: str,
    jobs: Sequence[GenerateJob],
    alone: Sequence[tuple[Sequence[int], bool, float]],
    prefix: int = 0,
) -> str:
    """Return how the answers of a pack differ from those of single jobs; an empty string where they agree.

    Answers agree where tokens and end are equal, or where either has a near-tie.
    """
    lengths = sorted({len(job.tokens) for job in jobs}) if layout == "equal" else [None]
    for length in lengths:
        pairs = [(job, answer) for job, answer in zip(jobs, alone, strict=True) if length in (None, len(job.tokens))]
        answers = model.generate(Pack("generate", layout, tuple((job,) for job, _ in pairs), prefix))
        for (_, single), (tokens, end, gap) in zip(pairs, answers, strict=True):
            equal = (list(tokens), end) == (list(single[0]), single[1])
            if not equal and min(gap, single[2]) > 2 * model.tolerance():
                return "another text than alone"
    return ""


def pack_scores(model: ModelBackend, layout: str, rows: Sequence[Sequence[TextJob]], prefix: int = 0) -> list[float]:
    """Return the log-probability of every job of a pack, in nats."""
    pack = Pack("score", layout, tuple(map(tuple, rows)), prefix)
    return [answer.logprob for answer in model.score(pack)]


def scoring_job(job: TextJob) -> TextJob:
    """Return a job that scores the same path; it has one more token where the job has a place after its last token."""
    return TextJob((*job.tokens, job.tokens[0]) if job.after else job.tokens, job.start)


def longest_job(row: Sequence[TextJob]) -> TextJob:
    """Return the job of a row with the longest path."""
    return max(row, key=lambda job: len(job.path))
