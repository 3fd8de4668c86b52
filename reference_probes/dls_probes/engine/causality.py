"""Ask a model itself whether it is causal: a later token must move no earlier score.

The library loads models that fill gaps in a text, such as BERT, as causal models too. Such a model reads the tokens
that it should predict. The test asks for one request alone, without padding or shared prefixes: no layout has a part.
"""

from contextlib import nullcontext
from pathlib import Path

from dls.errors import DlsError
from dls_probes.engine.agreement import pack_scores
from dls_probes.engine.protocols import ModelBackend
from dls_probes.packs import TextJob

_START, _END = 4, 4  # tokens of the beginning, which both texts share, and of each end


def refuse_noncausal(folder: Path, model: ModelBackend) -> None:
    """Refuse a model whose score of a beginning depends on the end of the text.

    Raises:
        DlsError: the end moves the score by more than rounding does, or the model cannot answer one request alone.

    """
    try:
        effect, tolerance = _effect_in_float32(model)
    except Exception as error:
        raise DlsError(
            f"the model in {folder} cannot answer a single request ({type(error).__name__}: {error}); "
            "check that its folder is complete"
        ) from error
    if effect > tolerance:
        raise DlsError(
            f"the model in {folder} reads later tokens: another end of a text moves the score of its beginning by "
            f"{effect:.2g} nats, so it is no causal language model; choose a model that was trained to continue texts"
        )


def later_token_effect(model: ModelBackend) -> float:
    """Return by how many nats (at least 0) another end of a text moves the score of its beginning: two forward passes.

    The score includes the token that follows the beginning, at whose place each text has its own end.
    """
    vocabulary = int(model.describe()["vocabulary"])
    ids = [(vocabulary // 4 + index) % vocabulary for index in range(_START + 2 * _END + 1)]
    start, following = tuple(ids[:_START]), ids[-1]
    beginning = TextJob((*start, following), 1)
    ends = tuple(ids[_START : _START + _END]), tuple(ids[_START + _END : -1])
    scores = [pack_scores(model, "alone", [[beginning, TextJob((*start, *end, following), 1)]])[0] for end in ends]
    return abs(scores[0] - scores[1])


def _effect_in_float32(model: ModelBackend) -> tuple[float, float]:
    """Return the effect and the tolerance, both in nats; in the model's own precision where float32 is refused."""
    try:
        with model.full_precision() or nullcontext():
            return later_token_effect(model), model.tolerance()
    except Exception:  # noqa: BLE001  a model's code may fix a precision in any way
        return later_token_effect(model), model.tolerance()
