"""Asking teacher and student side by side, after each of them has answered alone."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from dls.model import Arm
from dls.standard.numbers import ARMS
from dls_probes.models.pair_model import same_tokens
from dls_probes.models.transformers_model import ModelSpec, load_text
from dls_probes.probes.two_models import AnsweredItem
from dls_probes.requests import Elicit, Elicitation
from dls_probes.tokens.chat_template import supports_system_role

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


def share_tokenizer(models: Mapping[Arm, ModelSpec]) -> bool:
    """Return whether both models are there and read the same tokens, without which they have no divergence."""
    if not set(ARMS) <= set(models):
        return False
    return same_tokens(load_text(models["teacher"]), load_text(models["student"]))


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
