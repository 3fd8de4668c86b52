"""The validity checks of the evidence that the teacher passes and the student fails: they count with the losses."""

from collections.abc import Iterator

from dls.evidence.bundle import Bundle
from dls.judging.context import RuleContext
from dls.judging.losses import student_failures
from dls.page.phrases import number
from dls.page.rows import title_of
from dls.page.view import FailedCheck


def failed_checks_of(context: RuleContext) -> tuple[FailedCheck, ...]:
    """Return them in the order of the statement's evidence, each once."""
    return tuple(dict.fromkeys(check for bundle in context.bundles for check in _of_bundle(context, bundle)))


def _of_bundle(context: RuleContext, bundle: Bundle) -> Iterator[FailedCheck]:
    manifest = bundle.manifest
    failures = list(student_failures(manifest)) if manifest else []
    if manifest is None or not failures:
        return
    values = {(check.arm, check.check): check.value for check in manifest.checks if check.value is not None}
    claims = [claim for claim in context.statement.claims if claim.targets and bundle.evidence.id in claim.evidence]
    titles = tuple(dict.fromkeys(title_of(context, claim) for claim in claims))
    for check in failures:
        yield FailedCheck(
            check=check.check,
            probe=manifest.probe.id,
            teacher=number(values["teacher", check.check]),
            student=number(values["student", check.check]),
            floor=number(check.floor),
            titles=titles,
        )
