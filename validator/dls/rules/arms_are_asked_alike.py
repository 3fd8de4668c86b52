"""DLS318: arms are asked alike."""

from collections.abc import Iterator

from dls.finding import Violation
from dls.judging.context import RuleContext
from dls.model import Manifest
from dls.rules._rule import rule
from dls.standard.numbers import ALIKE, ARMS


def different_settings(manifest: Manifest) -> Iterator[tuple[str, tuple[object, ...]]]:
    """Yield each setting under which a manifest's teacher and student were not asked alike, with both values."""
    settings = [arm for name in ARMS if isinstance(arm := manifest.settings.get(name), dict)]
    for name in ALIKE if len(settings) == len(ARMS) else ():
        values = tuple(arm.get(name) for arm in settings)
        if len(set(map(repr, values))) > 1:
            yield name, values


@rule("DLS318", spec="evidence")
def arms_are_asked_alike(context: RuleContext) -> Iterator[Violation]:
    """Teacher and student are asked in the same wording and precision, unless the profile says otherwise.

    ## Why

    A teacher that is asked without its chat template answers worse. Its student then seems to have lost nothing.
    """
    exemptions = context.profile.arms_may_differ_in if context.profile else ()
    for bundle in context.bundles:
        for name, (teacher, student) in different_settings(bundle.manifest) if bundle.manifest else ():
            if name not in exemptions:
                yield Violation(
                    f"/evidence/{bundle.entry}",
                    f"evidence '{bundle.evidence.id}' asked the teacher with {name} {teacher!r} and the student with "
                    f"{student!r}; ask both alike, or let the profile allow it in arms_may_differ_in",
                )
