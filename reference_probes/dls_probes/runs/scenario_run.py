"""A run of a scenario's plan on two model folders: the work of `dls probe run`, and of `dls_probes.run`."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal, NamedTuple, TypedDict, Unpack

from dls.access_level import least
from dls.model import Arm
from dls.probes.shared.data_files import read_files
from dls.scenarios.profile import Profile, load_profile
from dls.standard.registry import load_registry
from dls_probes.few_shot.prompt import prompt_style_for
from dls_probes.models.transformers_model import ModelSpec
from dls_probes.runs.notes import note_lines
from dls_probes.runs.plan import Plan, keys_of, make_plan, unmeasured_targets, with_files
from dls_probes.runs.plan_access import out_of_reach, within_access
from dls_probes.runs.regenerate import regenerate_evidence
from dls_probes.servers.address import ServerAddress
from dls_probes.servers.served_spec import spec_of


class RunChoices(TypedDict, total=False):
    """The choices of a run, each with a default.

    Attributes:
        dimensions: measure these alone, or `headline` or `fidelity`; by default all that the scenario has targets for.
        n: independent units of every probe, instead of the profile's plan; outcomes then cannot be preserved.
        seed: a seed instead of the derived one; outcomes then cannot be preserved.
        data: files that items are taken from, by the id of the probe; outcomes then cannot be preserved.
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
    """The end of a run: the manifests, sentences about unusual facts, and the targets that no probe measured."""

    manifests: tuple[Path, ...]
    notes: tuple[str, ...]
    unmeasured: tuple[str, ...]


def run(
    teacher: str | Path | ServerAddress,
    student: str | Path | ServerAddress,
    scenario: str | Path,
    out: str | Path,
    **choices: Unpack[RunChoices],
) -> RunEnd:
    """Ask a teacher and a student the probes of a scenario, and write the evidence.

    Args:
        teacher: the teacher's model folder, or the address of the server that has the teacher.
        student: the student's, likewise.
        scenario: a built-in profile, or the path of your own.
        out: the folder for the evidence; `dls.draft` takes it from there.
        **choices: see `RunChoices`.

    Raises:
        DlsError: the profile, a model, a data file or the output folder cannot be used.
    """
    profile = load_profile(scenario)
    places: dict[Arm, Path | ServerAddress] = {"teacher": _place(teacher), "student": _place(student)}
    models = _models(places, profile, choices)
    access = least(spec.access for spec in models.values())
    wishes = _plan(profile, models, choices)
    plan = within_access(wishes, access)
    paths = regenerate_evidence(
        plan, models, Path(out), workers=choices.get("workers", 0), resume=choices.get("resume", False)
    )
    return RunEnd(tuple(paths), tuple(note_lines(paths)), (*unmeasured_targets(plan), *out_of_reach(wishes, access)))


def _place(model: str | Path | ServerAddress) -> Path | ServerAddress:
    return model if isinstance(model, ServerAddress) else Path(model)


def _models(places: Mapping[Arm, Path | ServerAddress], profile: Profile, choices: RunChoices) -> dict[Arm, ModelSpec]:
    frame = choices.get("frame", "auto")
    folders = [place.tokenizer if isinstance(place, ServerAddress) else place for place in places.values()]
    longer = profile.max_new_tokens - load_registry().max_new_tokens
    style = prompt_style_for(folders, longer) if frame == "auto" else frame
    settings = {name: value for name in ("device", "dtype", "threads") if (value := choices.get(name)) is not None}
    if choices.get("plain"):
        settings["prompt_format"] = "plain"
    return {arm: spec_of(place, **settings, frame=style) for arm, place in places.items()}


def _plan(profile: Profile, models: Mapping[Arm, ModelSpec], choices: RunChoices) -> Plan:
    files = read_files(choices.get("data", {}))
    dimensions, n, seed = choices.get("dimensions", ()), choices.get("n"), choices.get("seed")
    return with_files(make_plan(profile, keys_of(models), dimensions=dimensions, n=n, seed=seed, files=files), files)
