"""DLS102: models are pinned."""

from collections.abc import Iterator

from dls.finding import Violation
from dls.judging.context import RuleContext
from dls.rules._rule import rule
from dls.rules._walk import models


@rule("DLS102", spec="models")
def models_are_pinned(context: RuleContext) -> Iterator[Violation]:
    """Every model is pinned, or the statement says why it cannot be.

    ## Why

    A name alone points to any model that lies under it today. A revision, a weights digest or a dated snapshot pins a
    model. If there is none, say so in `identity_note`, and make nothing up.
    """
    for pointer, model in models(context.statement):
        pin = model.revision or model.weights_sha256 or (model.snapshot and model.observed_on)
        if not (pin or model.identity_note or getattr(model, "members", None)):
            problem = "has neither revision, weights_sha256 nor snapshot with observed_on"
            yield Violation(pointer, f"'{model.name}' {problem}; add one, or say why not in identity_note")
