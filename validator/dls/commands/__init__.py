"""One module for each command of `dls`, imported when the command runs.

Imports inside its functions are for start-up time: `--help` loads neither rich nor numpy nor the extra [sign].
"""

import sys
from functools import partial
from types import ModuleType

from dls.stand_ins import stand_in

_platform = ModuleType("platform")
_platform.system = partial({"linux": "Linux", "aix": "AIX"}.get, sys.platform)  # type: ignore[attr-defined]
# msgspec does without typing_extensions; it loads uuid, which asks only whether the system is one of two
with stand_in("typing_extensions", None), stand_in("platform", _platform):
    import msgspec as _msgspec  # noqa: F401
