"""Asking teacher and student side by side, after each of them has answered alone."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from dls.model import Arm, Unmeasured
from dls.probe import CrossMeasure, Probe
from dls.standard.numbers import ARMS
from dls_probes.models.transformers_model import ModelSpec, load_text
from dls_probes.probes.two_models import AnsweredItem
from dls_probes.requests import Divergence, Elicit, Elicitation
from dls_probes.tokens.chat_template import supports_system_role
from dls_probes.tokens.shared_tokens import token_difference
from dls_probes.tokens.text import PromptTokenizer

PAIR = "pair"


class ArmFailed(Exception):  # noqa: N818  its name stands in the error record
    """The item ended in an error for one of the models alone, so there is no question for both."""


def join_answers(
    items: Sequence[Any], records: Mapping[str, Sequence[Any]], error_ids: frozenset[str]
) -> list[AnsweredItem[Any, Any]]:
    """Join items with both models' records, all in item order; an item of the `error_ids` ended in an error."""
    triples = zip(items, records["teacher"], records["student"], strict=True)
    return [AnsweredItem(item.id, item, teacher, student, item.id in error_ids) for item, teacher, student in triples]


def guard(elicit_answers: Elicit) -> Elicit:
    """Return the elicitation of an `AnsweredItem` that ends in an error where one of the models failed alone."""

    def elicit(answers: AnsweredItem[Any, Any]) -> Elicitation:
        if answers.failed:
            raise ArmFailed(f"item {answers.id} ended in an error for one of the models alone")
        yield from elicit_answers(answers)

    return elicit


def divergence_obstacle(models: Mapping[Arm, ModelSpec], requests: Iterable[Divergence]) -> str | None:
    """Return why both models have no divergences, as a sentence; None where they have.

    Args:
        models: the specs by arm.
        requests: all divergences that the run would ask for.

    Raises:
        DlsError: a folder or a tokenizer is missing or broken.

    """
    if not set(ARMS) <= set(models):
        return f"no divergence: only the {', '.join(models)} was asked, and a divergence is between two models"
    if behind := [arm for arm in ARMS if models[arm].access != "white_box"]:
        return f"no divergence: the {' and the '.join(behind)} answered through a server, without whole distributions"
    teacher, student = (load_text(models[arm]) for arm in ARMS)
    texts, tokens = _texts_and_tokens(teacher, requests)
    difference = token_difference(teacher.tokenizer, student.tokenizer, texts, tokens)
    return difference and f"no divergence: {difference}, so the models share no vocabulary"


def divergences(elicit_answers: Elicit, items: Iterable[AnsweredItem[Any, Any]]) -> Iterator[Divergence]:
    """Yield the divergences that a pair's elicitation begins with, of the items that did not fail."""
    for item in items:
        if not item.failed:
            step = next(elicit_answers(item))
            steps = step if isinstance(step, list) else [step]
            yield from (entry for entry in steps if isinstance(entry, Divergence))


def unmeasured_metrics(probe: Probe, obstacle: str | None) -> tuple[Unmeasured, ...]:
    """Return the metrics of a probe that need both models side by side, where there is an obstacle to that."""
    metrics = (entry.metric for entry in probe.measures if isinstance(entry, CrossMeasure) and entry.arm == PAIR)
    return tuple(Unmeasured(metric=metric, reason=obstacle) for metric in metrics) if obstacle else ()


def _texts_and_tokens(text: PromptTokenizer, requests: Iterable[Divergence]) -> tuple[list[str], set[int]]:
    """Return the texts of some requests as a model reads them, and the generated tokens in them."""
    texts, tokens = [], set[int]()
    for request in requests:
        if isinstance(request.continuation, tuple):
            texts.append(text.render(request.prompt))
            tokens.update(request.continuation)
        else:
            texts.append(text.render(request.prompt) + request.continuation)
    return texts, tokens


def align_system_turns(models: Mapping[Arm, ModelSpec]) -> dict[Arm, ModelSpec]:
    """Return the specs under which both models read a rule in the same place.

    The rule stands at the head of the first user turn for both where one spec folds it there already, or where the chat
    template of one model has no system role.

    Raises:
        DlsError: a folder or a tokenizer is missing or broken.
    """
    fold = any(spec.fold_system or _lacks_system(spec) for spec in models.values())
    return {arm: replace(spec, fold_system=fold) for arm, spec in models.items()}


def _lacks_system(spec: ModelSpec) -> bool:
    if spec.prompt_format == "plain":
        return False
    tokenizer = load_text(spec).tokenizer
    return bool(getattr(tokenizer, "chat_template", None)) and not supports_system_role(tokenizer)
