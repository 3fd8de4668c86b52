"""The reference probes: ask a teacher and a student, and write the evidence of a statement."""

TYPE_CHECKING = False  # start-up: type checkers know the name
if TYPE_CHECKING:
    from dls_probes.runs.scenario_run import run

__all__ = ["run"]

if not TYPE_CHECKING:  # a type checker would take any name for one of the package's

    def __getattr__(name: str) -> object:
        """Load the module of `run` when it is first used: it loads torch."""
        if name not in __all__:
            raise AttributeError(f"module 'dls_probes' has no attribute {name!r}")
        from dls_probes.runs import scenario_run

        return getattr(scenario_run, name)
