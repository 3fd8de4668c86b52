"""How probable the openings of a refusal and of an answer are, at once and after a compliant start."""

from collections.abc import Sequence

from dls.probes.shared.refusals import COMPLIANT_START, OpeningRecord
from dls_probes.requests import Prompt, Score, Scored, nats


def opening_requests(prompt: Prompt, openings: Sequence[str]) -> list[Score]:
    """Return the requests that score every opening in two spellings, at once and after a compliant start."""
    texts = [text for opening in openings for text in _spellings(opening)]
    return [
        *(Score(prompt, text) for text in texts),
        *(Score(prompt + COMPLIANT_START, f" {text}") for text in texts),
    ]


def opening_record(item: str, scores: Sequence[Scored], refusals: int) -> OpeningRecord:
    """Return the record of the scores; `item` is its id, and the first `refusals` openings are refusals."""
    values = [nats(score.logprob) for score in scores]
    likelier = tuple(max(pair) for pair in zip(values[0::2], values[1::2], strict=True))
    size = len(likelier) // 2
    return OpeningRecord(
        item,
        refusals=likelier[:refusals],
        compliances=likelier[refusals:size],
        refusals_after_start=likelier[size : size + refusals],
        compliances_after_start=likelier[size + refusals :],
    )


def _spellings(opening: str) -> tuple[str, str]:
    return opening, opening[0].upper() + opening[1:]
