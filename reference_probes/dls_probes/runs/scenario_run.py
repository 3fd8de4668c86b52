"""A run of a scenario's plan on two model folders: the work of `dls probe run`, and of `dls_probes.run`."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal, NamedTuple, TypedDict, Unpack

from dls.errors import DlsError
from dls.model import Arm
from dls.probes.shared.data_files import read_files
from dls.scenarios.profile import Profile, load_profile
from dls.standard.registry import load_registry
from dls_probes.few_shot.prompt import prompt_style_for
from dls_probes.models.transformers_model import ModelSpec
from dls_probes.runs.feasible import regenerate_feasible
from dls_probes.runs.first_words import teacher_watch
from dls_probes.runs.notes import note_lines
from dls_probes.runs.plan import Plan, keys_of, make_plan, unmeasured_targets, with_files
from dls_probes.runs.run_forecast import Forecast, forecast


class RunChoices(TypedDict, total=False):
    """The choices of a run, each with a default.

    Attributes:
        dimensions: measure only these of all that the scenario has targets for; `headline` and `fidelity` count too.
        n: independent units of every probe, instead of the profile's plan; outcomes then cannot be preserved.
        seed: a seed instead of the derived one; outcomes then cannot be preserved.
        data: files that items are taken from, by the id of the probe. Outcomes cannot be preserved on a file that the
            scenario does not pin.
        frame: whether solved items stand before every question; `auto` decides by the models (default).
        plain: plain text instead of the chat template, for base models.
        device: `cpu` (default), `cuda`, `cuda:1`, `mps`, `auto` or `split`.
        dtype: `float32` (default), `bfloat16` or `float16`.
        threads: of each process, by default 1.
        workers: worker processes; by default this process alone.
        resume: continue an interrupted run in the same folder.

    """

    dimensions: Sequence[str]
    n: int | None
    seed: int | None
    data: Mapping[str, str | Path]
    frame: Literal["auto", "none", "few_shot"]
    plain: bool
    device: str
    dtype: str | None
    threads: int | None
    workers: int
    resume: bool


class RunEnd(NamedTuple):
    """The end of a run.

    Attributes:
        manifests: their paths.
        notes: sentences about unusual facts.
        unmeasured: a sentence for each target that no probe measured, and for each probe that could not be asked.
        failures: by the id of each probe that could not be asked, the reason.

    """

    manifests: tuple[Path, ...]
    notes: tuple[str, ...]
    unmeasured: tuple[str, ...]
    failures: Mapping[str, str]


def run(
    teacher: str | Path, student: str | Path, scenario: str | Path, out: str | Path, **choices: Unpack[RunChoices]
) -> RunEnd:
    """Ask a teacher and a student the probes of a scenario, and write the evidence.

    A probe that cannot be asked costs its own claims alone.

    Args:
        teacher: the teacher's model folder.
        student: the student's model folder.
        scenario: a built-in profile, or the path of your own.
        out: the folder for the evidence; `dls.draft` takes it from there.
        **choices: see `RunChoices`.

    Raises:
        DlsError: the profile, a model, a data file or the output folder cannot be used, or no probe can be asked.
    """
    plan, models = _planned(teacher, student, scenario, choices)
    workers, resume, watch = choices.get("workers", 0), choices.get("resume", False), teacher_watch(plan.profile)
    end = regenerate_feasible(plan, models, Path(out), workers=workers, resume=resume, watch=watch)
    if not end.manifests:
        raise DlsError("; ".join(f"{name}: {reason}" for name, reason in end.failures.items()))
    paths = tuple(end.manifests.values())
    lines = (f"not measured: {name}, for {reason}" for name, reason in end.failures.items())
    return RunEnd(paths, tuple(note_lines(paths)), (*unmeasured_targets(plan), *lines), end.failures)


def dry_run(teacher: str | Path, student: str | Path, scenario: str | Path, **choices: Unpack[RunChoices]) -> Forecast:
    """Say how large a run would be, by a pilot of 20 units on these models and this device; nothing is written.

    Args:
        teacher: as `run`.
        student: as `run`.
        scenario: as `run`.
        **choices: see `RunChoices`.

    Raises:
        DlsError: the profile, a model or a data file cannot be used.
    """
    plan, models = _planned(teacher, student, scenario, choices)
    return forecast(plan, models, teacher_watch(plan.profile))


def _planned(
    teacher: str | Path, student: str | Path, scenario: str | Path, choices: RunChoices
) -> tuple[Plan, Mapping[Arm, ModelSpec]]:
    profile = load_profile(scenario)
    models = _models(Path(teacher), Path(student), profile, choices)
    return _plan(profile, models, choices), models


def _models(teacher: Path, student: Path, profile: Profile, choices: RunChoices) -> dict[Arm, ModelSpec]:
    frame = choices.get("frame", "auto")
    longer = profile.max_new_tokens - load_registry().max_new_tokens
    style = prompt_style_for([teacher, student], longer) if frame == "auto" else frame
    settings = {name: value for name in ("device", "dtype", "threads") if (value := choices.get(name)) is not None}
    if choices.get("plain"):
        settings["prompt_format"] = "plain"
    folders: dict[Arm, Path] = {"teacher": teacher, "student": student}
    return {arm: ModelSpec(folder, **settings, frame=style) for arm, folder in folders.items()}  # type: ignore[arg-type]


def _plan(profile: Profile, models: Mapping[Arm, ModelSpec], choices: RunChoices) -> Plan:
    files = read_files(choices.get("data", {}))
    dimensions, n, seed = choices.get("dimensions", ()), choices.get("n"), choices.get("seed")
    return with_files(make_plan(profile, keys_of(models), dimensions=dimensions, n=n, seed=seed, files=files), files)
