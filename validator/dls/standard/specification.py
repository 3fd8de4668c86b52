"""Where the normative files lie: inside the wheel, or in the checkout of an editable install."""

from functools import cache
from pathlib import Path

from dls.standard.numbers import VERSION

_PACKAGE = Path(__file__).parents[1]


@cache
def spec_folder() -> Path:
    """Return the folder that holds ``metrics.yaml``, ``scenarios/`` and the pages of specification 1.0."""
    packaged = _PACKAGE / "_spec"
    root = packaged if packaged.is_dir() else _PACKAGE.parents[1] / "spec"
    return root / VERSION
