"""How far a pack's answers are from those of the same jobs one at a time."""

from collections.abc import Iterable, Mapping, Sequence

from dls_probes.engine.protocols import ModelBackend
from dls_probes.packs import GenerateJob, Pack, TextJob

_LONG = 32  # tokens from which on the tolerance grows with the length


def text_difference(
    model: ModelBackend,
    packs: Iterable[Sequence[Sequence[TextJob]]],
    layout: str,
    alone: Mapping[TextJob, float],
    prefix: int = 0,
) -> float:
    """Return the largest difference between the scores of packs and those of the same jobs alone, in units of what is tolerated."""
    worst = 0.0
    for rows in packs:
        scored = pack_scores(model, layout, rows, prefix)
        for job, found in zip((job for row in rows for job in row), scored, strict=True):
            allowed = model.tolerance() * max(1.0, (len(job.tokens) - job.start) / _LONG)
            difference = abs(found - alone.get(job, found)) / allowed
            worst = max(worst, difference if difference == difference else float("inf"))  # noqa: PLR0124  NaN
    return worst


def first_difference(
    model: ModelBackend,
    layout: str,
    jobs: Sequence[GenerateJob],
    alone: Sequence[tuple[Sequence[int], bool, float]],
    prefix: int = 0,
) -> str:
    """Return in what the answers of a pack differ from those of the same jobs alone; nothing where they do not."""
    lengths = sorted({len(job.tokens) for job in jobs}) if layout == "equal" else [None]
    for length in lengths:
        chosen = [(job, wanted) for job, wanted in zip(jobs, alone, strict=True) if length in (None, len(job.tokens))]
        found = model.generate(Pack("generate", layout, tuple((job,) for job, _ in chosen), prefix))
        for (_, wanted), (tokens, ended, gap) in zip(chosen, found, strict=True):
            if (list(tokens), ended) != (list(wanted[0]), wanted[1]) and min(gap, wanted[2]) > 2 * model.tolerance():
                return "another text than alone"
    return ""


def pack_scores(model: ModelBackend, layout: str, rows: Sequence[Sequence[TextJob]], prefix: int = 0) -> list[float]:
    """Return the score of every job of a pack, in nats."""
    return [scored.logprob for scored in model.score(Pack("score", layout, tuple(map(tuple, rows)), prefix))]


def scoring_job(job: TextJob) -> TextJob:
    """Return a job that scores the same path, also where the distribution after it is asked for."""
    return TextJob((*job.tokens, job.tokens[0]) if job.after else job.tokens, job.start)


def longest_job(row: Sequence[TextJob]) -> TextJob:
    """Return the job of a row that reads most."""
    return max(row, key=lambda job: len(job.path))
