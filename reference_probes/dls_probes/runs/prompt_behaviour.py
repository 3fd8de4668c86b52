"""A tokenizer and a template by their behaviour on the items of a run, without the model's weights."""

from collections.abc import Iterator, Sequence

from dls.model import Circumstances
from dls_probes.engine.encoding import Encoding
from dls_probes.engine.prompts import prompts_sha256
from dls_probes.engine.scheduler import ItemRequest, elicit_all
from dls_probes.few_shot.examples import solved_items
from dls_probes.few_shot.prompt import with_shots
from dls_probes.models.transformers_model import ModelSpec, load_text
from dls_probes.probes import ELICITATIONS
from dls_probes.runs.plan import PlannedProbe
from dls_probes.tokens.tokenizer_behaviour import vocabulary_sha256


def behaviour_differences(circumstances: Circumstances, planned_probe: PlannedProbe, spec: ModelSpec) -> Iterator[str]:
    """Yield how the tokenizer and the template of a folder behave otherwise than those of an earlier run.

    Args:
        circumstances: of the earlier run.
        planned_probe: the items of the earlier run.
        spec: the folder, and the settings of the earlier run.

    Raises:
        DlsError: the tokenizer is missing or broken.
    """
    text = load_text(spec)
    if vocabulary_sha256(text.tokenizer) != circumstances.vocabulary_sha256:
        yield "the tokenizer gives texts other ids, or ids other texts"
    requests = _first_requests(planned_probe, spec)
    if prompts_sha256(requests, Encoding(text, planned_probe.seed).keys(requests)) != circumstances.prompts_sha256:
        yield "the items get other prompts"


class _FirstRound(Exception):  # noqa: N818  it ends the elicitation, which then needs no model
    def __init__(self, requests: Sequence[ItemRequest]) -> None:
        self.requests = requests


def _first_requests(planned_probe: PlannedProbe, spec: ModelSpec) -> Sequence[ItemRequest]:
    """Return the requests of the first round, which follow from the items alone."""
    name = planned_probe.probe.id
    shots = solved_items(name) if spec.frame == "few_shot" else ()
    try:
        elicit_all(with_shots(ELICITATIONS[name], shots), planned_probe.items, _stop)
    except _FirstRound as first_round:
        return first_round.requests
    return ()


def _stop(requests: Sequence[ItemRequest]) -> Iterator[tuple[int, Exception]]:
    raise _FirstRound(requests)
