"""Two tokenizers share their tokens by what they do with the run's texts; where they do not, the run says why."""

import json
import shutil

import pytest
import torch
from scipy.special import rel_entr
from tests.reference_probes.next_token_profile import write_next_token_profile
from tests.reference_probes.stated import filled
from tests.reference_probes.tokens.test_tokenizer_behaviour import change_json
from transformers import AutoModelForCausalLM, AutoTokenizer, LlamaConfig

from dls.checking.validate import check
from dls.commands.cli import main
from dls.document.reader import read
from dls.document.writer import yaml_text
from dls.probes.catalogue import find_probe
from dls_probes.models.transformers_model import ModelSpec
from dls_probes.probes.two_models import AnsweredItem
from dls_probes.requests import Divergence, Prompt
from dls_probes.runs.joint_pass import divergence_obstacle, divergences
from dls_probes.tokens.shared_tokens import shared_columns, token_difference

SIZES = {
    "hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 2, "num_attention_heads": 4,
    "max_position_embeddings": 512,
}  # fmt: skip
N = 8


@pytest.fixture(scope="module")
def teacher(tiny):
    return tiny(LlamaConfig, seed=5, **SIZES)


@pytest.fixture(scope="module")
def student(tiny):
    return tiny(LlamaConfig, seed=6, **SIZES)


def tokenizer_of(folder):
    return AutoTokenizer.from_pretrained(folder)


def with_pad(folder, copy, name="[PAD]"):
    """Do what trainers do: add a padding token, and a row for it."""
    tokenizer, model = tokenizer_of(folder), AutoModelForCausalLM.from_pretrained(folder)
    tokenizer.add_special_tokens({"pad_token": name})
    model.resize_token_embeddings(model.config.vocab_size + 1)
    with torch.no_grad():
        model.get_output_embeddings().weight[-1] = 3 * model.get_output_embeddings().weight[7]
    tokenizer.save_pretrained(copy)
    model.save_pretrained(copy)
    return copy


def with_flag(folder, copy):
    shutil.copytree(folder, copy)
    change_json(copy / "tokenizer.json", lambda raw: raw["added_tokens"][2].update(special=False))
    change_json(copy / "tokenizer_config.json", lambda config: config["additional_special_tokens"].pop(0))
    return copy


def changed(change):
    def copy_with(folder, copy):
        shutil.copytree(folder, copy)
        change_json(copy / "tokenizer.json", change)
        return copy

    return copy_with


def saved_again(folder, copy):
    shutil.copytree(folder, copy)
    tokenizer_of(folder).save_pretrained(copy)
    return copy


def swap_strings(raw):
    vocabulary = raw["model"]["vocab"]
    vocabulary["<0x00>"], vocabulary["<0x01>"] = vocabulary["<0x01>"], vocabulary["<0x00>"]


SHARING = {"added [PAD]": with_pad, "flag special": with_flag, "saved again": saved_again}
DIFFERING = {
    "normaliser": (changed(lambda raw: raw.update(normalizer={"type": "Lowercase"})), "other ids to 'The answer is"),
    "strings": (changed(swap_strings), "stands for '<0x0"),
}


@pytest.mark.parametrize("name", SHARING)
def test_a_tokenizer_that_does_the_same_shares_its_tokens(name, teacher, student, tmp_path):
    copy = SHARING[name](student, tmp_path / "copy")
    assert token_difference(tokenizer_of(teacher), tokenizer_of(copy), ["a red box"]) is None
    assert shared_columns(tokenizer_of(teacher), tokenizer_of(copy)) == 1 + max(
        tokenizer_of(teacher).get_vocab().values()
    )


@pytest.mark.parametrize("name", DIFFERING)
def test_a_tokenizer_that_does_otherwise_is_told_apart(name, teacher, student, tmp_path):
    change, words = DIFFERING[name]
    copy = change(student, tmp_path / "copy")
    assert words in token_difference(tokenizer_of(teacher), tokenizer_of(copy))


def test_a_token_of_one_model_may_be_in_no_text_of_the_run(teacher, student, tmp_path):
    tokenizers = tokenizer_of(teacher), tokenizer_of(with_pad(student, tmp_path / "copy", "[blue]"))
    pad = tokenizers[1].pad_token_id
    assert token_difference(*tokenizers, ["a [PAD] cup"], [7, 8]) is None
    assert "other ids to 'a [blue] cup'" in token_difference(*tokenizers, ["a red cup", "a [blue] cup"])
    assert "'[blue]', which only the student has" in token_difference(*tokenizers, ["a cup"], [7, pad])
    assert "which only the teacher has" in token_difference(*reversed(tokenizers), [], [pad])


def test_the_texts_of_a_run_are_those_that_its_elicitation_asks_about(teacher, student, tmp_path):
    models = {"teacher": ModelSpec(teacher), "student": ModelSpec(with_pad(student, tmp_path / "copy", "[blue]"))}
    pad = tokenizer_of(models["student"].folder).pad_token_id
    assert (
        divergence_obstacle(models, [Divergence(Prompt.user("a cup"), "is red"), Divergence(Prompt.user("x"), (7,))])
        is None
    )
    for request in (
        Divergence(Prompt.user("[blue]")),
        Divergence(Prompt.user("a cup"), " [blue]"),
        Divergence(Prompt.user("a cup"), (pad,)),
    ):
        assert divergence_obstacle(models, [request]).startswith("no divergence: ")
    assert "only the student was asked" in divergence_obstacle({"student": models["student"]}, [])


def test_an_item_that_failed_for_one_model_asks_about_no_text():
    def elicit(answers):
        yield [Divergence(Prompt.user(answers.id)), Divergence(Prompt.user("b"))]

    items = [AnsweredItem("a", None, None, None), AnsweredItem("c", None, None, None, failed=True)]
    assert [request.prompt for request in divergences(elicit, items)] == [Prompt.user("a"), Prompt.user("b")]


def run(teacher, student, out, dimension="fidelity"):
    profile = str(write_next_token_profile(out.parent))
    words = ["probe", "run", "--teacher", str(teacher), "--student", str(student), "--scenario", profile]
    return main([*words, "--dimension", dimension, "--n", str(N), "--frame", "none", "--out", str(out)])


def kl_by_hand(teacher, student, item):
    """Return the mean divergences at the positions of a text, by whole forward passes over the shared columns."""
    tokenizer = tokenizer_of(teacher)
    turns = [{"role": "user", "content": item.question}]
    before = tokenizer.apply_chat_template(turns, tokenize=False, add_generation_prompt=True)
    whole = tokenizer(before + item.text, add_special_tokens=False)["input_ids"]
    start = len(tokenizer(before, add_special_tokens=False)["input_ids"])
    columns = max(tokenizer.get_vocab().values()) + 1
    with torch.no_grad():
        p, q = (
            AutoModelForCausalLM.from_pretrained(folder)(torch.tensor([whole])).logits[0, start - 1 :, :columns]
            for folder in (teacher, student)
        )
    p, q = (values.double().softmax(-1).numpy() for values in (p, q))
    return rel_entr(p, q).sum(-1).mean(), rel_entr(q, p).sum(-1).mean()


@pytest.mark.parametrize("name", ["added [PAD]", "flag special"])
def test_the_divergences_are_those_over_the_shared_columns(name, teacher, student, tmp_path, capsys):
    copy = SHARING[name](student, tmp_path / "copy")
    assert run(teacher, copy, tmp_path / "out") == 0
    assert "no divergence" not in capsys.readouterr().out
    evidence = tmp_path / "out" / "fidelity.next_token"
    manifest = json.loads((evidence / "manifest.json").read_text())
    assert {"kl_teacher_student", "jsd", "tv"} <= {entry["metric"] for entry in manifest["metrics"]}
    assert "unmeasured" not in manifest
    items = find_probe("fidelity.next_token").items(manifest["items"]["seed"], N)
    for item, line in zip(items, (evidence / "pair.jsonl").read_text().splitlines(), strict=True):
        record = json.loads(line)
        assert (record["forward"], record["reverse"]) == pytest.approx(kl_by_hand(teacher, copy, item), abs=1e-6)


@pytest.fixture(scope="module")
def unshared(teacher, student, tmp_path_factory):
    """Return the folder of a run whose models give other ids to the same texts."""
    folder = tmp_path_factory.mktemp("unshared")
    copy = DIFFERING["normaliser"][0](student, folder / "student")
    assert run(teacher, copy, folder / "evidence") == 0
    assert run(teacher, copy, folder / "evidence", "on_policy") == 0
    return folder


def manifest_of(folder, probe):
    return json.loads((folder / "evidence" / probe / "manifest.json").read_text())


def test_a_run_without_divergences_says_why_in_one_line(teacher, student, tmp_path, capsys):
    copy = DIFFERING["normaliser"][0](student, tmp_path / "copy")
    assert run(teacher, copy, tmp_path / "out") == 0
    (line,) = [line for line in capsys.readouterr().out.splitlines() if "no divergence" in line]
    assert line.startswith("note · student: no divergence: the tokenizers give other ids to 'The answer is")
    run_file = json.loads((tmp_path / "out" / "fidelity.next_token" / "run.json").read_text())
    assert line.removeprefix("note · student: ") in run_file["arms"]["student"]["notes"]


@pytest.mark.parametrize(
    ("probe", "metrics"),
    [
        ("fidelity.next_token", {"top1_agreement", "kl_teacher_student", "kl_student_teacher", "jsd", "tv"}),
        ("on_policy.story", {"on_policy_kl", "drift_slope", "excess_error"}),
    ],
)
def test_the_evidence_names_each_metric_that_is_missing(probe, metrics, unshared):
    entries = manifest_of(unshared, probe)["unmeasured"]
    assert {entry["metric"] for entry in entries} == metrics
    assert all(entry["reason"].startswith("no divergence: the tokenizers give other ids") for entry in entries)
    assert not metrics & {entry["metric"] for entry in manifest_of(unshared, probe)["metrics"]}


def test_the_draft_takes_the_reason_from_there(unshared):
    words = [str(unshared / "evidence"), "--scenario", str(unshared / "next_token.yaml")]
    assert main(["draft", *words, "-o", str(unshared / "dls.yaml"), "--force"]) == 0
    absences = {entry.get("metric"): entry for entry in read(unshared / "dls.yaml").value["absences"]}
    reason = manifest_of(unshared, "on_policy.story")["unmeasured"][0]["reason"]
    entry = absences["on_policy_kl"]
    assert (entry["status"], entry["justification"]) == ("not_measured", "no_probe_for_modality")
    assert entry["note"] == f"N{reason[1:]}."
    (unshared / "dls.yaml").write_text(yaml_text(filled(read(unshared / "dls.yaml").value)))
    codes = {finding.code for finding in check(unshared / "dls.yaml").findings}
    assert not codes & {"DLS003", "DLS305", "DLS602", "DLS603"}
