"""One run of several probes: each model alone, then both together or each about the texts of the other."""

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from dls.access_level import allows
from dls.errors import DlsError
from dls.measuring.measure import ACROSS
from dls.model import Arm
from dls.probe import Shot
from dls.standard.numbers import ARMS
from dls_probes.engine.ledger import Ledger
from dls_probes.engine.shard import OpenRound, Shard
from dls_probes.few_shot.examples import solved_items
from dls_probes.few_shot.prompt import with_shots
from dls_probes.models.transformers_model import ModelSpec
from dls_probes.probes import CROSS_SCORINGS, ELICITATIONS, PAIR_ELICITATIONS
from dls_probes.probes.two_models import AnsweredItem
from dls_probes.requests import Divergence, Elicit
from dls_probes.runs.arm_answers import ArmAnswers, write_answers
from dls_probes.runs.circumstances import circumstances_of
from dls_probes.runs.costs import unit_cost
from dls_probes.runs.course import Course
from dls_probes.runs.cross_scoring import CrossScoringRun, cross_score
from dls_probes.runs.joint_pass import (
    PAIR,
    divergence_obstacle,
    divergences,
    guard,
    join_answers,
)
from dls_probes.runs.limited_access import under_access
from dls_probes.runs.open_models import OpenModel, Workers, open_model, open_pair
from dls_probes.runs.plan import PlannedProbe
from dls_probes.runs.progress import Bar
from dls_probes.runs.run import ProbeRun, Result, elicit_model
from dls_probes.runs.run_options import Watch, unwatched

SCRATCH = ".unfinished"


class ProbeFailed(DlsError):  # noqa: N818  the reproduction treats it as a result
    """A model cannot be asked one of the probes; carries that probe's id."""

    def __init__(self, why: str, probe: str) -> None:
        super().__init__(why)
        self.probe = probe


@dataclass(frozen=True)
class Session:
    """One run of the pending probes; its models are the same throughout."""

    pending: Sequence[PlannedProbe]
    models: Mapping[Arm, ModelSpec]
    out: Path
    course: Course
    workers: Workers = 0
    resume: bool = False
    watch: Watch = unwatched
    shard: Shard | None = None
    ledgers: Sequence[Path] = ()

    def answers(self) -> tuple[dict[str, dict[str, ArmAnswers]], str | None]:
        """Return the answers of each model alone, and those about both, by probe and arm.

        The second value says why there are no divergences; it is None where the run measures them or asks for none.
        """
        answers: dict[str, dict[str, ArmAnswers]] = {entry.probe.id: {} for entry in self.pending}
        for arm, spec in self.models.items():
            with open_model(spec, workers=self.workers) as model:
                for entry in self.pending:
                    elicit = ELICITATIONS[entry.probe.id]
                    with suppress(OpenRound):
                        answers[entry.probe.id][arm] = self._answer(entry, arm, model, elicit, entry.items)
                        self.watch(entry, arm, answers[entry.probe.id][arm])
        complete = [entry for entry in self.pending if len(answers[entry.probe.id]) == len(self.models)]
        pairs = [entry for entry in complete if entry.probe.pair is not None]
        obstacle = divergence_obstacle(self.models, self._divergences(pairs, answers)) if pairs else None
        if pairs and obstacle is None:
            self._add_pair(pairs, answers)
        elif self._can_cross_score():
            self._add_cross_scoring([entry for entry in complete if entry.probe.across], answers)
        return answers, obstacle

    def _can_cross_score(self) -> bool:
        """Whether both models tell probabilities here; a shard leaves the scoring to the run that joins all."""
        is_pair = set(ARMS) <= set(self.models)
        return is_pair and self.shard is None and all(allows(s.access, "logprobs") for s in self.models.values())

    def _divergences(
        self, entries: Sequence[PlannedProbe], answers: Mapping[str, dict[str, ArmAnswers]]
    ) -> Iterator[Divergence]:
        """Yield all divergences that the run would ask for; the solved items before each are the same, so come once."""
        for entry in entries:
            elicit, items = PAIR_ELICITATIONS[entry.probe.id], _joined(entry, answers[entry.probe.id])
            yield from divergences(elicit, items)
            yield from divergences(with_shots(elicit, self._shots(entry, self.models["teacher"])), items[:2])

    def _shots(self, entry: PlannedProbe, spec: ModelSpec) -> tuple[Shot, ...]:
        return solved_items(entry.probe.id) if spec.frame == "few_shot" else ()

    def _thought_tokens(self, entry: PlannedProbe) -> int:
        """Return the most tokens of a thought before an answer; texts that both models score follow none."""
        if entry.probe.pair is not None or entry.probe.across is not None:
            return 0
        return max((spec.thoughts for spec in self.models.values() if isinstance(spec.thoughts, int)), default=0)

    def _add_pair(self, entries: Sequence[PlannedProbe], answers: Mapping[str, dict[str, ArmAnswers]]) -> None:
        """Ask both models side by side, and add the answers."""
        with open_pair(self.models["teacher"], self.models["student"], workers=self.workers) as pair:
            for entry in entries:
                arms = answers[entry.probe.id]
                elicit = guard(PAIR_ELICITATIONS[entry.probe.id])
                with suppress(OpenRound):
                    arms[PAIR] = self._answer(entry, PAIR, pair, elicit, _joined(entry, arms))

    def _add_cross_scoring(self, entries: Sequence[PlannedProbe], answers: Mapping[str, dict[str, ArmAnswers]]) -> None:
        """Ask each model about the other's texts, and add the answers."""
        start = time.monotonic()
        runs = [self._cross_scoring(entry, answers[entry.probe.id]) for entry in entries]
        if runs:
            cross_score(runs, self.models, self.workers)
        for entry, run in zip(entries, runs, strict=True):
            folder = self.out / entry.probe.id
            arms = answers[entry.probe.id]
            arms[ACROSS] = write_answers(entry, ACROSS, folder, run.result(), start)

    def _cross_scoring(self, entry: PlannedProbe, arms: Mapping[str, ArmAnswers]) -> CrossScoringRun:
        # the ledger of an arm holds its own texts, so that the model generates none twice
        run = partial(self._elicit, entry, f" · {ACROSS}", resume=True)
        return CrossScoringRun(CROSS_SCORINGS[entry.probe.id], _joined(entry, arms), run)

    def _answer(
        self, entry: PlannedProbe, arm: str, model: OpenModel, elicit: Elicit, items: Sequence[Any]
    ) -> ArmAnswers:
        """Elicit items of a probe on an open model, and write the answers."""
        folder = self.out / entry.probe.id
        folder.mkdir(parents=True, exist_ok=True)
        start = time.monotonic()
        result = self._elicit(entry, "", model, arm, elicit, items, resume=self.resume)
        answers = write_answers(entry, arm, folder, result, start, model.spec.access)
        if arm == PAIR:
            return answers
        (identity,) = model.identities
        return replace(answers, identity=identity, circumstances=circumstances_of(model, result.prompts_sha256))

    def _bar(self, entry: PlannedProbe, arm: str, suffix: str) -> Bar:
        name = entry.probe.id
        requests = round(unit_cost(name).requests * entry.n / 2)  # measured on two models
        step = "" if suffix else arm
        return Bar(f"{self.course.label(name, step)}{arm} · {name}{suffix}", requests, self.course.clock(name, step))

    def _elicit(  # noqa: PLR0913  the last four are those of `RunElicitation`
        self,
        entry: PlannedProbe,
        suffix: str,
        model: OpenModel,
        arm: str,
        elicit: Elicit,
        items: Sequence[Any],
        *,
        resume: bool,
    ) -> Result:
        name = entry.probe.id
        shots = self._shots(entry, model.spec)
        possible = under_access(elicit, model.spec.access)
        limits = entry.max_new_tokens, self._thought_tokens(entry)
        run = ProbeRun(name, entry.probe.version, possible, items, entry.seed, shots, *limits)
        path = f"{SCRATCH}/{name}.{arm}.ledger"
        shards = [folder / path for folder in self.ledgers]
        with (
            Ledger(self.out / path, resume=resume, shards=shards) as ledger,
            self._bar(entry, arm, suffix) as bar,
            _failure_of(name),
        ):
            return elicit_model(run, model, ledger, progress=bar, shard=self.shard)


def _joined(entry: PlannedProbe, arms: Mapping[str, ArmAnswers]) -> Sequence[AnsweredItem[Any, Any]]:
    """Join the items with each model's own answers."""
    records = {arm: answers.records for arm, answers in arms.items()}
    errors = frozenset[str]().union(*(answers.result.error_ids for answers in arms.values()))
    return join_answers(entry.items, records, errors)


@contextmanager
def _failure_of(probe: str) -> Iterator[None]:
    """Turn an error into one that names its probe."""
    try:
        yield
    except DlsError as error:
        raise ProbeFailed(str(error), probe) from error
