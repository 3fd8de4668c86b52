"""DLS318: arms are asked alike."""

from collections.abc import Iterator

from dls.finding import Violation
from dls.judging.context import RuleContext
from dls.model import Manifest, ModelIdentity
from dls.rules._rule import rule
from dls.standard.numbers import ALIKE, ANSWER_LIMIT, ARMS, THOUGHTS

_CIRCUMSTANCES = ("backend", "device", "transformers", "tokenizers", "torch", "template_day")


def different_settings(manifest: Manifest) -> Iterator[tuple[str, tuple[object, ...]]]:
    """Yield each setting under which a manifest's teacher and student were not asked alike, with both values.

    An arm without settings has none of another's.
    """
    if not set(ARMS) <= set(manifest.arms):
        return
    settings = [arm if isinstance(arm := manifest.settings.get(name), dict) else {} for name in ARMS]
    for name in (*ALIKE, ANSWER_LIMIT):
        values = tuple(arm.get(name) for arm in settings)
        if len(set(map(repr, values))) > 1:
            yield name, values


def _remedy(name: str) -> str:
    if name == ANSWER_LIMIT:
        return "ask both with the profile's"
    return "ask both alike, or let the profile allow it in arms_may_differ_in"


def different_circumstances(manifest: Manifest) -> Iterator[tuple[str, tuple[str | None, ...]]]:
    """Yield each circumstance in which two models with weights at hand answered differently, with both values.

    A model behind a server has circumstances of its own.
    """
    models = [manifest.arms[name] for name in ARMS if name in manifest.arms]
    circumstances = [manifest.circumstances[name] for name in ARMS if name in manifest.circumstances]
    if len(models) < len(ARMS) or len(circumstances) < len(ARMS) or any(map(_is_served, models)):
        return
    for name in _CIRCUMSTANCES:
        values = tuple(getattr(arm, name) for arm in circumstances)
        if len(set(values)) > 1:
            yield name, values


def _other_thoughts(manifest: Manifest, thoughts: str | int | None) -> Iterator[tuple[str, object]]:
    """Yield each arm whose thoughts were not as a profile says, with the value of its settings."""
    for arm in ARMS:
        settings = manifest.settings.get(arm)
        if isinstance(settings, dict) and repr(settings.get(THOUGHTS)) != repr(thoughts) and arm in manifest.arms:
            yield arm, settings.get(THOUGHTS)


def _is_served(model: ModelIdentity) -> bool:
    return model.tensors_sha256 is None or model.snapshot is not None


@rule("DLS318", spec="evidence")
def arms_are_asked_alike(context: RuleContext) -> Iterator[Violation]:
    """Teacher and student are asked in the same wording, precision and circumstances, with room for the same answer.

    The profile may exempt settings of wording and precision. It alone says what happens to thoughts.

    ## Why

    A teacher that is asked without its chat template answers worse. So does one under a release of a library that
    reads its configuration wrongly. Its student then seems to have lost nothing.
    """
    thoughts = context.profile.thoughts if context.profile else None
    exemptions = context.profile.arms_may_differ_in if context.profile else ()
    for bundle in context.bundles:
        if bundle.manifest is None:
            continue
        pointer, subject = f"/evidence/{bundle.entry}", f"evidence '{bundle.evidence.id}' asked the teacher with"
        for name, (teacher, student) in different_settings(bundle.manifest):
            if name not in exemptions:
                yield Violation(
                    pointer,
                    f"{subject} {name} {teacher!r} and the student with {student!r}; {_remedy(name)}",
                )
        has_probe = context.profile is not None and bundle.manifest.log is None  # a log has prompts of its own
        for arm, value in _other_thoughts(bundle.manifest, thoughts) if has_probe else ():
            yield Violation(
                pointer,
                f"evidence '{bundle.evidence.id}' asked the {arm} with {THOUGHTS} {value!r}, and its profile has "
                f"{thoughts!r}; ask both as the profile says",
            )
        for name, (teacher, student) in different_circumstances(bundle.manifest):
            yield Violation(
                pointer, f"{subject} {name} {teacher!r} and the student with {student!r}; ask both in one run"
            )
