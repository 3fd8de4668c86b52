"""Asking teacher and student side by side, after each of them has answered alone."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from dls.model import Arm
from dls.standard.numbers import ARMS
from dls_probes.models.pair_model import same_tokens
from dls_probes.models.transformers_model import ModelSpec, load_text
from dls_probes.probes.two_models import Answered
from dls_probes.requests import Elicit, Elicitation
from dls_probes.tokens.chat_template import supports_system_role

PAIR = "pair"


class ArmFailed(Exception):  # noqa: N818  its name stands in the error record
    """The item ended in an error for one of the models alone, so there is nothing to ask both."""


def answered(
    items: Sequence[Any], records: Mapping[str, Sequence[Any]], failed: frozenset[str]
) -> list[Answered[Any, Any]]:
    """Join items with both models' records, all in item order; ``failed`` holds the ids of items that are errors."""
    triples = zip(items, records["teacher"], records["student"], strict=True)
    return [Answered(item.id, item, teacher, student, item.id in failed) for item, teacher, student in triples]


def guarded(elicit_pair: Elicit) -> Elicit:
    """Return the elicitation of the pair, which ends in an error where one of the models failed alone."""

    def elicit(both: Answered[Any, Any]) -> Elicitation:
        if both.failed:
            raise ArmFailed(f"item {both.id} ended in an error for one of the models alone")
        yield from elicit_pair(both)

    return elicit


def can_be_asked_together(models: Mapping[Arm, ModelSpec]) -> bool:
    """Tell whether both models are there and read the same tokens: else no divergence over one vocabulary exists."""
    if not set(ARMS) <= set(models):
        return False
    return same_tokens(load_text(models["teacher"]), load_text(models["student"]))


def asked_alike(models: Mapping[Arm, ModelSpec]) -> dict[Arm, ModelSpec]:
    """Return the specs under which both models read a rule in the same place.

    Where the chat template of one of them has no system role, or the evidence to be made again was asked so, the rule
    stands at the head of the first user turn for both.

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
