"""The releases of transformers that load models as this package was tested with them."""

from importlib.metadata import version

from packaging.version import Version

from dls.errors import DlsError

OLDEST = "5.18"
"""The oldest release; `pyproject.toml` has the same bound. Before it, a GGUF file's tokenizer is read wrongly."""


def expect_library() -> None:
    """Refuse a release of transformers that reads folders in another way, or lacks names that the engine uses.

    Raises:
        DlsError: it is older than the oldest that was tested.
    """
    installed = version("transformers")
    if Version(installed) < Version(OLDEST):
        raise DlsError(
            f"transformers {installed} is installed, and {OLDEST} is the oldest release that was tested with these "
            f"probes: pip install --upgrade 'transformers>={OLDEST}'"
        )
