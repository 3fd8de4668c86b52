"""Averages without samples become transcribed claims: with the interval that two marginals allow, and no invented n."""

import json
import shutil
from pathlib import Path

import pytest
from tests.reference_probes.stated import filled
from tests.validator.card.cards import real_cards

from dls.authoring.draft import draft_of_folder
from dls.checking.validate import check
from dls.commands.cli import main
from dls.document.reader import read
from dls.document.writer import yaml_text
from dls.errors import DlsError
from dls.evidence.averages import read_averages
from dls.exporting.every_eval_ever import EVERY_EVAL_EVER
from dls.importing.every_eval_ever_record import read_every_eval_ever
from dls.importing.hub_card import read_hub_card
from dls.importing.lm_eval_run import read_lm_eval
from dls.importing.mapping_table import load_mapping
from dls.model import On
from dls.statistics.marginal import marginal_other_items, marginal_same_items

ROOT = Path(__file__).parents[3]
ASDIV = "lm_eval/results/v0.4.3/llama-3{}-8b-asdiv_cot_llama.json"
RECORD = {
    "schema_version": "0.3.0", "evaluation_id": "lab/1", "retrieved_timestamp": "1777613486.9",
    "source_metadata": {"source_name": "Lab", "source_type": "evaluation_run"},
    "eval_library": {"name": "harness", "version": "1"}, "model_info": {"id": "lab/teacher"},
    "evaluation_results": [
        {
            "evaluation_result_id": "sums", "evaluation_name": "Sums",
            "source_data": {"dataset_name": "sums", "source_type": "other", "samples_number": 9000,
                            "sample_ids": ["a", "b"]},
            "metric_config": {"metric_id": "exact-match", "lower_is_better": False, "min_score": 0, "max_score": 1},
            "score_details": {"score": 0.9, "uncertainty": {"num_samples": 400}},
        }
    ],
}  # fmt: skip
CARD = """---
model-index:
- name: {name}
  results:
  - task: {{type: text-generation}}
    dataset: {{type: glue, name: GLUE, config: sst2, split: validation}}
    metrics: [{{type: accuracy, value: {accuracy}}}, {{type: f1, value: 0.80}}]
---
# A model
"""


@pytest.fixture
def averages(tmp_path, capsys):
    """A function that imports two averages; it returns exit code, averages, and what was printed."""

    def run(form, teacher, student, *options):
        out = tmp_path / "evidence"
        code = main(["import", form, "--teacher", str(teacher), "--student", str(student), "-o", str(out), *options])
        printed = capsys.readouterr()
        return code, read_averages(out), printed.out + printed.err

    return run


@pytest.fixture
def records(tmp_path):
    """A function that writes two records of Every Eval Ever; ``change`` befalls the student's result."""

    def write(change=lambda _result, _record: None, **scores):
        paths = []
        for arm, score in ({"teacher": 0.9, "student": 0.8} | scores).items():
            record = json.loads(json.dumps(RECORD))
            record["model_info"]["id"] = f"lab/{arm}"
            record["evaluation_results"][0]["score_details"]["score"] = score
            if arm == "student":
                change(record["evaluation_results"][0], record)
            paths.append(tmp_path / f"{arm}.json")
            paths[-1].write_text(json.dumps(record))
        return paths

    return write


@pytest.fixture
def cards(tmp_path):
    def write(teacher="0.93", student="0.91"):
        paths = [tmp_path / "teacher.md", tmp_path / "student.md"]
        for path, accuracy in zip(paths, (teacher, student), strict=True):
            path.write_text(CARD.format(name=f"lab/{path.stem}", accuracy=accuracy))
        return paths

    return write


def drafted(tmp_path):
    """Return a filled statement on the imported averages, and the codes of its findings apart from texts of gaps."""
    answers = {"scenario": {"fixed_on": "2026-11-20"}}
    path = tmp_path / "dls.yaml"
    path.write_text(yaml_text(filled(draft_of_folder(tmp_path / "evidence", tmp_path, answers))))
    findings = {finding.code for finding in check(path).findings if finding.severity == "error"}
    return path, findings


def test_results_without_samples_keep_their_counts_and_get_the_widest_interval(interop, averages):
    code, content, _ = averages("lm-eval", interop / ASDIV.format(".1"), interop / ASDIV.format(""))
    row = content.rows[0].measured
    ends = marginal_other_items((474, 512), (453, 512))  # the prompts differ, so the items may
    assert (code, row.teacher.count, row.student.count, row.teacher.n) == (0, 474, 453, 512)
    assert (row.loss.value, row.loss.interval.method) == (0.041015625, "marginal_other_items")
    assert row.loss.interval.low == pytest.approx(ends.low, abs=1e-4)
    assert row.loss.interval.low <= ends.low
    assert row.loss.interval.high == pytest.approx(ends.high, abs=1e-4)
    assert row.loss.interval.high >= ends.high
    assert content.rows[0].of == 2305
    assert "The chat template differs" in content.rows[0].note


def test_a_result_of_the_oldest_harness_has_no_n_and_no_interval(interop, averages):
    folder = interop / "lm_eval" / "results" / "v0.3"
    _, content, printed = averages("lm-eval", folder / "410m_step143000.json", folder / "160m_step143000.json")
    assert len(content.rows) == 172
    assert {row.measured.teacher.n for row in content.rows} == {None}
    assert {row.measured.loss.interval for row in content.rows if row.measured.loss} == {None}
    assert "have no better direction and become no claim" in printed


def test_averages_of_the_same_sample_ids_are_of_the_same_items(records, averages):
    code, content, _ = averages("eee", *records(teacher=0.9025, student=0.8025))
    measured, ends = content.rows[0].measured, marginal_same_items(361, 321, 400)
    assert (code, measured.metric, content.rows[0].on) == (0, "exact_match", On(dataset="sums", slice="sums"))
    assert (measured.teacher.count, measured.student.count, measured.loss.interval.n_units) == (361, 321, 400)
    assert measured.loss.interval.method == "marginal_same_items"
    assert measured.loss.interval.high == pytest.approx(ends.high, abs=1e-4)


def test_a_rounded_share_stands_for_all_counts_that_print_as_it(records, averages):
    _, content, _ = averages("eee", *records())  # 0.9 of 400 may be 340 to 380
    ends = content.rows[0].measured.loss.interval
    assert content.rows[0].measured.teacher.count is None
    assert ends.low <= marginal_same_items(340, 340, 400).low
    assert ends.high >= marginal_same_items(380, 300, 400).high


def without_n(result, _record):
    del result["score_details"]["uncertainty"]


def impossible_n(result, _record):
    result["score_details"] = {"score": 0.8, "uncertainty": {"num_samples": 7}}


@pytest.mark.parametrize("change", [without_n, impossible_n], ids=lambda change: change.__name__)
def test_a_missing_n_is_a_missing_n(change, records, averages):
    _, content, _ = averages("eee", *records(change))
    assert (content.rows[0].measured.student.n, content.rows[0].measured.loss.interval) == (None, None)


def test_percent_by_the_range_of_the_source_are_shares(records, averages):
    def percent(result, _record):
        result["metric_config"]["max_score"] = 100

    code, _, printed = averages("eee", *records(percent))
    assert code == 2
    assert "the metric is" in printed


def test_two_scales_are_refused(cards, averages):
    code, content, printed = averages("hf", *cards("0.93", "91.0"))
    assert (code, content) == (2, None)
    assert "on two scales" in printed


def test_a_card_has_neither_n_nor_a_direction_of_its_own(cards, averages):
    code, content, printed = averages("hf", *cards())
    rows = {row.measured.metric: row.measured for row in content.rows}
    assert (code, set(rows)) == (0, {"accuracy", "x-hf:glue_sst2_validation.f1"})
    assert (rows["accuracy"].teacher.value, rows["accuracy"].teacher.n) == (0.93, None)
    assert rows["accuracy"].loss.value == 0.02
    assert "1 of them have no better direction" in printed


def results_folder(interop, tmp_path, name):
    folder = tmp_path / name
    shutil.copytree(interop / "eval_results" / name, folder / ".eval_results")
    return folder


def test_results_that_were_copied_from_another_models_card_are_refused(interop, tmp_path, averages):
    folders = [results_folder(interop, tmp_path, name) for name in ("Vedika-4.1-flash", "Aura-Gen-2.0")]
    code, content, printed = averages("hf", *folders)
    assert (code, content) == (2, None)
    assert "is copied from the card of google/gemma-4-12B-it, another model than Vedika-4.1-flash" in printed


def test_an_entry_of_eval_results_gets_its_metric_from_your_row_alone(tmp_path, averages):
    for arm, value in (("teacher", 90.5), ("student", 88)):
        (tmp_path / arm / ".eval_results").mkdir(parents=True)
        entry = f"- dataset: {{id: openai/gsm8k, task_id: gsm8k}}\n  value: {value}\n"
        (tmp_path / arm / ".eval_results" / "gsm8k.yaml").write_text(entry)
    mapping = tmp_path / "mapping.yaml"
    row = '{task: "openai/gsm8k*", metric: value, to: exact_match, scale: 0.01}'
    mapping.write_text(f'dls_mapping: "1.0"\nharness: hf\nrows: [{row}]\n')
    _, content, _ = averages("hf", tmp_path / "teacher", tmp_path / "student", "--mapping", str(mapping))
    measured = content.rows[0].measured
    assert (measured.metric, measured.teacher.value, measured.loss.value) == ("exact_match", 0.905, 0.025)


@pytest.mark.parametrize("form", ["eee", "hf"])
def test_the_draft_of_averages_is_never_preserved_and_no_more_than_consistent(form, records, cards, averages, tmp_path):
    averages(form, *(records() if form == "eee" else cards()))
    path, findings = drafted(tmp_path)
    statement = read(path).value
    assert findings <= {"DLS605"}  # a person's acceptances
    assert {entry["kind"] for entry in statement["evidence"]} == {"transcribed"}
    assert {claim["outcome"] for claim in statement["claims"]} <= {"reported", "inconclusive", "lost"}
    assert statement["assurance"] in ("declared", "consistent")


def test_an_average_that_says_preserved_is_found(cards, averages, tmp_path):
    averages("hf", *cards())
    path, _ = drafted(tmp_path)
    path.write_text(path.read_text().replace("outcome: inconclusive", "outcome: preserved"))
    assert "DLS313" in {finding.code for finding in check(path).findings}


def test_an_export_comes_back_with_the_same_readings(tmp_path):
    path = ROOT / "examples" / "published" / "distilbert.dls.yaml"
    statement = read(path).value
    main(["export", "--to", "eee", str(path), "-o", str(tmp_path / "student.json")])
    logs = {log.task: log for log in read_every_eval_ever(tmp_path / "student.json").averages}
    claims = EVERY_EVAL_EVER.carried.of_claims(statement)
    assert set(logs) == set(claims)
    for name, members in claims.items():
        average = next(iter(logs[name].averages.values()))
        assert (float(average.text), average.n) == (members["student/value"], members.get("student/n"))
        metric = load_mapping("eee").row(name, next(iter(logs[name].averages)), "none").to
        assert metric == (None if members["metric"].startswith("x-") else members["metric"])


EEE = {
    "98ea850e-7019-4728-a558-8b1819ec47c2.json": 6,
    "community_evals/676f4465-ce78-411a-9f5a-c97b3d2eac4f.json": 15,
    "v0.1.0/hellaswag__pythia-1b-v0.json": 0,
    "v0.1.0/helm_mmlu__yi-34b.json": 36,
    "v0.1.0/mmlu__gpt2.json": 0,
    "v0.2.0/ai2_arc__claude-sonnet-4-0.json": 1,
    "v0.2.0/global-mmlu-lite__qwen3-235b-a22b-instruct-2507.json": 19,
    "v0.2.0/helm_capabilities__claude-haiku-4-5-20251001.json": 6,
    "v0.2.0/hfopenllm_v2__Matter-0.2-7B-DPO.json": 6,
    "v0.2.0/livecodebenchpro__qwen3-next-80b-a3b-thinking.json": 3,
    "v0.2.0/pubmed_qa__gpt-4o-mini-2024-07-18.json": 1,
    "v0.2.2/hal-gaia__claude-3-7-sonnet-20250219.json": 4,
}


@pytest.mark.parametrize("name", EEE)
def test_every_public_record_is_read_by_its_version(name, interop):
    run = read_every_eval_ever(interop / "eee" / name)
    assert len(run.averages) == EEE[name]
    assert {average.n for log in run.averages for average in log.averages.values()} <= {None}


def test_results_that_a_record_does_not_tell_apart_are_counted(interop):
    run = read_every_eval_ever(interop / "eee" / "v0.1.0" / "mmlu__gpt2.json")
    assert run.notes[0].endswith("48 results are left out, since the record does not tell them apart.")


def test_a_public_record_whose_samples_do_not_give_its_score_is_refused(interop):
    with pytest.raises(DlsError, match=r"is 0\.75 in the record, and 1 from the samples"):
        read_every_eval_ever(interop / "eee" / "demo" / "f3a1c0de-4b2e-4c1a-9f6d-1b7e5a2c8d40.json")


def test_a_public_pair_of_one_leaderboard_is_joined(interop, averages):
    folder = interop / "eee"
    names = "98ea850e-7019-4728-a558-8b1819ec47c2.json", "v0.2.0/hfopenllm_v2__Matter-0.2-7B-DPO.json"
    code, content, _ = averages("eee", *(folder / name for name in names))
    assert (code, len(content.rows)) == (0, 6)
    assert content.rows[0].measured.loss.value == 0.1183


LM_EVAL = {
    "v0.3-fork/flan_t5_large_atis.json": {"atis": {"acc", "f1"}},
    "v0.4.2/pythia-410m.json": {f"steer{k}": {"acc"} for k in (2, 3, 4, 5, 9)},
    "v0.4.9.2/perplexity.json": {
        "nl2foam_perplexity_formatted": {"word_perplexity", "byte_perplexity", "bits_per_byte"}
    },
    "v0.4.13.dev0/qwen3-8b_negotiationtom_a.json": {f"negotiationtom_{name}": {"acc"} for name in ("belief", "desire")},
}


@pytest.mark.parametrize("name", LM_EVAL)
def test_the_averages_of_each_generation_are_read(name, interop):
    run = read_lm_eval(interop / "lm_eval" / "results" / name)
    averages = {log.task: set(log.averages) for log in run.averages}
    assert {task: averages[task] for task in LM_EVAL[name]} == LM_EVAL[name]
    assert not run.logs


REFUSALS = {
    "a later version": (lambda _result, record: record.update(schema_version="1.0.0"), "this release reads 0.1 to 0.3"),
    "no results": (lambda _result, record: record.update(evaluation_results={}), "has no list `evaluation_results`"),
    "a text": (lambda result, _record: result["score_details"].update(score="0.8"), "wanted a finite number"),
    "another metric": (lambda result, _record: result["metric_config"].update(metric_id="f1"), "no task in common"),
    "another set": (lambda result, _record: result["source_data"].update(dataset_name="products"), "the data set is"),
    "another library": (lambda _result, record: record["eval_library"].update(version="2"), "the evaluation library"),
    "another source": (
        lambda _result, record: record["source_metadata"].update(source_name="Other"),
        "the source of the results is",
    ),
}


@pytest.mark.parametrize(("change", "sentence"), REFUSALS.values(), ids=REFUSALS)
def test_records_that_are_no_pair_are_refused_in_a_sentence(change, sentence, records, averages, tmp_path):
    code, content, printed = averages("eee", *records(change))
    assert (code, content, printed.count("\n")) == (2, None, 1)
    assert sentence in printed
    assert {path.name for path in tmp_path.iterdir()} == {"teacher.json", "student.json"}


CARDS = {
    "hub_fixtures/sample_simple_model_index.md": 2,
    "hub_fixtures/sample_invalid_model_index.md": None,
    "hub_fixtures/sample_no_metadata.md": None,
    "llm-jp-v3-1.7b.japanese.md": None,
}


@pytest.mark.parametrize("name", CARDS)
def test_a_public_card_is_read_or_refused(name, tmp_path):
    path = tmp_path / "README.md"
    path.write_bytes(next(data for place, data in real_cards().items() if place.endswith(name)))
    if CARDS[name] is None:
        with pytest.raises(DlsError, match="prints no results"):
            read_hub_card(path)
    else:
        assert sum(len(log.averages) for log in read_hub_card(path).averages) == CARDS[name]
