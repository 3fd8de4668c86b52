"""Whole runs on a tiny model: the same evidence for any pack order, number of workers, kill and resume."""

import json
import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import msgspec
import pytest
from tests.reference_probes.records import record_of

from dls.errors import DlsError
from dls_probes.engine.ledger import Ledger
from dls_probes.engine.version import ENGINE
from dls_probes.models.transformers_model import ModelSpec
from dls_probes.packs import Budget
from dls_probes.requests import Distribution, Generate, Prompt, Score
from dls_probes.runs.open_models import open_model
from dls_probes.runs.run import ProbeRun, elicit_model

SMALL_PACKS = Budget(tokens=96, rows=4)


def items(count=24):
    words = ("a red box", "green", "7", "not stated", "tom has the old lamp")
    return [
        SimpleNamespace(
            id=f"item {k}", prompt=Prompt.user("what is " + f"{k} + " * (k % 6) + "4 ?"), answers=words[: 2 + k % 3]
        )
        for k in range(count)
    ]


def elicit(item):
    scored = yield [Score(item.prompt, answer, end=True) for answer in item.answers]
    said = yield Generate(item.prompt, 6)
    drawn = yield [Generate(item.prompt, 5, sample=k) for k in range(2)]
    again = yield [Score(item.prompt, one.tokens) for one in drawn]
    spread = yield Distribution(item.prompt, options=("a", "not"))
    yield record_of(
        item,
        scores=[one.logprob for one in scored],
        said=said.text,
        drawn=[one.text for one in drawn],
        again=[one.logprob for one in again],
        entropy=spread.entropies[0],
        options=spread.options,
    )


def run(folder, ledger, *, workers=0, budget=SMALL_PACKS, resume=False, probe=None):
    with open_model(ModelSpec(folder), workers=workers) as model, Ledger(ledger, resume=resume) as kept:
        return elicit_model(probe or ProbeRun("test", "1.0", elicit, items(), seed=1), model, kept, budget=budget)


@pytest.fixture(scope="module")
def expected(llama, tmp_path_factory):
    return run(llama, tmp_path_factory.mktemp("run") / "ledger").records


def test_a_run_repeats_bit_for_bit(llama, expected, tmp_path):
    assert run(llama, tmp_path / "ledger").records == expected


def test_the_text_of_an_item_does_not_depend_on_which_others_share_its_pack(llama, expected, tmp_path):
    for budget in (Budget(tokens=32, rows=1), Budget(tokens=4096, rows=64)):
        found = run(llama, tmp_path / str(budget.rows), budget=budget).records
        for one, other in zip(found, expected, strict=True):
            assert (one.said, one.drawn) == (other.said, other.drawn)
            assert one.scores == pytest.approx(other.scores, abs=1e-4)


def test_samples_of_an_item_differ_and_depend_on_the_seed_alone(llama, expected, tmp_path):
    other = run(llama, tmp_path / "ledger", probe=ProbeRun("test", "1.0", elicit, items(), seed=2)).records
    assert [one.said for one in other] == [one.said for one in expected]
    assert sum(one.drawn[0] != one.drawn[1] for one in expected) > 0.7 * len(expected)
    assert sum(one.drawn != two.drawn for one, two in zip(expected, other, strict=True)) > 0.7 * len(expected)


def test_fewer_items_do_not_change_the_others_samples(llama, expected, tmp_path):
    found = run(llama, tmp_path / "ledger", probe=ProbeRun("test", "1.0", elicit, items()[7:9], seed=1)).records
    assert [one.drawn for one in found] == [one.drawn for one in expected[7:9]]


@pytest.fixture(scope="module")
def two_workers(llama):
    """The model in two processes, which start with the first run."""
    with open_model(ModelSpec(llama), workers=2) as model:
        yield model


def ask(model, ledger, elicitation):
    with Ledger(ledger) as answers:
        return elicit_model(ProbeRun("test", "1.0", elicitation, items(), seed=1), model, answers, budget=SMALL_PACKS)


@pytest.mark.slow
def test_two_workers_write_the_same_evidence(two_workers, expected, tmp_path):
    assert ask(two_workers, tmp_path / "ledger", elicit).records == expected


@pytest.mark.slow
@pytest.mark.parametrize("workers", [1, 3])
def test_any_number_of_workers_writes_the_same_evidence(workers, llama, expected, tmp_path):
    assert run(llama, tmp_path / "ledger", workers=workers).records == expected


@pytest.mark.slow
def test_a_killed_worker_changes_nothing(two_workers, expected, tmp_path):
    def killing(item):
        steps = elicit(item)
        request = next(steps)
        while not isinstance(request, msgspec.Struct):
            answer = yield request
            if item.id == "item 5" and not killed:
                killed.append(two_workers.executor._workers[0].process.pid)  # noqa: SLF001
                os.kill(killed[0], signal.SIGKILL)
            request = steps.send(answer)
        yield request

    killed = []
    result = ask(two_workers, tmp_path / "ledger", killing)
    assert killed
    assert any("code -9" in event for event in result.events)
    assert result.records == expected


@pytest.mark.slow
def test_workers_of_a_script_without_a_guard_are_no_fault_of_a_pack(llama, tmp_path):
    script = tmp_path / "script.py"
    script.write_text(
        "from pathlib import Path\n"
        "from dls_probes.models.transformers_model import ModelSpec\n"
        "from dls_probes.runs.open_models import open_model\n"
        f"with open_model(ModelSpec(Path({str(llama)!r})), workers=1): pass\n"
    )
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, check=False)
    assert "a worker process could not start (code 1)" in done.stderr
    assert "more memory" not in done.stderr


@pytest.mark.slow
def test_a_run_killed_at_twenty_random_moments_ends_with_the_same_evidence(llama, expected, tmp_path):
    script = Path(__file__).parents[1] / "killed_runs.py"
    done = subprocess.run([sys.executable, script, llama, tmp_path], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    outcome = json.loads(done.stdout)
    assert outcome["kills"] == 20
    assert outcome["at_work"] >= 5, "some kills must hit runs that had finished packs and had others left"
    wanted = json.loads(msgspec.json.encode(expected))
    assert all(records == wanted for records in outcome["records"])


def test_a_resumed_run_asks_the_model_nothing_that_was_answered(llama, expected, tmp_path):
    run(llama, tmp_path / "ledger")
    size = (tmp_path / "ledger").stat().st_size
    assert run(llama, tmp_path / "ledger", resume=True).records == expected
    assert (tmp_path / "ledger").stat().st_size == size


def test_another_probe_version_does_not_reuse_answers(llama, tmp_path):
    run(llama, tmp_path / "ledger")
    size = (tmp_path / "ledger").stat().st_size
    run(llama, tmp_path / "ledger", resume=True, probe=ProbeRun("test", "1.1", elicit, items(), seed=1))
    assert (tmp_path / "ledger").stat().st_size > size


def test_another_engine_does_not_reuse_answers_and_says_so(llama, expected, tmp_path, monkeypatch):
    with monkeypatch.context() as earlier:
        earlier.setattr("dls_probes.runs.run.ENGINE", "0")
        run(llama, tmp_path / "ledger")
    size = (tmp_path / "ledger").stat().st_size
    result = run(llama, tmp_path / "ledger", resume=True)
    assert (tmp_path / "ledger").stat().st_size > 1.9 * size
    assert any("engine changed since" in note for note in result.notes)
    assert result.records == expected
    assert result.settings["engine"] == ENGINE


def test_an_item_longer_than_the_window_is_an_error_that_names_it(llama, tmp_path):
    many = items(120)
    many[60] = replace_prompt(many[60], "what is " * 300)
    records = run(
        llama, tmp_path / "ledger", budget=Budget(), probe=ProbeRun("test", "1.0", first_score, many, 1)
    ).records
    assert records[60].id == "item 60"
    assert "the model reads at most 256" in records[60].error
    with pytest.raises(DlsError, match="'item 0'"):
        run(
            llama,
            tmp_path / "other",
            probe=ProbeRun("test", "1.0", first_score, [replace_prompt(items(1)[0], "what is " * 300)], 1),
        )


def replace_prompt(item, content):
    return SimpleNamespace(
        id=item.id, prompt=replace(item.prompt, messages=Prompt.user(content).messages), answers=item.answers
    )


def first_score(item):
    scored = yield Score(item.prompt, item.answers[0])
    yield record_of(item, score=scored.logprob)
