"""The releases of transformers that load models as this package was tested with them."""

from importlib.metadata import version

from packaging.version import Version

from dls.errors import DlsError

OLDEST = "5.18"
"""The oldest release; `pyproject.toml` has the same bound. Before it, a GGUF file's tokenizer is read wrongly."""
FIRST_UNTESTED = "6"
"""The first release that no test has seen, with the same bound there: a major release may read folders otherwise."""


def expect_library() -> None:
    """Refuse a release of transformers that reads folders in another way, or lacks names that the engine uses.

    Raises:
        DlsError: it is older than the oldest that was tested, or of a later major release.
    """
    installed = version("transformers")
    if Version(OLDEST) <= Version(installed) and Version(installed).major < int(FIRST_UNTESTED):
        return
    raise DlsError(
        f"transformers {installed} is installed, and these probes were tested from {OLDEST} on, below "
        f"{FIRST_UNTESTED}: pip install 'transformers>={OLDEST},<{FIRST_UNTESTED}'"
    )
