"""State, check and recompute what a distilled model kept of its teacher and what it lost."""

from dls.version import __version__

TYPE_CHECKING = False  # start-up: type checkers know the name, and `typing` takes longer to load than all else here
if TYPE_CHECKING:
    from dls.checking.validate import Report
    from dls.door import assess, draft, list_metrics, list_scenarios, load, recompute, validate
    from dls.errors import DlsError
    from dls.model.statement import Statement

__all__ = [
    "DlsError",
    "Report",
    "Statement",
    "__version__",
    "assess",
    "draft",
    "list_metrics",
    "list_scenarios",
    "load",
    "recompute",
    "validate",
]

if not TYPE_CHECKING:  # a type checker would take any name for one of the door's
    _HOMES = {"DlsError": "dls.errors", "Report": "dls.checking.validate", "Statement": "dls.model.statement"}

    def __getattr__(name: str) -> object:
        """Load the module of a name when the name is first used: `import dls` stays cheap."""
        if name not in __all__:
            raise AttributeError(f"module 'dls' has no attribute {name!r}")
        from importlib import import_module

        value = globals()[name] = getattr(import_module(_HOMES.get(name, "dls.door")), name)
        return value

    def __dir__() -> list[str]:
        """List the names of the door."""
        return __all__
