"""A run at hand, with the validity checks that bound the outcomes of all its claims."""

from dataclasses import dataclass
from functools import cached_property

from dls.evidence.records import RecordedRun
from dls.judging.conditions import FailedChecks, failed_checks, teacher_checks


@dataclass(frozen=True)
class CheckedRun:
    """A run whose validity checks are computed once for all its claims.

    ``note`` says of the records of a log whether they were compared with the log itself.
    """

    run: RecordedRun
    note: str = ""

    @cached_property
    def failed_checks(self) -> FailedChecks:
        """The checks that fail: of the records, and of the manifest for those that no record shows."""
        from dls.measuring.measure import checks  # start-up: loads numpy

        manifest, probe, items, records = self.run
        measurable = {check.check for check in probe.checks}
        manifest_only = (check for check in manifest.checks if check.check not in measurable)
        return failed_checks((*checks(probe, items, records), *manifest_only), teacher_checks(manifest))
