"""Unusual facts about a run, in sentences for a person; `run.json` keeps them, and no digest covers them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from dls_probes.engine.self_test import LayoutVerdict
from dls_probes.engine.tie_tolerance import tolerance
from dls_probes.models.transformers_model import ModelSpec
from dls_probes.requests import Generated

HALVED = "halved for memory"


@dataclass
class TextCounts:
    """Counts of generated texts.

    Attributes:
        near_tie_gap: in nats; a smaller gap makes a near tie.
        texts: all.
        near_ties: those with a near tie in them.
        not_canonical: those whose tokens the tokenizer does not give for their text.

    """

    near_tie_gap: float
    texts: int = 0
    near_ties: int = 0
    not_canonical: int = 0

    def add(self, text: Generated) -> None:
        """Count one text."""
        self.texts += 1
        self.near_ties += text.gap < self.near_tie_gap
        self.not_canonical += not text.canonical

    def notes(self) -> Iterator[str]:
        """Yield a sentence for each count that is not 0."""
        if self.near_ties:
            yield (
                f"{self.near_ties} of {self.texts} generated texts hold a near tie (under {self.near_tie_gap:g} nats): "
                "another machine may write another text"
            )
        if self.not_canonical:
            share = self.not_canonical / self.texts
            yield (
                f"{self.not_canonical} of {self.texts} generated texts ({share:.1%}) are not in the tokens that the "
                "tokenizer gives their text"
            )


def near_tie_gap(spec: ModelSpec) -> float:
    """Return the gap, in nats, below which rounding may change the best token."""
    return 2 * tolerance(spec.dtype)


def run_notes(spec: ModelSpec, verdicts: Mapping[str, LayoutVerdict], events: Sequence[str]) -> Iterator[str]:
    """Yield how a run differed from that of an ordinary model: rules folded, packs laid out apart, packs halved."""
    if spec.fold_system and spec.prompt_format == "chat":
        yield "the system turn stands at the head of the first user turn, for both models"
    if spec.backend != "transformers":
        return
    text, generation = verdicts.get("text"), verdicts.get("generate")
    if text is not None and not text.layout.startswith("tree"):
        reason = text.reason or "the model takes no position ids or tree masks"
        yield f"texts share no prefixes ({text.layout}): {reason}"
    for kind, verdict in verdicts.items():
        if kind.endswith("prefix") and verdict.reason:
            yield f"the common beginning of all questions is read again before each ({kind}): {verdict.reason}"
    if generation is not None and generation.layout != "drop":
        yield f"finished answers cannot leave their pack ({generation.layout}): {generation.reason}"
    if halved := sum(HALVED in event for event in events):
        yield f"{halved} packs were {HALVED}; `events` in run.json lists them"


def note_lines(manifests: Iterable[Path]) -> Iterator[str]:
    """Yield a line for each note in the `run.json` files beside some manifests, with its model and its probes."""
    probes_by_note: dict[tuple[str, str], list[str]] = {}
    folders = [path.parent for path in manifests]
    for folder in folders:
        arms = msgspec.json.decode((folder / "run.json").read_bytes())["arms"]
        for arm, run in arms.items():
            for note in run.get("notes", ()):
                probes_by_note.setdefault((arm, note), []).append(folder.name)
    for (arm, note), probes in probes_by_note.items():
        yield f"note · {arm}{'' if len(probes) == len(folders) else ' · ' + ', '.join(probes)}: {note}"
