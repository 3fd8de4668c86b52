"""The releases of transformers that load models as this package was tested with them."""

from importlib.metadata import version

from dls.errors import DlsError

OLDEST = "5.10"
"""The oldest release; `pyproject.toml` has the same bound."""


def expect_library() -> None:
    """Refuse a release of transformers that reads folders in another way, or lacks names that the engine uses.

    Raises:
        DlsError: it is older than the oldest that was tested.
    """
    installed = version("transformers")
    if _numbers(installed) < _numbers(OLDEST):
        raise DlsError(
            f"transformers {installed} is installed, and {OLDEST} is the oldest release that was tested with these "
            f"probes: pip install --upgrade 'transformers>={OLDEST}'"
        )


def _numbers(release: str) -> tuple[int, ...]:
    """Return the major and the minor number of a release."""
    return tuple(int(part) for part in release.split(".")[:2])
