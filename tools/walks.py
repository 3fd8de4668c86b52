"""Trace a statement, a claim and an item through the code: `python -m tools.walks` prints the rooms that each passes.

A room is passed when a function of it runs; code that runs while a module is imported does not count. Rooms stand in
the order of their first entry. CONTRIBUTING.md shows the three walks, and a test holds it to them.
"""

import contextlib
import io
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from types import FrameType
from typing import Any

from tests.test_layers import ALL, room

from dls.commands.cli import main as run_command
from dls.model import Arm
from dls.probes.catalogue import find_probe
from dls.scenarios.profile import Profile, load_profile
from dls.standard.specification import spec_folder
from dls_probes import pair
from dls_probes.engine.ledger import Ledger
from dls_probes.models.transformers_model import ModelSpec
from dls_probes.probes import ELICITATIONS
from dls_probes.runs.open_models import open_model
from dls_probes.runs.plan import Plan, PlannedProbe, keys_of, plan_probe
from dls_probes.runs.regenerate import regenerate_evidence
from dls_probes.runs.run import ProbeRun, elicit_model

PROBE = "uncertainty.lottery"
STATEMENT = spec_folder() / "conformance" / "documents" / "publisher.yaml"
MODULES = {str(path): name for name, path in ALL.items()}

Walk = dict[str, list[str]]
"""The modules that ran, by room, in the order in which they were entered first."""


def walks() -> dict[str, Walk]:
    """Return the walk of a statement through `dls validate`, of a claim through `dls recompute`, and of an item."""
    silence = io.StringIO()
    with TemporaryDirectory() as name, contextlib.redirect_stdout(silence), contextlib.redirect_stderr(silence):
        folder = Path(name)
        draft = _drafted(folder)
        return {
            "validate": walk(lambda: run_command(["validate", str(STATEMENT)])),
            "recompute": walk(lambda: run_command(["recompute", str(draft), "--allow-unverified"])),
            "item": walk(lambda: _answer(folder / "ledger")),
        }


def walk(call: Callable[[], Any]) -> Walk:
    """Return the modules that a call passes, by room."""
    names: dict[str, str] = {}

    def enter(frame: FrameType, event: str, _argument: Any) -> None:
        path = frame.f_code.co_filename
        if event == "call" and path in MODULES and path not in names and not _is_importing(frame):
            names[path] = MODULES[path]

    _forget_results()
    sys.setprofile(enter)
    try:
        call()
    finally:
        sys.setprofile(None)
    rooms: Walk = {}
    for name in names.values():
        rooms.setdefault(room(name), []).append(name)
    return rooms


def _is_importing(frame: FrameType | None) -> bool:
    while frame is not None and frame.f_code is not walk.__code__:
        if frame.f_code.co_name == "<module>":
            return True
        frame = frame.f_back
    return False


def _forget_results() -> None:
    """Empty the caches of the packages' functions, so that a walk passes all that a first call passes."""
    for name in ALL:
        for value in vars(sys.modules[name]).values() if name in sys.modules else ():
            if callable(clear := getattr(value, "cache_clear", None)):
                clear()


def _models() -> dict[Arm, ModelSpec]:
    return {"teacher": ModelSpec(pair.TEACHER), "student": ModelSpec(pair.STUDENT)}


def _planned(profile: Profile, models: Mapping[Arm, ModelSpec], units: int) -> PlannedProbe:
    return plan_probe(find_probe(PROBE), profile, keys_of(models), units, None)


def _answer(scratch: Path) -> None:
    """Take one item from its seed to the student's record."""
    models = _models()
    planned = _planned(load_profile("general_chat"), models, 1)
    run = ProbeRun(PROBE, planned.probe.version, ELICITATIONS[PROBE], planned.items, planned.seed)
    with open_model(models["student"]) as model, Ledger(scratch) as ledger:
        elicit_model(run, model, ledger)


def _drafted(folder: Path) -> Path:
    """Return a statement with one claim, drafted from evidence of both built-in models."""
    profile, models = load_profile("general_chat"), _models()
    regenerate_evidence(Plan(profile, (_planned(profile, models, 5),)), models, folder / "evidence")
    run_command(["draft", str(folder / "evidence"), "-o", str(folder / "dls.yaml")])
    return folder / "dls.yaml"


def main() -> int:
    """Print the walks."""
    for name, rooms in walks().items():
        modules = sum(map(len, rooms.values()))
        sys.stdout.write(f"{name}: {len(rooms)} rooms, {modules} modules\n")
        for entry, names in rooms.items():
            inner = ", ".join(module.removeprefix(entry).lstrip(".") for module in names if module != entry)
            sys.stdout.write(f"  {entry}: {inner}\n" if inner else f"  {entry}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
