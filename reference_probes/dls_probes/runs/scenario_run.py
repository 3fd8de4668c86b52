"""A run of a scenario's plan on two model folders: the work of `dls probe run`, and of `dls_probes.run`."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal, NamedTuple, TypedDict, Unpack

from dls.model import Arm
from dls.probes.shared.data_files import read_files
from dls.scenarios.profile import Profile, load_profile
from dls.standard.registry import load_registry
from dls_probes.engine.shard import Shard
from dls_probes.few_shot.prompt import prompt_style_for
from dls_probes.models.transformers_model import ModelSpec
from dls_probes.runs.notes import note_lines
from dls_probes.runs.open_models import Workers
from dls_probes.runs.plan import Plan, keys_of, make_plan, unmeasured_targets, with_files
from dls_probes.runs.regenerate import regenerate_evidence

SHARD_END = (
    "The packs of this shard are done. After the last shard run the command once more: without --shard, into a new "
    "folder, and with --ledgers before the folders of all shards"
)


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
        workers: worker processes, or a `RayCluster`; by default this process alone.
        resume: continue an interrupted run in the same folder.
        shard: `2/3` computes the second of three shares of the packs, and writes no evidence.
        ledgers: the folders of shards, whose packs this run need not compute.

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
    workers: Workers
    resume: bool
    shard: str | None
    ledgers: Sequence[str | Path]


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
        teacher: the teacher's model folder.
        student: the student's model folder.
        scenario: a built-in profile, or the path of your own.
        out: the folder for the evidence; `dls.draft` takes it from there.
        **choices: see `RunChoices`.

    Raises:
        DlsError: the profile, a model, a data file or the output folder cannot be used.
    """
    profile = load_profile(scenario)
    models = _models(Path(teacher), Path(student), profile, choices)
    plan = _plan(profile, models, choices)
    shard = Shard.of(text) if (text := choices.get("shard")) else None
    paths = regenerate_evidence(
        plan,
        models,
        Path(out),
        workers=choices.get("workers", 0),
        resume=choices.get("resume", False),
        shard=shard,
        ledgers=[Path(folder) for folder in choices.get("ledgers", ())],
    )
    if shard is not None:
        return RunEnd((), (SHARD_END,), ())
    return RunEnd(tuple(paths), tuple(note_lines(paths)), tuple(unmeasured_targets(plan)))


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
