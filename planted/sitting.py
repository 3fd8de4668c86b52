"""Elicit models on the items of one draw; all records are made once and kept, so that cells can be judged again."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec

from dls.canonical import sha256_hex
from dls.evidence.records import parse_records, replace_file, write_records
from dls.judging.seed import derived_seed
from dls.probe import Probe, items_sha256
from dls.probes.catalogue import find_probe
from dls.scenarios.profile import Profile, load_profile
from dls_probes import pair
from dls_probes.engine.ledger import Ledger
from dls_probes.models.model_files import ModelFiles
from dls_probes.models.transformers_model import ModelSpec
from dls_probes.probes import ELICITATIONS, PAIR_ELICITATIONS
from dls_probes.runs.joint_pass import PAIR, join_answers, guard
from dls_probes.runs.open_models import OpenModel, open_model, open_pair
from dls_probes.runs.run import ProbeRun, elicit_model
from planted.cell import Cell, Where, verdicts
from planted.students import make, student, weakened

PROFILE = "general_chat"
_FIXED = "16e3069e87b415363576041f1d8b0409ee12d3e0c36a3e3bab60a7eb51473794"  # the profile when the draws were fixed


def seed_of(where: Where) -> int:
    """Return the seed of a draw: what `dls.judging.seed` derives for a student whose digest is that of the draw's number.

    The profile's digest was fixed with the draws, so that a target that is added later brings no new items for the others.
    """
    return derived_seed(_FIXED, sha256_hex(f"planted/{where.name}".encode()), find_probe(where.probe).name)


def units_of(where: Where, profile: Profile) -> int:
    """Return how many independent units a draw holds: the most that a target plans for the probe, some times over."""
    return where.times * max(target.n for target in profile.targets if target.probe == where.probe)


def planned(units: int | None = None) -> Profile:
    """Return the profile, every target's plan being `units` where they are given."""
    profile = load_profile(PROFILE)
    if units is None:
        return profile
    return profile._replace(targets=tuple(msgspec.structs.replace(target, n=units) for target in profile.targets))


class Sitting:
    """The items of one draw, and whoever is asked them."""

    def __init__(self, where: Where, out: Path, units: int | None = None) -> None:
        """Draw the items; `units` replaces what the profile plans, for a quick look."""
        self.where, self.out, self.profile = where, out, planned(units)
        self.probe: Probe = find_probe(where.probe)
        self.seed = seed_of(where)
        self.items: Sequence[Any] = self.probe.items(self.seed, units_of(where, self.profile))

    def cell(self, name: str, strength: float = 1.0) -> Cell:
        """Return the cell of a student at a strength, from its file where it was measured before."""
        path = self._file(name, strength)
        if path.exists():
            return msgspec.json.decode(path.read_bytes(), type=Cell)
        return self.of(weakened(make(student(name), self.out), strength, self.out), name, strength)

    def of(self, folder: Path, name: str, strength: float = 1.0) -> Cell:
        """Return the cell of the model in a folder under a name that no other model has, from its file likewise."""
        path = self._file(name, strength)
        if path.exists():
            return msgspec.json.decode(path.read_bytes(), type=Cell)
        path.parent.mkdir(parents=True, exist_ok=True)
        found, failed = verdicts(self.probe, self.profile, self.items, self._records(folder), self.seed)
        cell = Cell(
            student=name,
            strength=strength,
            probe=self.where.probe,
            draw=self.where.draw,
            times=self.where.times,
            seed=self.seed,
            items_sha256=items_sha256(self.items),
            weights_sha256=ModelFiles(folder).weights_sha256,
            verdicts=found,
            failed_checks=failed,
        )
        replace_file(path, msgspec.json.encode(cell))
        return cell

    def _file(self, name: str, strength: float) -> Path:
        return self.out / "cells" / f"{name}@{strength:.6f}.{self.where.name}.json"

    def _records(self, folder: Path) -> Mapping[str, Sequence[Any]]:
        place = self._scratch(folder)
        teacher = self._alone(pair.TEACHER, self.out / "teacher" / self.where.name)
        records = {"teacher": teacher, "student": self._alone(folder, place)}
        if self.probe.pair is not None:
            records[PAIR] = self._together(folder, records, place)
        return records

    def _alone(self, folder: Path, place: Path) -> Sequence[Any]:
        arm = "teacher" if folder == pair.TEACHER else "student"
        if _is_asked(place, arm):
            return self._parsed(place, arm)
        run = ProbeRun(*self._named(), ELICITATIONS[self.probe.id], self.items, self.seed)
        with open_model(ModelSpec(folder)) as model:
            return self._ask(model, run, place, arm)

    def _together(self, folder: Path, records: Mapping[str, Sequence[Any]], place: Path) -> Sequence[Any]:
        if _is_asked(place, PAIR):
            return self._parsed(place, PAIR)
        joined = join_answers(self.items, records, frozenset())
        run = ProbeRun(*self._named(), guard(PAIR_ELICITATIONS[self.probe.id]), joined, self.seed)
        with open_pair(ModelSpec(pair.TEACHER), ModelSpec(folder)) as both:
            return self._ask(both, run, place, PAIR)

    def _scratch(self, folder: Path) -> Path:
        return self.out / "scratch" / folder.name / self.where.name

    def _named(self) -> tuple[str, str]:
        return self.probe.id, self.probe.version

    def _ask(self, model: OpenModel, run: ProbeRun, place: Path, arm: str) -> Sequence[Any]:
        place.mkdir(parents=True, exist_ok=True)
        with _scratch(place / f"{arm}.ledger") as ledger:
            result = elicit_model(run, model, ledger)
        write_records(place, arm, result.records)
        return self._parsed(place, arm)

    def _parsed(self, place: Path, arm: str) -> Sequence[Any]:
        path = place / f"{arm}.jsonl"
        return parse_records(path.read_bytes().splitlines(), self.probe, self.items, str(path), arm)


def _is_asked(place: Path, arm: str) -> bool:
    return (place / f"{arm}.jsonl").exists()


@contextmanager
def _scratch(path: Path) -> Iterator[Ledger]:
    """Open a ledger that goes when its records are there."""
    with Ledger(path, resume=True) as ledger:
        yield ledger
    path.unlink()
