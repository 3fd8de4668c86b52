"""The counts that every report ends with."""

from collections.abc import Iterable
from functools import reduce
from typing import NamedTuple

from dls.checking.validate import Report
from dls.judging.assess import lowest
from dls.model import Assurance


class Totals(NamedTuple):
    """The counts that every report ends with."""

    files: int = 0
    errors: int = 0
    warnings: int = 0
    waived: int = 0
    assurance: Assurance | None = None  # the lowest established one; None without a statement

    def plus(self, result: Report) -> "Totals":
        """Return the counts with one more file."""
        file_level = result.assurance if result.kind == "statement" else None
        levels = [level for level in (self.assurance, file_level) if level is not None]
        return Totals(
            files=self.files + 1,
            errors=self.errors + result.errors,
            warnings=self.warnings + result.warnings,
            waived=self.waived + result.waived,
            assurance=lowest(levels) if levels else None,
        )


def totals_of(results: Iterable[Report]) -> Totals:
    """Count the findings on some files."""
    return reduce(Totals.plus, results, Totals())
