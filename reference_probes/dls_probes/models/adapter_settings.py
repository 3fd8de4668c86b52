"""The configuration of an adapter: its base model, and the settings with which it can be applied as it was trained."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from dls.errors import DlsError
from dls.identity.json_text import parse_json

_CLASSIFIES = "ForSequenceClassification"
_BEFORE_PROMPTS = ("PROMPT_TUNING", "MULTITASK_PROMPT_TUNING", "PREFIX_TUNING", "P_TUNING", "CARTRIDGE", "CPT")
_TASKS = (None, "CAUSAL_LM", "SEQ_CLS")
_STARTS = ("pissa", "olora", "corda", "loftq", "lora_ga", "eva")
"""Ways to begin a training that compute on the base's weights; some change these weights."""
_MERGE = "merge it where it was trained (`merge_and_unload`), save the whole model, and name that folder"


class _Problem(NamedTuple):
    is_there: Callable[[dict[str, Any]], Any]
    sentence: str


_PROBLEMS = (
    _Problem(
        lambda settings: settings.get("peft_type") in _BEFORE_PROMPTS,
        "of type {peft_type}, which puts learned vectors before each prompt; this release reads adapters that change "
        "weights, such as LORA",
    ),
    _Problem(lambda settings: not settings.get("peft_type"), "without `peft_type`; fetch the adapter again"),
    _Problem(
        lambda settings: settings.get("task_type") not in _TASKS,
        "for the task {task_type}, and this release asks models that continue one text and classifiers of one text",
    ),
    _Problem(
        lambda settings: settings.get("megatron_config") or settings.get("auto_mapping"),
        f"that names code to import, which is never done; {_MERGE}",
    ),
    _Problem(
        lambda settings: str(settings.get("init_lora_weights")).lower().startswith(_STARTS),
        "whose `init_lora_weights` is {init_lora_weights}: applying it may change the base's own weights. Save it with "
        f"`path_initial_model_for_weight_conversion`, or {_MERGE}",
    ),
)  # fmt: skip


def read_settings(path: Path) -> dict[str, Any]:
    """Return the members of an `adapter_config.json`.

    Raises:
        DlsError: it is no JSON object.
    """
    try:
        settings = parse_json(path.read_bytes()).value
    except (OSError, ValueError) as error:
        raise DlsError(f"{path} is no JSON ({error}); fetch the adapter again, whole") from error
    if not isinstance(settings, dict):
        raise DlsError(f"{path} is no JSON object; fetch the adapter again, whole")
    return settings


def expect_readable_settings(folder: Path, settings: dict[str, Any], model: Any) -> None:
    """Refuse an adapter that this release would apply in another way than its training did, or not at all.

    Args:
        folder: of the adapter.
        settings: its configuration.
        model: its base, as it was loaded.

    Raises:
        DlsError: learned prompts, another task, code, or a start that computes on the base's weights.
    """
    for problem in _PROBLEMS:
        if problem.is_there(settings):
            raise DlsError(f"{folder} holds an adapter {problem.sentence.format_map(settings)}")
    if settings.get("task_type") == "SEQ_CLS" and _CLASSIFIES not in type(model).__name__:
        raise DlsError(
            f"{folder} holds an adapter that makes a classifier of {type(model).__name__}, and no file names its "
            f"labels; {_MERGE}, with `id2label` in config.json"
        )
