"""DLS320: circumstances are known."""

from collections.abc import Iterator

from dls.finding import Violation, visible
from dls.judging.context import RuleContext
from dls.model import Manifest
from dls.rules._rule import rule
from dls.standard.numbers import BACKENDS, DEVICES, TEMPLATE_DAY
from dls.standard.setting_values import SETTINGS, is_setting, options_text

_CIRCUMSTANCES = (("backend", BACKENDS), ("device", DEVICES), ("template_day", (TEMPLATE_DAY,)))


def unknown_values(manifest: Manifest) -> Iterator[tuple[str, str, str]]:
    """Yield the arm of each setting and circumstance that no run has, with its name and value, and the known values."""
    for arm, circumstances in manifest.circumstances.items():
        for name, options in _CIRCUMSTANCES:
            text = getattr(circumstances, name)
            if text is not None and text not in options:
                yield arm, f"{name} '{visible(text)}'", ", ".join(options)
    for model, settings in manifest.settings.items():
        for name in SETTINGS if isinstance(settings, dict) else ():
            value = settings.get(name)
            if value is not None and not is_setting(name, value):
                yield model, f"{name} {visible(repr(value))}", options_text(name)


@rule("DLS320", spec="evidence")
def circumstances_are_known(context: RuleContext) -> Iterator[Violation]:
    """The settings and circumstances of a manifest are ones that a run can have.

    ## Why

    A second run under other circumstances may give other numbers, and then refutes nothing. Circumstances that no
    verifier can bring about would excuse any number for ever. So a device that does not exist, or another day in
    templates than the standard's, excuses nothing, and is an error of the statement.
    """
    for bundle in context.bundles:
        if bundle.manifest is None:
            continue
        arms: dict[tuple[str, str], list[str]] = {}
        for arm, value, options in unknown_values(bundle.manifest):
            arms.setdefault((value, options), []).append(visible(arm))
        for (value, options), names in arms.items():
            yield Violation(
                f"/evidence/{bundle.entry}",
                f"evidence '{bundle.evidence.id}' asked the {' and the '.join(names)} with {value}; "
                f"wanted {'one of ' * (',' in options)}{options}",
            )
