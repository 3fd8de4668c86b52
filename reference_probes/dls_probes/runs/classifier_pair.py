"""Whether the models, the probes and the data files of a run have the same labels: checked before the run starts."""

import json
from collections.abc import Mapping, Sequence
from itertools import permutations
from typing import Any

from dls.errors import DlsError
from dls.model import Arm
from dls.probes.boundary_out_of_scope import ScopeItem
from dls.probes.collection import LABEL_PROBES
from dls.probes.shared.labels import NO_LABEL
from dls_probes.models.classifier_model import ClassifierText
from dls_probes.models.transformers_model import ModelSpec, load_text
from dls_probes.runs.plan import Plan

_IDS = tuple(probe.id for probe in LABEL_PROBES)
_MOST_NAMES = 20  # labels that a message names


def refuse_other_labels(plan: Plan, models: Mapping[Arm, ModelSpec]) -> None:
    """Refuse classifiers that fit their probes, each other or the data files badly.

    Raises:
        DlsError: a probe does not fit a model, the labels differ, or a file names a label that the models lack.
    """
    probes = [entry.probe.id for entry in plan.probes]
    if not set(probes) & set(_IDS) and not any(map(_classifies, models.values())):
        return
    labels = {arm: _labels(spec) for arm, spec in models.items()}
    for arm, spec in models.items():
        for probe in probes:
            _refuse_other_kind(probe, arm, spec, classifies=bool(labels[arm]))
    _refuse_unlike(labels)
    for entry in plan.probes:
        _refuse_unknown(entry.probe.id, entry.items, next(iter(labels.values())))


def _classifies(spec: ModelSpec) -> bool:
    try:
        return "ForSequenceClassification" in str(
            json.loads((spec.files.model_folder.path / "config.json").read_bytes())
        )
    except (OSError, ValueError, DlsError):
        return False  # opening the model raises the right error


def _labels(spec: ModelSpec) -> frozenset[str]:
    text = load_text(spec)
    return frozenset(text.labels) if isinstance(text, ClassifierText) else frozenset()


def _refuse_other_kind(probe: str, arm: Arm, spec: ModelSpec, *, classifies: bool) -> None:
    if probe in _IDS and not classifies:
        raise DlsError(
            f"{probe} asks for a distribution over labels, and the {arm} in {spec.folder} is no sequence classifier"
        )
    if probe not in _IDS and classifies:
        raise DlsError(
            f"the {arm} in {spec.folder} is a classifier, and {probe} asks for more than labels; choose a profile "
            f"whose targets name {', '.join(_IDS)}, and leave out --dimension"
        )


def _refuse_unlike(labels: Mapping[Arm, frozenset[str]]) -> None:
    for (arm, names), (rival, rival_names) in permutations(labels.items(), 2):
        if lacking := names - rival_names:
            raise DlsError(
                f"the {arm} has the label {min(lacking)!r} and the {rival} has not, only {_listing(rival_names)}; "
                "give both the same names in id2label of config.json, in any order"
            )


def _refuse_unknown(probe: str, items: Sequence[Any], labels: frozenset[str]) -> None:
    """Raise DlsError for the first item whose label, or whose label for abstaining, the models lack."""
    for item in items:
        if isinstance(item, ScopeItem) and item.abstain not in labels:
            raise DlsError(
                f"the models have no label {item.abstain!r} to abstain with, only {_listing(labels)}, so {probe} "
                "cannot be measured: leave out its --data, and state among the absences that boundary was not measured"
            )
        if item.label not in labels | {NO_LABEL}:
            raise DlsError(
                f"line {int(item.id)} of the data file of {probe} has the label {item.label!r}, and the models have "
                f"none of that name, only {_listing(labels)}; write the names of your models into the file, or the "
                "file's names into id2label of both (a whole number k stands for LABEL_k)"
            )


def _listing(names: frozenset[str]) -> str:
    rest = f" and {len(names) - _MOST_NAMES} more" if len(names) > _MOST_NAMES else ""
    return ", ".join(map(repr, sorted(names)[:_MOST_NAMES])) + rest
