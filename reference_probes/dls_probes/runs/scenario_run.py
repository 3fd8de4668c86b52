"""A run of a scenario's plan on two model folders: the work of `dls probe run`, and of `dls_probes.run`."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, NamedTuple, TypedDict, Unpack

from dls.model import Arm
from dls.probes.shared.data_files import read_files
from dls.scenarios.profile import Profile, load_profile
from dls.standard.registry import load_registry
from dls_probes.few_shot.prompt import prompt_style_for
from dls_probes.models.model_place import ModelWords, find_model
from dls_probes.models.transformers_model import ModelSpec
from dls_probes.runs.notes import note_lines
from dls_probes.runs.plan import Plan, keys_of, make_plan, unmeasured_targets, with_files
from dls_probes.runs.regenerate import regenerate_evidence

_PARTS = ("base", "revision")  # of a user's words for a model, beside its name


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
        teacher_base, student_base: the model under an adapter, by default as the adapter names it; `none` for the whole
            weights beside an adapter.
        teacher_revision, student_revision: refuse a model that is known to be of another revision.

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
    teacher_base: str | Path | None
    student_base: str | Path | None
    teacher_revision: str | None
    student_revision: str | None


class RunEnd(NamedTuple):
    """The end of a run: the manifests, sentences about unusual facts, and the targets that no probe measured."""

    manifests: tuple[Path, ...]
    notes: tuple[str, ...]
    unmeasured: tuple[str, ...]


def run(
    teacher: str | Path, student: str | Path, scenario: str | Path, out: str | Path, **choices: Unpack[RunChoices]
) -> RunEnd:
    """Ask a teacher and a student the probes of a scenario, and write the evidence.

    Args:
        teacher: the teacher's model folder, GGUF file, adapter, or name on a hub where the hub's cache has it.
        student: the same of the student.
        scenario: a built-in profile, or the path of your own.
        out: the folder for the evidence; `dls.draft` takes it from there.
        **choices: see `RunChoices`.

    Raises:
        DlsError: the profile, a model, a data file or the output folder cannot be used.
    """
    profile = load_profile(scenario)
    models = _models({"teacher": teacher, "student": student}, profile, choices)
    plan = _plan(profile, models, choices)
    paths = regenerate_evidence(
        plan, models, Path(out), workers=choices.get("workers", 0), resume=choices.get("resume", False)
    )
    return RunEnd(tuple(paths), tuple(note_lines(paths)), tuple(unmeasured_targets(plan)))


def _models(names: Mapping[Arm, str | Path], profile: Profile, choices: RunChoices) -> dict[Arm, ModelSpec]:
    values: Mapping[str, Any] = choices
    words = {arm: ModelWords(name, *(values.get(f"{arm}_{part}") for part in _PARTS)) for arm, name in names.items()}
    places = {arm: find_model(arm, entry) for arm, entry in words.items()}
    frame = choices.get("frame", "auto")
    longer = profile.max_new_tokens - load_registry().max_new_tokens
    style = prompt_style_for([place.configuration for place in places.values()], longer) if frame == "auto" else frame
    settings = {name: value for name in ("device", "dtype", "threads") if (value := choices.get(name)) is not None}
    if profile.thoughts:
        settings["thoughts"] = profile.thoughts
    if choices.get("plain"):
        settings["prompt_format"] = "plain"
    return {
        arm: ModelSpec(place.folder, **settings, frame=style, base=place.base)  # type: ignore[arg-type]
        for arm, place in places.items()
    }


def _plan(profile: Profile, models: Mapping[Arm, ModelSpec], choices: RunChoices) -> Plan:
    files = read_files(choices.get("data", {}))
    dimensions, n, seed = choices.get("dimensions", ()), choices.get("n"), choices.get("seed")
    return with_files(make_plan(profile, keys_of(models), dimensions=dimensions, n=n, seed=seed, files=files), files)
