"""What is unusual about a run, in sentences for a person: told at its end, kept in `run.json`, covered by no digest."""

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
class Texts:
    """What was generated, counted: texts, those with a near tie in them, those that their tokenizer writes otherwise."""

    near: float
    count: int = 0
    near_ties: int = 0
    not_canonical: int = 0

    def hear(self, text: Generated) -> None:
        """Count one text."""
        self.count += 1
        self.near_ties += text.gap < self.near
        self.not_canonical += not text.canonical

    def notes(self) -> Iterator[str]:
        """Yield a sentence for each count that is not 0."""
        if self.near_ties:
            yield f"{self.near_ties} of {self.count} generated texts hold a near tie (under {self.near:g} nats): another machine may write another text"
        if self.not_canonical:
            share = self.not_canonical / self.count
            yield f"{self.not_canonical} of {self.count} generated texts ({share:.1%}) are not in the tokens that the tokenizer gives their text"


def near(spec: ModelSpec) -> float:
    """Return the gap, in nats, below which rounding may turn which token is the best one."""
    return 2 * tolerance(spec.dtype)


def how_it_ran(spec: ModelSpec, verdicts: Mapping[str, LayoutVerdict], events: Sequence[str]) -> Iterator[str]:
    """Yield what was done otherwise than for an ordinary model: rules folded, packs laid out apart, packs halved."""
    if spec.fold_system and spec.prompt_format == "chat":
        yield "the system turn stands at the head of the first user turn, for both models"
    text, generation = verdicts.get("text"), verdicts.get("generate")
    if text is not None and not text.layout.startswith("tree"):
        yield f"texts share no prefixes ({text.layout}): {text.reason or 'the model takes no position ids or tree masks'}"
    for what, verdict in verdicts.items():
        if what.endswith("prefix") and verdict.reason:
            yield f"what all questions begin with is read again before each ({what}): {verdict.reason}"
    if generation is not None and generation.layout != "drop":
        yield f"finished answers cannot leave their pack ({generation.layout}): {generation.reason}"
    if halved := sum(HALVED in event for event in events):
        yield f"{halved} packs were {HALVED}; `events` in run.json lists them"


def told(manifests: Iterable[Path]) -> Iterator[str]:
    """Yield a line for each note in the `run.json` beside some manifests: of which model, on which probes, what."""
    found: dict[tuple[str, str], list[str]] = {}
    probes = 0
    for path in manifests:
        probes += 1
        arms = msgspec.json.decode((path.parent / "run.json").read_bytes())["arms"]
        for arm, run in arms.items():
            for note in run.get("notes", ()):
                found.setdefault((arm, note), []).append(path.parent.name)
    for (arm, note), where in found.items():
        yield f"note · {arm}{'' if len(where) == probes else ' · ' + ', '.join(where)}: {note}"
