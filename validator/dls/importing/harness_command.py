"""The command that asks a log's items again, from the log's own configuration; MODEL stands for the model."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from dls.importing.bounded_files import map_member

_WORD = re.compile(r"[A-Za-z0-9_.:/-]{1,100}")
_SEEDS = ("random_seed", "numpy_seed", "torch_seed", "fewshot_seed")
_SAMPLING = ("temperature", "top_p", "top_k", "max_tokens")


def lm_eval_command(content: Mapping[str, Any], task: str, shots: Any) -> str | None:
    """Return the command of lm-evaluation-harness; None where a name is no plain word, or nothing says the shots.

    TEXT stands for a system instruction, which the evidence does not keep.

    Args:
        content: of the results file.
        task: its name.
        shots: the number of few-shot examples.
    """
    general = map_member(content, "config")
    kind = general.get("model")
    if not (_is_word(task) and _is_word(kind) and type(shots) is int):
        return None
    model = "pretrained" if str(kind).startswith(("hf", "vllm", "sglang")) else "model"
    dtype = str(general.get("model_dtype")).removeprefix("torch.")
    arguments = f"{model}=MODEL" + (f",dtype={dtype}" if general.get("model_dtype") and _is_word(dtype) else "")
    parts = [f"lm_eval --model {kind} --model_args {arguments} --tasks {task} --num_fewshot {shots}"]
    return " ".join([*parts, *_lm_eval_options(content, general), "--log_samples"])


def _lm_eval_options(content: Mapping[str, Any], general: Mapping[str, Any]) -> Iterator[str]:
    if content.get("chat_template_sha"):
        yield "--apply_chat_template"
        if content.get("fewshot_as_multiturn") is False:
            yield "--fewshot_as_multiturn false"
    if content.get("system_instruction_sha"):
        yield "--system_instruction TEXT"
    if _is_number(general.get("limit")):
        yield f"--limit {general['limit']:g}"
    values = [f"{name}={value}" for name, value in _plain(map_member(general, "gen_kwargs"))]
    if values:
        yield f"--gen_kwargs {','.join(values)}"
    seeds = [general.get(name) for name in _SEEDS]
    if all(type(seed) is int for seed in seeds):
        yield f"--seed {','.join(map(str, seeds))}"


def inspect_command(run: Mapping[str, Any], sampling: Mapping[str, Any]) -> str | None:
    """Return the command of Inspect; None where the task's name is no plain word.

    Args:
        run: the member `eval` of the log.
        sampling: the arguments of generation.
    """
    task, config = run.get("task"), map_member(run, "config")
    if not _is_word(task):
        return None
    parts = [f"inspect eval {task} --model MODEL"]
    parts += [f"-T {name}={value}" for name, value in _plain(map_member(run, "task_args"))]
    parts += [f"--{name} {config[name]}" for name in ("limit", "epochs") if type(config.get(name)) is int]
    parts += [f"--{name.replace('_', '-')} {sampling[name]:g}" for name in _SAMPLING if _is_number(sampling.get(name))]
    return " ".join(parts)


def _plain(values: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield the members that a shell takes as they are."""
    return ((name, value) for name, value in values.items() if _is_word(name) and _is_word(str(value)))


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_word(value: Any) -> bool:
    return isinstance(value, str) and _WORD.fullmatch(value) is not None
