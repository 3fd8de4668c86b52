"""Reports: a function each, from what was checked to a text."""

from collections.abc import Iterable
from functools import reduce
from typing import NamedTuple

from dls.checking.validate import CheckResult
from dls.judging.assess import lowest
from dls.model import Assurance


class Totals(NamedTuple):
    """The counts that every report ends with."""

    files: int = 0
    errors: int = 0
    warnings: int = 0
    waived: int = 0
    assurance: Assurance | None = None  # the lowest that was established; None without a statement

    def plus(self, one: CheckResult) -> "Totals":
        """Return the counts with one more file."""
        established = [
            level for level in (self.assurance, one.established if one.kind == "statement" else None) if level
        ]
        return Totals(
            files=self.files + 1,
            errors=self.errors + one.errors,
            warnings=self.warnings + one.warnings,
            waived=self.waived + one.waived,
            assurance=lowest(established) if established else None,
        )


def totals(checked: Iterable[CheckResult]) -> Totals:
    """Count what was found in some files."""
    return reduce(Totals.plus, checked, Totals())
