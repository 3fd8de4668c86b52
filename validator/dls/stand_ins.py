"""Stand-ins for libraries that a dependency loads and this project never uses.

They took a seventh of the time of a cold command.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType


@contextmanager
def stand_in(name: str, module: ModuleType | None) -> Iterator[None]:
    """Put a module in the place of a library while another library loads; None says that the library is not there.

    Nothing happens where the library is loaded already, or where another thread could see the stand-in.
    """
    if name in sys.modules or len(sys._current_frames()) > 1:  # noqa: SLF001 (`threading` takes longer to load)
        yield
        return
    sys.modules[name] = module  # type: ignore[assignment]
    try:
        yield
    finally:
        del sys.modules[name]
