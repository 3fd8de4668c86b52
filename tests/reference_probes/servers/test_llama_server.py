"""A real llama.cpp server answers the probes as the library does: scores within 1e-4 nats, and every text the same."""

import json
from collections.abc import Iterator

import pytest
from tests.reference_probes.published import Published
from tests.reference_probes.servers.side_by_side import difference, records
from tests.test_guides import ROOT, commands

from dls.commands.cli import main
from dls_probes import pair
from dls_probes.packs import Pack, TextJob
from dls_probes.runs.open_models import OpenModel, open_model
from dls_probes.servers.address import ServerAddress
from dls_probes.servers.served_spec import spec_of
from dls_probes.servers.weights_test import MOST_NATS_TO_WEIGHTS

NATS = 1e-4
PROBES = (
    *("on_policy.story", "privacy.in_context_secret", "fidelity.next_token", "process.chain"),
    *("uncertainty.multiple_choice", "grounding.worlds", "diversity.open_answer", "safety.policy_worlds"),
)


@pytest.fixture(scope="module")
def served(llama_url: str) -> Iterator[OpenModel]:
    with open_model(spec_of(ServerAddress(llama_url, pair.TEACHER))) as model:
        yield model


@pytest.mark.parametrize("probe", PROBES)
def test_scores_agree_and_every_text_is_the_same_one(probe, served, local_teacher, tmp_path):
    """Texts that are sampled are drawn by the same keys, from lists of the most probable tokens."""
    here, there = (
        records(model, probe, 1, tmp_path / name) for name, model in (("here", local_teacher), ("there", served))
    )
    assert difference(here, there) <= NATS


def test_the_server_says_who_it_is_and_what_it_can(served):
    description = served.description
    assert (description["access"], description["sampling"]) == ("logprobs", "keyed_by_depth")
    assert (description["scored_by"], description["served_as"]) == ("forced", "teacher.gguf")
    assert description["device_class"] == "server"
    assert served.spec.backend == "llama.cpp"


def test_a_token_that_ends_a_generation_is_scored_in_the_middle_of_a_text(served, local_teacher):
    """No grammar forces it, so a bias does; the tokens after it count too."""
    end, words = served.text.end_of_turn, served.text.tokenizer("two plus three", add_special_tokens=False)["input_ids"]
    job = TextJob((*words, end, *words, end, words[0]), 2)
    pack = Pack("score", "served", ((job,),))
    (here,), (there,) = (model.executor.model.score(pack) for model in (local_teacher, served))
    assert there.logprob == pytest.approx(here.logprob, abs=NATS)
    assert there.tokens == here.tokens == len(job.tokens) - 2


@pytest.mark.slow
def test_a_guide_through_the_whole_loop_with_the_teacher_behind_a_server_is_confirmed(llama_url, tmp_path):
    """The guide's command makes the evidence through the server; a verifier has transformers and the weights."""
    (line,) = [line for line in commands(ROOT / "docs" / "servers.md") if "http://" in line]
    places = {"http://localhost:8080": llama_url, "./teacher": str(pair.TEACHER), "./student": str(pair.STUDENT)}
    words = [{**places, "general_chat": "demo", "evidence": str(tmp_path / "evidence")}.get(w, w) for w in line.split()]
    assert main([*words[1:], "--n", "110"]) == 0
    published = Published(tmp_path)
    published.draft()
    statement = published.told()
    assert statement["teacher"]["access"] == "logprobs"
    assert statement["teacher"]["snapshot"] == "teacher.gguf"
    assert main(["validate", str(published.statement)]) == 0
    assert main(["recompute", str(published.statement)]) == 0
    manifest = json.loads((tmp_path / "evidence/headline.multiple_choice/manifest.json").read_text())
    assert manifest["circumstances"]["teacher"]["backend"] == "llama.cpp"
    assert manifest["settings"]["teacher"]["nats_to_weights"] <= MOST_NATS_TO_WEIGHTS
    results = published.again()
    assert {result.verdict.value for result in results.values()} == {"confirmed"}
