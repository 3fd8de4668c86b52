"""Short texts beside a longer one: whether a text's score depends on the length of its company.

Under LongRoPE (Phi-3, Phi-4) the longest text of a batch decides which rotary frequencies all of its texts get.
"""

from collections.abc import Iterator
from itertools import cycle, islice

from dls_probes.engine.agreement import pack_scores, text_difference
from dls_probes.engine.protocols import ModelBackend
from dls_probes.packs import GenerateJob, TextJob

_FACTOR = 4  # between the lengths of two beginnings: one is at least a quarter of any length at which a model switches
_SCORED = 16  # last tokens of a beginning: the further a token looks back, the more it shows


def beginnings(job: TextJob) -> Iterator[TextJob]:
    """Yield a half, an eighth and so on of a path, down to two tokens; each scores its last tokens and the next one."""
    length = len(job.path) // 2
    while length > 1:
        yield TextJob(job.path[: length + 1], max(1, length + 1 - _SCORED))
        length //= _FACTOR


def company_effect(model: ModelBackend, job: GenerateJob) -> float:
    """Return by how much a prompt with its answer moves the scores of its own beginnings, in tolerances, at least 0.

    The answer is not there yet, so tokens of the prompt stand for it. Each beginning runs alone, and the text once.
    """
    text = TextJob((*job.tokens, *islice(cycle(job.tokens), job.max_tokens)), len(job.tokens))
    parts = sorted(beginnings(text), key=lambda part: part.path)
    alone = {part: pack_scores(model, "alone", [[part]])[0] for part in parts}
    return text_difference(model, [[[*parts, text]]], "alone", alone)
