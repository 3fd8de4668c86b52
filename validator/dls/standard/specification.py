"""The folder of the normative files: inside the wheel, or in the checkout of an editable install."""

from functools import cache
from pathlib import Path

from dls.standard.numbers import VERSION

_PACKAGE = Path(__file__).parents[1]


@cache
def spec_folder() -> Path:
    """Return the folder of ``metrics.yaml``, ``scenarios/`` and the pages of specification 1.0."""
    wheel = _PACKAGE / "_spec"
    root = wheel if wheel.is_dir() else _PACKAGE.parents[1] / "spec"
    return root / VERSION
