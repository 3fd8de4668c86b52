"""Whether a model's weight files hold all of its tensors: the library fills missing ones with random numbers."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dls.errors import DlsError

_MOST_NAMES = 3  # tensors that a message names


def refuse_random(folder: Path, loading_info: Mapping[str, Any]) -> None:
    """Raise DlsError where the library's loading information names a missing tensor; a tied tensor is not missing."""
    missing = sorted(loading_info["missing_keys"])
    if missing:
        rest = f" and {len(missing) - _MOST_NAMES} more" if len(missing) > _MOST_NAMES else ""
        raise DlsError(
            f"the weights in {folder} lack {', '.join(missing[:_MOST_NAMES])}{rest}, and random numbers in their place "
            "would be measured; fetch the folder again, whole"
        )
