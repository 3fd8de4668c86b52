"""The losses of a statement by name: its lost claims, and the checks that the student fails and the teacher passes."""

from collections.abc import Iterator

from dls.judging.conditions import is_failed
from dls.judging.context import RuleContext
from dls.model import Manifest, ValidityCheck


def losses_of(context: RuleContext) -> tuple[str, ...]:
    """Return the ids of the lost claims, then each validity check that the student alone fails, with its probe."""
    claims = [claim.id for claim in context.statement.claims if claim.outcome == "lost"]
    checks = {
        f"check {check.check} of {bundle.manifest.probe.id}": None
        for bundle in context.bundles
        if bundle.manifest is not None
        for check in student_failures(bundle.manifest)
    }
    return (*claims, *checks)


def student_failures(manifest: Manifest) -> Iterator[ValidityCheck]:
    """Yield the validity checks of a manifest that the teacher passes and the student fails."""
    passed = {check.check for check in manifest.checks if check.arm == "teacher" and not is_failed(check)}
    failures = (check for check in manifest.checks if check.arm == "student" and is_failed(check))
    return (check for check in failures if check.check in passed and check.value is not None)
