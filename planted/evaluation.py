"""Evaluate models on the items of one draw; records are made once and kept, and cells can be judged again.

Every student has its teacher's tokenizer. So the texts of a draw become token ids once, and the teacher's records are
read once.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any

import msgspec
from filelock import FileLock

from dls.evidence.files import replace_file
from dls.evidence.records import parse_records, write_records
from dls.probe import Probe, items_sha256
from dls.probes.catalogue import find_probe
from dls_probes import pair
from dls_probes.engine.ledger import Ledger
from dls_probes.models.model_files import ModelFiles
from dls_probes.models.transformers_model import ModelSpec, load_text
from dls_probes.probes import ELICITATIONS, PAIR_ELICITATIONS
from dls_probes.runs.joint_pass import PAIR, guard, join_answers
from dls_probes.runs.open_models import OpenModel, open_pair
from dls_probes.runs.run import ProbeRun, elicit_model
from planted.cell import Cell, ItemDraw, verdicts
from planted.fixed_draws import about_metric, profile_for, seed_of, units_of
from planted.open_students import opened
from planted.partial_elicitation import for_metric
from planted.students import find_student, make, partial_student
from planted.tokenized_texts import TokenizedTexts


class Evaluation:
    """The items of one draw, and the models that are asked them."""

    def __init__(self, draw: ItemDraw, out: Path, units: int | None = None, only: str = "") -> None:
        """Make the items; `units` replaces the fixed number, for a quick check, and `only` names the metric to read."""
        self.draw, self.out, self._only = draw, out, only
        self._name = ".".join(filter(None, (draw.name, only)))
        self.profile = about_metric(profile_for(units), only) if only else profile_for(units)
        probe = find_probe(draw.probe)
        self.probe: Probe = probe._replace(checks=()) if only else probe
        self.seed = seed_of(draw)
        self.items: Sequence[Any] = self.probe.items(self.seed, units_of(draw, self.profile))

    def cell(self, name: str, strength: float = 1.0) -> Cell:
        """Return the cell of a student at a strength; a file of an earlier measurement is read instead."""
        path = self._path(name, strength)
        if path.exists():
            return msgspec.json.decode(path.read_bytes(), type=Cell)
        folder = partial_student(make(find_student(name), self.out), strength, self.out)
        return self.cell_of(folder, name, strength)

    def cell_of(self, folder: Path, name: str, strength: float = 1.0) -> Cell:
        """Return the cell of the model in a folder, under a unique name; an earlier file is read instead."""
        path = self._path(name, strength)
        if path.exists():
            return msgspec.json.decode(path.read_bytes(), type=Cell)
        path.parent.mkdir(parents=True, exist_ok=True)
        target_verdicts, failures = verdicts(self.probe, self.profile, self.items, self._records(folder), self.seed)
        cell = Cell(
            student=name,
            strength=strength,
            probe=self.draw.probe,
            draw=self.draw.draw,
            times=self.draw.times,
            seed=self.seed,
            items_sha256=items_sha256(self.items),
            weights_sha256=ModelFiles(folder).identity.weights_sha256,
            verdicts=target_verdicts,
            failed_checks=failures,
        )
        replace_file(path, msgspec.json.encode(cell))
        return cell

    def _path(self, name: str, strength: float) -> Path:
        return self.out / "cells" / f"{name}@{strength:.6f}.{self._name}.json"

    def _records(self, folder: Path) -> Mapping[str, Sequence[Any]]:
        place = self.out / "scratch" / folder.name / self._name
        records = {"teacher": self._teacher, "student": self._arm_records(folder, place)}
        if self.probe.pair is not None:
            records[PAIR] = self._pair_records(folder, records, place)
        return records

    @cached_property
    def _teacher(self) -> Sequence[Any]:
        return self._arm_records(pair.TEACHER, self.out / "teacher" / self._name)

    @cached_property
    def _text(self) -> TokenizedTexts:
        return TokenizedTexts.of(load_text(ModelSpec(pair.TEACHER)))

    def _arm_records(self, folder: Path, place: Path) -> Sequence[Any]:
        arm = "teacher" if folder == pair.TEACHER else "student"
        with _alone(place, arm) as is_missing:
            if is_missing:
                elicit = for_metric(ELICITATIONS[self.probe.id], self._only)
                run = ProbeRun(self.probe.id, self.probe.version, elicit, self.items, self.seed)
                self._ask(opened(folder.resolve()), run, place, arm)
        return self._read(place, arm)

    def _pair_records(self, folder: Path, records: Mapping[str, Sequence[Any]], place: Path) -> Sequence[Any]:
        with _alone(place, PAIR) as is_missing:
            if is_missing:
                elicit, items = guard(PAIR_ELICITATIONS[self.probe.id]), join_answers(self.items, records, frozenset())
                run = ProbeRun(self.probe.id, self.probe.version, elicit, items, self.seed)
                with open_pair(ModelSpec(pair.TEACHER), ModelSpec(folder)) as models:
                    self._ask(models, run, place, PAIR)
        return self._read(place, PAIR)

    def _ask(self, model: OpenModel, run: ProbeRun, place: Path, arm: str) -> None:
        with _temporary_ledger(place / f"{arm}.ledger") as ledger:
            result = elicit_model(run, replace(model, text=self._text), ledger)
        write_records(place, arm, result.records)

    def _read(self, place: Path, arm: str) -> Sequence[Any]:
        path = _records_path(place, arm)
        return parse_records(path.read_bytes().splitlines(), self.probe, self.items, str(path), arm)


def _records_path(place: Path, arm: str) -> Path:
    return place / f"{arm}.jsonl"


@contextmanager
def _alone(place: Path, arm: str) -> Iterator[bool]:
    """Let one process make records, while others wait for them; yield whether they are missing."""
    place.mkdir(parents=True, exist_ok=True)
    with FileLock(place / f"{arm}.lock"):
        yield not _records_path(place, arm).exists()


@contextmanager
def _temporary_ledger(path: Path) -> Iterator[Ledger]:
    """Open a ledger that is removed when the answers are complete."""
    with Ledger(path, resume=True) as ledger:
        yield ledger
    path.unlink()
