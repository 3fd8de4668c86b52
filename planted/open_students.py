"""Models that stay open in this process: a student answers many draws, and is loaded once for them."""

from contextlib import ExitStack
from functools import cache, lru_cache
from pathlib import Path

from dls_probes.models.transformers_model import ModelSpec
from dls_probes.runs.open_models import OpenModel, open_model

_MODELS = 16  # more than are asked the same draw


@cache
def _folders() -> ExitStack:
    return ExitStack()


@lru_cache(maxsize=_MODELS)
def opened(folder: Path) -> OpenModel:
    """Return the model in a folder, which the process keeps open to its end; its files may not change."""
    return _folders().enter_context(open_model(ModelSpec(folder)))
