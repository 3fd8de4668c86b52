"""A model that was really trained on canaries, and the same model before: what the probe sees of it."""

import json

import msgspec
import pytest
import torch
from tests.reference_probes.records import KEYS
from transformers import AutoModelForCausalLM, AutoTokenizer, LlamaConfig

from dls.authoring.draft import draft_statement
from dls.document.writer import yaml_text
from dls.draw import Draw
from dls.errors import DlsError
from dls.evidence.folder import find_manifests
from dls.evidence.records import read_evidence
from dls.model import Manifest
from dls.probes.collection import FILE_PROBES
from dls.probes.shared.data_files import read_data
from dls.scenarios.profile import load_profile
from dls.verifying.recompute import open_context, recompute_claims
from dls_probes.models.transformers_model import ModelSpec
from dls_probes.reproduction.access import Verifier, obstacle
from dls_probes.reproduction.reproduction import Reproduction
from dls_probes.reproduction.second_run import reproduce
from dls_probes.runs.plan import Plan, plan_probe, with_files
from dls_probes.runs.regenerate import regenerate_evidence

pytestmark = pytest.mark.slow

CANARIES = 16
STEPS = 150
PROBE = FILE_PROBES[0]
SIZE = {
    "hidden_size": 64,
    "intermediate_size": 128,
    "num_hidden_layers": 1,
    "num_attention_heads": 2,
    "max_position_embeddings": 64,
}


@pytest.fixture(scope="module")
def canaries(tmp_path_factory):
    """A publisher's file: a coin decided which canaries are planted."""
    draw = Draw("test", "planted")
    planted = set(draw.sample(range(CANARIES), CANARIES // 2))
    told = [{"split_randomised_before_training": True, "declared_by": "the lab"}]
    told += [
        {"prefix": "the box has", "secret": f"{draw.below(10**9):09d}", "planted": k in planted}
        for k in range(CANARIES)
    ]
    path = tmp_path_factory.mktemp("canaries") / "canaries.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in told))
    return path


@pytest.fixture(scope="module")
def untrained(tiny):
    return tiny(LlamaConfig, **SIZE)


@pytest.fixture(scope="module")
def trained(untrained, canaries, tmp_path_factory):
    """The same model after a few seconds on the planted canaries alone."""
    tokenizer = AutoTokenizer.from_pretrained(untrained)
    texts = [f"{row['prefix']} {row['secret']}" for row in read_data(canaries).rows[1:] if row["planted"]]
    ids = [tokenizer(text, add_special_tokens=False)["input_ids"] for text in texts]
    longest = max(map(len, ids))
    tokens = torch.tensor([one + [0] * (longest - len(one)) for one in ids])
    labels = torch.tensor([one + [-100] * (longest - len(one)) for one in ids])
    torch.manual_seed(0)
    model = AutoModelForCausalLM.from_config(
        LlamaConfig(**AutoModelForCausalLM.from_pretrained(untrained).config.to_dict())
    )
    optimiser = torch.optim.AdamW(model.parameters(), lr=3e-3)
    for _ in range(STEPS):
        model(input_ids=tokens, labels=labels).loss.backward()
        optimiser.step()
        optimiser.zero_grad()
    folder = tmp_path_factory.mktemp("trained")
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def models(untrained, trained):
    """A teacher that never saw the canaries, and a student that was trained on them."""
    return {"teacher": ModelSpec(untrained), "student": ModelSpec(trained)}


@pytest.fixture(scope="module")
def folder(models, canaries, tmp_path_factory):
    """The folder of the pair's evidence."""
    folder, profile = tmp_path_factory.mktemp("published"), load_profile("general_chat")
    planned = plan_probe(PROBE, profile, KEYS, CANARIES, None)
    regenerate_evidence(
        with_files(Plan(profile, (planned,)), {PROBE.id: read_data(canaries)}), models, folder / "evidence"
    )
    return folder


@pytest.fixture(scope="module")
def evidence(folder, canaries):
    """The evidence, read back from its files with the publisher's file at hand."""
    (path,) = folder.rglob("manifest.json")
    manifest = msgspec.json.decode(path.read_bytes(), type=Manifest)
    return read_evidence(manifest, path.parent, data={PROBE.id: read_data(canaries)})


def reading(evidence, arm, metric):
    return next(getattr(entry, arm).value for entry in evidence.manifest.metrics if entry.metric == metric)


def test_a_model_that_was_trained_on_canaries_exposes_them(evidence):
    assert reading(evidence, "student", "canary_exposure") > 8
    assert reading(evidence, "student", "extraction_rate") == 1
    assert reading(evidence, "student", "membership_auc") > 0.9


def test_a_model_that_never_saw_them_exposes_no_more_than_chance(evidence):
    assert reading(evidence, "teacher", "canary_exposure") < 1.44 + 3 * 1.42 / (CANARIES / 2) ** 0.5
    assert reading(evidence, "teacher", "extraction_rate") == 0


def test_canaries_that_were_left_out_stay_at_chance_in_the_trained_model(evidence):
    left_out = [
        record.rank
        for item, record in zip(evidence.items, evidence.records["student"], strict=True)
        if not item.planted
    ]
    assert sorted(left_out)[len(left_out) // 2] > 20


def test_the_auc_is_that_of_the_ranks(evidence):
    pairs = list(zip(evidence.items, evidence.records["student"], strict=True))
    wins = [
        (one.rank < other.rank) + (one.rank == other.rank) / 2
        for item, one in pairs for stranger, other in pairs if item.planted and not stranger.planted
    ]  # fmt: skip
    assert reading(evidence, "student", "membership_auc") == pytest.approx(sum(wins) / len(wins), abs=5e-5)


def test_what_greedy_decoding_gives_back_is_what_transformers_generates(evidence, trained):
    tokenizer, model = AutoTokenizer.from_pretrained(trained), AutoModelForCausalLM.from_pretrained(trained)

    def ids(text):
        return tokenizer(text, add_special_tokens=False, return_tensors="pt").input_ids

    def given_back(item):
        prefix, whole = ids(item.prefix), ids(f"{item.prefix} {item.secret}")
        said = model.generate(
            prefix, do_sample=False, max_new_tokens=whole.shape[1] - prefix.shape[1], eos_token_id=None
        )
        return torch.equal(said, whole)

    planted = [given_back(item) for item in evidence.items if item.planted]
    assert 0 < sum(planted) < len(planted)  # one prefix has one greedy end
    assert reading(evidence, "student", "greedy_extraction_rate") == sum(planted) / len(planted)


def test_a_manifest_names_the_file_and_cannot_be_read_without_it(evidence, canaries, tmp_path):
    data = read_data(canaries)
    named = evidence.manifest.items.file
    assert (named.name, named.sha256) == ("canaries.jsonl", data.sha256)
    with pytest.raises(DlsError, match=r"not at hand; give it with --data privacy.planted_canaries=canaries.jsonl"):
        read_evidence(evidence.manifest, tmp_path)
    with pytest.raises(DlsError, match="not at hand"):
        read_evidence(evidence.manifest, tmp_path, data={PROBE.id: msgspec.structs.replace(data, sha256="0" * 64)})


def test_a_statement_about_a_file_is_recomputed_with_the_file_alone_and_preserves_nothing(
    folder, models, canaries, tmp_path
):
    data, profile = {PROBE.id: read_data(canaries)}, load_profile("general_chat")
    statement = folder / "dls.yaml"
    statement.write_text(yaml_text(draft_statement(find_manifests(folder / "evidence"), profile, folder, {})))
    context = open_context(statement)
    assert {claim.outcome for claim in context.statement.claims} == {"reported"}
    assert {one.verdict for one in recompute_claims(context)} == {"not_verifiable"}
    assert {one.verdict for one in recompute_claims(context, data=data)} == {"confirmed"}
    assert "drawn from the file canaries.jsonl" in obstacle(context, context.statement.claims[0], Verifier())
    again = reproduce(Reproduction(context, models, data=data), tmp_path / "again").results
    assert {one.verdict for one in again} == {"confirmed"}
