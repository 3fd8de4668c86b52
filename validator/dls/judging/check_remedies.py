"""A validity check that failed: for which model, by how much, and what to do."""

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType

from dls.judging.conditions import is_failed
from dls.model import Manifest, ValidityCheck
from dls.model.manifest import THINKING_OFF
from dls.probes.collection import EASIER_PROBES

_WORDING = (
    "its answers begin with other words than the ones offered: ask after solved items (`--frame few_shot`) and with "
    "the chat template that it was trained with"
)
_ABILITY = (
    "it does not do the task often enough for a loss to be seen: take a model that can, or items of your own "
    "(`--data PROBE=FILE`)"
)
_CANARIES = "the canaries' file does not separate planted from left-out ones: choose both by chance before training"
REMEDIES: Mapping[str, str] = MappingProxyType(
    dict.fromkeys(
        (
            "option_mass", "answer_mass", "opening_mass", "answer_confidence", "answered", "begins_the_chain",
            "answers_with_a_number", "answers_in_words", "answer_validity", "wanted_answers_said",
            "wanted_openings_said",
        ),
        _WORDING,
    )
    | dict.fromkeys(
        (
            "accuracy", "above_chance", "answers_right", "answers_true_premises", "answers_within_range",
            "answers_after_whole_trace", "answers_from_right_start", "closed_book_accuracy", "given_when_allowed",
            "given_when_sampled",
        ),
        _ABILITY,
    )
    | dict.fromkeys(("left_out_unexposed", "words_tell_nothing"), _CANARIES)
    | {
        THINKING_OFF: "its chat template opens a thought before each answer: write a profile that extends this one "
        "with `thoughts: closed`, or with `max_thought_tokens: 512`, and measure again"
    }
)  # fmt: skip
"""What to do about each failed check; a test holds the names to the probes."""


def failed_check_sentences(manifests: Iterable[Manifest]) -> Iterator[str]:
    """Yield a sentence for each validity check that a model fails; the claims of its probe are then inconclusive.

    A check that only the student fails stands beside a loss, which it does not turn into something undecided.
    """
    easier = {probe.stands_for: probe.id for probe in EASIER_PROBES}
    for manifest in manifests:
        name = manifest.probe.id
        for check in filter(is_failed, manifest.checks):
            simpler = f"; or let a target name the easier {easier[name]}" if name in easier else ""
            remedy = REMEDIES.get(check.check, _ABILITY)
            yield (
                f"no claim of {name} can be preserved: {check.check} of the {check.arm} is {_gap(check)}; {remedy}"
                f"{simpler if check.check != THINKING_OFF else ''}"
            )


def _gap(check: ValidityCheck) -> str:
    if check.value is None:
        return f"unknown, and its floor is {check.floor:g}"
    return f"{check.value:.3g}, {check.floor - check.value:.2g} below {check.floor:g}"
