"""Whether a server computes with the weights that lie here as the library does: five jobs, asked of both."""

from pathlib import Path

from dls.errors import DlsError
from dls_probes.models.size import refuse_too_large
from dls_probes.models.transformers_model import ModelSpec, load_model
from dls_probes.packs import Pack, TextJob
from dls_probes.servers.agreement_test import TEXTS, token_ids
from dls_probes.servers.server_api import ServerApi

NATS_TO_WEIGHTS = "nats_to_weights"
"""The setting that says by how much a server's log-probabilities of one continuation were off, in nats, at most."""
MOST_NATS_TO_WEIGHTS = 1e-3
"""The largest such difference under which numbers are compared within the tolerance class of their metric."""
_ANOTHER_MODEL = 1.5
"""From this difference on it is another model. Two engines of one 4-bit file differed by 0.5 nats at most."""
_START = 4
_DIGITS = 6


def nats_to_weights(api: ServerApi, weights: Path) -> float:
    """Return the largest difference between a server and the weights in a folder, in nats a continuation.

    Raises:
        DlsError: the weights cannot be loaded, or are those of another model.
    """
    spec = ModelSpec(weights)
    refuse_too_large(spec, 0)
    model = load_model(spec)
    jobs = [TextJob(tuple(token_ids(model.text.tokenizer, text)), _START) for text in TEXTS]
    scores: list[float] = [model.score(Pack("score", "alone", ((job,),)))[0].logprob for job in jobs]
    served = api.client.map(lambda job: sum(place.logprob for place in api.places(job.tokens, job.start)), jobs)
    difference = max(abs(first - second) for first, second in zip(scores, served, strict=True))
    if not difference < _ANOTHER_MODEL:
        raise DlsError(
            f"the weights in {weights} are not those behind {api.client.address.source}: the log-probability of a text "
            f"differs by {difference:.2g} nats; name the folder of the served model"
        )
    return round(float(difference), _DIGITS)
