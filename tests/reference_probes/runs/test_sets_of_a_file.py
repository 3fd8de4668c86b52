"""Public sets through the real engine, on the built-in pair: what a user types, from a file to a statement and back."""

import json

import pytest
from tests.reference_probes.files_beside import BESIDE

from dls.commands.cli import main
from dls.evidence.folder import find_manifests
from dls.probes.boundary_twins import items as twins
from dls.probes.catalogue import find_probe
from dls.probes.collection import SET_PROBES
from dls.probes.shared.data_files import read_data
from dls.probes.shared.vocabulary import NAMES, NOT_STATED
from dls.standard.registry import metric
from dls.verifying.recompute import open_context, recompute_claims
from dls_probes import pair

pytestmark = pytest.mark.slow

N = 4
KNOWN = (*SET_PROBES, *map(find_probe, BESIDE))
IDS = [one.id for one in KNOWN]


def rows(name):
    """Neutral rows in the form of a public set, in the language that the built-in pair was taught."""
    if name in BESIDE:
        return BESIDE[name]
    if name == "headline.final_number":
        return [
            {"question": f"what is {20 + k} + 3?", "answer": f"{20 + k} + 3 = {23 + k}\n#### {23 + k}"}
            for k in range(6)
        ]
    if name == "headline.instructions":
        return [
            {
                "prompt": f"what did {NAMES[k]} do today?",
                "instruction_id_list": ["punctuation:no_comma"],
                "kwargs": [{}],
            }
            for k in range(6)
        ]
    if name == "boundary.passages":
        return [
            {
                "context": item.context,
                "question": item.question.partition(", or is it")[0],
                "answers": {"text": [] if item.answer == NOT_STATED else [item.answer]},
            }
            for item in twins(5, 6, ("{question}?",) * 20)
        ]
    return [
        {"prompt": f"where does {NAMES[k]} live?", "label": ("forbidden", "allowed")[k % 2], "pair": str(k // 2)}
        for k in range(10)
    ]


def write(folder, name):
    path = folder / f"{name}.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows(name)))
    return path


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    """A drafted statement with its evidence, and the files beside it."""
    folder = tmp_path_factory.mktemp("published")
    given = [word for name in IDS for word in ("--data", f"{name}={write(folder, name)}")]
    models = [
        "--teacher",
        str(pair.TEACHER),
        "--student",
        str(pair.STUDENT),
        "--scenario",
        "general_chat",
        *(word for name in BESIDE for word in ("--dimension", find_probe(name).dimension)),
    ]
    assert main(["probe", "run", *models, "--n", str(N), *given, "--out", str(folder / "evidence")]) == 0
    assert main(["draft", str(folder / "evidence"), "-o", str(folder / "dls.yaml")]) == 0
    return folder


@pytest.fixture(scope="module")
def evidence(published):
    data = {name: read_data(published / f"{name}.jsonl") for name in IDS}
    return {
        one.manifest.probe.id: one for one in find_manifests(published / "evidence") if one.manifest.probe.id in data
    }


def reading(evidence, name, metric):
    return next(one for one in evidence[name].manifest.metrics if one.metric == metric)


@pytest.mark.parametrize("known", KNOWN, ids=lambda known: known.id)
def test_every_metric_of_a_set_is_measured_for_both_models_and_no_item_is_an_error(evidence, known):
    manifest = evidence[known.id].manifest
    asked = {one.metric for one in known.measures if getattr(one, "arm", "") != "across"}  # the pair shares a tokenizer
    assert {one.metric for one in manifest.metrics} == asked
    assert manifest.errors == {"teacher": 0, "student": 0}
    assert manifest.items.file.name == f"{known.id}.jsonl"


def test_the_teacher_abstains_where_a_passage_does_not_hold_the_answer_and_answers_where_it_does(evidence):
    assert reading(evidence, "boundary.passages", "abstention_soft_j").teacher.value > 0.8
    assert reading(evidence, "boundary.passages", "context_accuracy").teacher.value > 0.5


def test_a_drafted_claim_about_a_set_is_never_preserved(published, evidence):
    claims = open_context(published / "dls.yaml").statement.claims
    about = [claim for claim in claims if claim.probe.id in IDS]
    measured = [reading.metric for one in evidence.values() for reading in one.manifest.metrics]
    assert sorted(claim.metric for claim in about) == sorted(m for m in measured if metric(m).direction != "neutral")
    assert {claim.outcome for claim in about} <= {"reported", "inconclusive", "lost"}


def test_every_number_of_a_set_is_recomputed_with_the_file_and_with_it_alone(published):
    context = open_context(published / "dls.yaml")
    about = {claim.id for claim in context.statement.claims if claim.probe.id in IDS}
    data = {name: read_data(published / f"{name}.jsonl") for name in IDS}
    assert {one.verdict for one in recompute_claims(context, data=data) if one.id in about} == {"confirmed"}
    assert {one.verdict for one in recompute_claims(context) if one.id in about} == {"not_verifiable"}
