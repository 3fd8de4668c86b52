"""Whether a model's weight files held all of it: the library fills what they lack with random numbers."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dls.errors import DlsError

_SHOWN = 3  # tensors that a message names


def refuse_random(folder: Path, told: Mapping[str, Any]) -> None:
    """Raise DlsError where the library made up a tensor; ``told`` is its loading information. Tied tensors are not missing."""
    lacking = sorted(told["missing_keys"])
    if lacking:
        more = f" and {len(lacking) - _SHOWN} more" if len(lacking) > _SHOWN else ""
        raise DlsError(
            f"the weights in {folder} lack {', '.join(lacking[:_SHOWN])}{more}, and random numbers in their place would be "
            "measured; fetch the folder again, whole"
        )
