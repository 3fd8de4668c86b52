"""State, check and recompute what a distilled model kept of its teacher and what it lost."""

from dls.version import __version__

__all__ = ["__version__"]
