"""What a second run refutes, and what it has to confirm: the built-in pair at a few items."""

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple

import pytest
from simulations.taught import PROBE, by_rote, publish, taught
from tests.forgeries import EXIT_CODE, TABLE
from tests.probes.test_loop import filled, rewrite_manifest

from dls.case import Case
from dls.claimed_profile import is_required
from dls.cli import main
from dls.comparison import Verdict
from dls.document import read
from dls.model import Arm
from dls.probe import probe
from dls.recompute import exit_code, open_case, recompute
from dls.tolerance import REFUTED, Agreement
from dls.validate import check
from dls.yaml_text import yaml_text
from dls_probes import budget, pair, run
from dls_probes.access import LEVELS, needed
from dls_probes.compared import Compared
from dls_probes.conclusion import conclude
from dls_probes.packs import Budget
from dls_probes.reproduction import Reproduction, reproduce
from dls_probes.reproduction_report import judged
from dls_probes.transformers_model import ModelSpec

N = 100
HEADLINE, ACCURACY, BRIER = "headline.multiple_choice", "headline-accuracy", "uncertainty-brier-top-label"
PRIVATE = Path("examples/private_phrasings.txt").resolve()
MODELS: dict[Arm, ModelSpec] = {"teacher": ModelSpec(pair.TEACHER), "student": ModelSpec(pair.STUDENT)}


class Published(NamedTuple):
    """A statement with its evidence, in a folder that a test may spoil."""

    folder: Path

    @property
    def statement(self) -> Path:
        return self.folder / "dls.yaml"

    def case(self) -> Case:
        return open_case(self.statement)

    def told(self) -> Any:
        return read(self.statement).value

    def tell(self, change: Callable[[Any], None]) -> None:
        told = self.told()
        change(told)
        self.statement.write_text(yaml_text(told))

    def draft(self) -> None:
        assert main(["draft", str(self.folder / "evidence"), "-o", str(self.statement), "--force"]) == 0
        self.statement.write_text(yaml_text(filled(self.told())))

    def again(self, models: dict[Arm, ModelSpec] = MODELS, **how: Any) -> dict[str, Compared]:
        """Run again and return the comparisons by claim."""
        compared, _ = reproduce(Reproduction(self.case(), models, **how), self.folder / "again")
        return {one.claim.id: one for one in compared}

    def command(self, *more: str, teacher: Path | None = pair.TEACHER, student: Path = pair.STUDENT) -> tuple[int, Any]:
        """Call `dls reproduce` and return its exit code and report."""
        words = ["reproduce", str(self.statement), "--student", str(student), "-o", str(self.folder / "report.yaml")]
        code = main([*words, *(["--teacher", str(teacher)] if teacher else ["--no-teacher"]), *more])
        assert check(self.folder / "report.yaml").findings == ()
        return code, read(self.folder / "report.yaml").value

    def catches(self, what: str, *more: str, **folders: Path) -> Any:
        """Call `dls reproduce` on a forgery of the table and return the report that refutes the Brier score."""
        forgery = next(one for one in TABLE if one.what == what)
        code, report = self.command(*more, **folders)
        told = next(claim for claim in report["claims"] if claim["id"] == BRIER)
        assert (code, told["verdict"]) == (EXIT_CODE, "refuted")
        assert forgery.says in told["reason"]
        return report


def run_words(out: Path, *more: str) -> list[str]:
    models = ["--teacher", str(pair.TEACHER), "--student", str(pair.STUDENT)]
    return ["probe", "run", *models, "--scenario", "demo", "--n", str(N), "--out", str(out), *more]


@pytest.fixture(scope="session")
def _honest(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Publish the built-in pair: a headline, what a spread of answers is, and nothing that takes long."""
    folder = tmp_path_factory.mktemp("published")
    assert main(run_words(folder / "evidence")) == 0
    Published(folder).draft()
    return folder


@pytest.fixture
def published(_honest: Path, tmp_path: Path) -> Published:
    shutil.copytree(_honest, tmp_path / "published")
    return Published(tmp_path / "published")


@pytest.fixture
def headline(published: Published) -> Published:
    """Return a statement about the headline alone, so that a second run is quick."""
    for place in (published.folder / "evidence").iterdir():
        if place.name != HEADLINE:
            shutil.rmtree(place)
    published.draft()
    return published


def verdicts(found: dict[str, Compared]) -> set[str]:
    return {one.verdict.value for one in found.values()}


def change_records(place: Path, change: Callable[[Any], None]) -> None:
    path = place / "student.jsonl"
    records = [json.loads(line) for line in path.read_text().splitlines()]
    for record in records:
        change(record)
    path.write_text("".join(json.dumps(record, separators=(",", ":")) + "\n" for record in records))
    rewrite_manifest(place)


# Forgeries that only the models show.


def surer(record: Any) -> None:
    """Make whatever the student chose less sure, as a calibrated one would be."""
    record["logprobs"] = [[round(value / 2 - 0.3, 6) for value in values] for values in record["logprobs"]]


def test_records_edited_and_hashed_again_pass_recompute_and_fail_reproduce(published):
    change_records(published.folder / "evidence" / PROBE, surer)
    published.draft()
    assert {one.verdict for one in recompute(published.case())} == {Verdict.CONFIRMED}
    published.catches("records edited and hashed again all the way up")


def test_records_copied_from_the_teacher_pass_recompute_and_fail_reproduce(published):
    place = published.folder / "evidence" / PROBE
    shutil.copy(place / "teacher.jsonl", place / "student.jsonl")
    rewrite_manifest(place)
    published.draft()
    assert {one.verdict for one in recompute(published.case())} == {Verdict.CONFIRMED}
    published.catches("records copied from teacher to student")


@pytest.mark.parametrize(
    ("what", "swapped"),
    [
        ("another model's weights", {"student": pair.TEACHER}),
        ("the teacher replaced by a weaker one", {"teacher": pair.STUDENT}),
    ],
)
def test_another_model_refutes_every_claim(published, what, swapped):
    report = published.catches(what, **swapped)
    assert {claim["verdict"] for claim in report["claims"]} == {"refuted"}


def test_a_student_that_learnt_the_published_items_by_rote_fails_on_fresh_ones(tmp_path):
    items = probe(PROBE).items(7, N)
    student = taught(pair.STUDENT, tmp_path / "student", by_rote(items, 32), steps=100, rate=5e-3)
    told = Published(publish(student, tmp_path / "rote", N, seed=7).parent)
    code, report = told.command(student=student)
    assert {claim["verdict"] for claim in report["claims"]} == {"confirmed"}
    assert code == 0
    shutil.rmtree(told.folder / "report-evidence")
    told.catches("a student fine-tuned by rote on the published items", "--fresh-seed", "11", student=student)


def test_claims_that_nobody_requires_dilute_nothing(published):
    """One of two required claims at p = 0.004 stays refuted beside a hundred claims without a target."""
    case = published.case()
    required = [claim for claim in case.statement.claims if is_required(case, claim)]
    other = next(claim for claim in case.statement.claims if not is_required(case, claim))
    found = [Compared(claim, Verdict.CONFIRMED, "", p=p) for claim, p in zip(required, (0.004, 0.5), strict=True)]
    extra = [Compared(other, Verdict.CONFIRMED, "", p=0.9) for _ in range(100)]
    conclude(case, found + extra)
    assert [one.verdict for one in found] == [Verdict.REFUTED, Verdict.CONFIRMED]
    assert found[0].adjusted_p == pytest.approx(0.008)
    assert exit_code(judged(case, found), allow_unverified=True) == EXIT_CODE


def test_a_claim_about_a_second_seed_is_run_too(headline):
    """The first claim keeps its items, the second names others: each is compared with its own."""

    def another(told: Any) -> None:
        told["claims"][1]["items"] |= {"seed": 5, "seed_reason": "a test"}

    headline.tell(another)
    found = headline.again()
    assert found[ACCURACY].verdict is Verdict.CONFIRMED
    assert (headline.folder / "again" / "draw-2" / HEADLINE / "manifest.json").exists()
    second = list(found.values())[1]
    assert second.verdict is Verdict.REFUTED
    assert "seed 5 makes items with digest" in second.reason


def test_a_narrowed_interval_is_seen_where_the_records_differ(headline, monkeypatch):
    def narrow(told: Any) -> None:
        ends = told["claims"][0]["loss"]["interval"]
        ends["low"] += 0.04  # beyond what its near ties explain

    headline.tell(narrow)
    shift_logits(monkeypatch, 1e-5)
    found = headline.again()[ACCURACY]
    assert found.verdict is Verdict.REFUTED
    assert "the low end of loss's interval" in found.reason


# Honest runs.


def shift_logits(monkeypatch: pytest.MonkeyPatch, size: float) -> None:
    """Move every logit by up to ``size``, another way each time, as other hardware does."""
    import torch

    load, noise = run.load_model, torch.Generator().manual_seed(1)

    def moved(spec: ModelSpec) -> Any:
        model = load(spec)

        def shift(_module: Any, _arguments: Any, found: Any) -> Any:
            return found + size * (2 * torch.rand(found.shape, generator=noise) - 1).to(found.dtype)

        model.model.get_output_embeddings().register_forward_hook(shift)
        return model

    monkeypatch.setattr(run, "load_model", moved)


def small_packs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "budget_for", lambda _: Budget(tokens=320, row=160, rows=4, positions=64))


def test_another_pack_size_is_confirmed(published, monkeypatch):
    small_packs(monkeypatch)
    found = published.again()
    assert verdicts(found) == {"confirmed"}
    assert any(one.reason.startswith("within the tolerance") for one in found.values())


def test_logits_of_other_hardware_are_confirmed(published, monkeypatch):
    shift_logits(monkeypatch, 1e-5)
    found = published.again()
    assert verdicts(found) == {"confirmed"}
    assert all(one.reason.startswith("within the tolerance") for one in found.values())


def test_two_threads_and_two_workers_are_confirmed(headline):
    two: dict[Arm, ModelSpec] = {arm: replace(spec, threads=2) for arm, spec in MODELS.items()}
    assert verdicts(headline.again(two)) == {"confirmed"}
    code, report = headline.command("--workers", "2")
    assert code == 0
    assert {claim["verdict"] for claim in report["claims"]} == {"confirmed"}


def test_a_resumed_run_is_confirmed(headline):
    case = headline.case()
    first, _ = reproduce(Reproduction(case, MODELS), headline.folder / "again")
    (headline.folder / "again" / HEADLINE / "manifest.json").unlink()
    second, _ = reproduce(Reproduction(case, MODELS), headline.folder / "again", resume=True)
    assert [one.verdict for one in first] == [one.verdict for one in second]
    assert {one.verdict for one in second} == {Verdict.CONFIRMED}


def test_a_run_in_bf16_is_confirmed_by_another_one_in_bf16(tmp_path, monkeypatch):
    told = Published(tmp_path)
    assert main(run_words(tmp_path / "evidence", "--dtype", "bfloat16", "--dimension", "headline")) == 0
    told.draft()
    small_packs(monkeypatch)
    half: dict[Arm, ModelSpec] = {arm: replace(spec, dtype="bfloat16") for arm, spec in MODELS.items()}
    found = told.again(half)
    assert verdicts(found) == {"confirmed"}
    assert found[ACCURACY].tolerance == "sampled"


def test_private_phrasings_confirm_the_loss_and_nothing_else(published):
    code, report = published.command("--private-phrasings", str(PRIVATE), "--allow-unverified")
    assert code == 0
    assert len(report["phrasings_sha256"]) == 64
    assert report["mode"] == "fresh_items"
    losses = {claim["id"] for claim in published.told()["claims"] if "loss" in claim}
    for claim in report["claims"]:
        assert (claim["verdict"] == "not_verifiable") is (claim["id"] not in losses)
    manifest = json.loads((published.folder / "report-evidence" / HEADLINE / "manifest.json").read_text())
    assert manifest["items"]["phrasings_sha256"] == report["phrasings_sha256"]


# Less access, less time.


def test_without_the_teacher_nothing_is_confirmed_and_a_false_student_value_refuted(headline):
    code, report = headline.command(teacher=None)
    assert code == 0  # the headline is no required dimension
    assert {claim["verdict"] for claim in report["claims"]} == {"not_verifiable"}
    assert report["access"] == {"teacher": "none", "student": "white_box"}
    assert report["summary"]["not_verifiable"] == len(report["claims"])
    assert report["teacher"] == {}

    def better(told: Any) -> None:
        told["claims"][0]["student"] |= {"value": 0.99, "count": 99}

    headline.tell(better)
    shutil.rmtree(headline.folder / "report-evidence")
    code, report = headline.command(teacher=None)
    assert (code, report["claims"][0]["verdict"]) == (1, "refuted")


def test_with_samples_alone_what_needs_probabilities_is_not_verifiable(published):
    code, report = published.command("--access", "sampling")
    assert code == 1
    assert {claim["verdict"] for claim in report["claims"]} == {"not_verifiable"}
    assert report["evidence"] == []
    assert all("this verifier has sampling" in claim["reason"] for claim in report["claims"])


def test_texts_are_enough_for_the_probe_that_asks_for_texts():
    assert needed(probe("privacy.in_context_secret")) == "black_box"
    assert LEVELS.index(needed(probe("on_policy.story"))) > LEVELS.index(needed(probe(HEADLINE)))


def test_a_budget_runs_the_required_claims_first_and_says_what_was_left_out(published, monkeypatch):
    """At a cost of ten seconds a probe, 25 s are enough for the two required probes and not for the headline."""
    monkeypatch.setattr("dls_probes.reproduction.costs", lambda plan, _: {one.probe.id: 10.0 for one in plan.probes})
    code, report = published.command("--budget", "25s")
    told = {claim["id"]: claim for claim in report["claims"]}
    assert code == 0
    assert told[BRIER]["verdict"] == told["diversity-valid-answer-entropy"]["verdict"] == "confirmed"
    assert told[ACCURACY]["verdict"] == "not_verifiable"
    assert f"left out: {HEADLINE} would take about 10 s" in told[ACCURACY]["reason"]


def test_the_time_that_a_measurement_of_speed_takes_is_part_of_the_budget(headline, monkeypatch):
    """A second of the budget is spent on the measurement, and the half that is left is not enough for half a second."""
    clock = iter([100.0, 101.0])
    monkeypatch.setattr("dls_probes.reproduction.time", SimpleNamespace(monotonic=lambda: next(clock)))
    monkeypatch.setattr("dls_probes.reproduction.costs", lambda plan, _: {one.probe.id: 0.6 for one in plan.probes})
    _, report = headline.command("--budget", "1.5s")
    assert {claim["verdict"] for claim in report["claims"]} == {"not_verifiable"}


def test_the_cost_of_a_probe_is_measured_on_a_few_of_its_units():
    from dls.profile import load
    from dls_probes.plan import Plan, Planned

    plan = Plan(load("demo"), (Planned(probe(HEADLINE), 24_000, 3),))
    found = budget.costs(plan, MODELS)
    assert 1 < found[HEADLINE] < 10_000


@pytest.mark.parametrize("text", ["10", "0m", "-1s", "10 m", "1d", "nan"])
def test_a_budget_is_a_number_with_a_unit(headline, text, capsys):
    words = ["reproduce", str(headline.statement), "--student", str(pair.STUDENT), "--no-teacher", "-o", "r.yaml"]
    assert main([*words, f"--budget={text}"]) == 2
    assert "wanted a time such as 90s, 10m or 2h" in capsys.readouterr().err


def test_a_teacher_is_named_or_denied(headline, capsys):
    words = ["reproduce", str(headline.statement), "--student", str(pair.STUDENT), "-o", "r.yaml"]
    assert main(words) == 2
    assert "--no-teacher" in capsys.readouterr().err


def test_more_comparisons_see_no_smaller_forgery():
    seen = Agreement("student", 0.0, 0.05, p=1.0, spread=0.02)
    assert seen.smallest_forgery(1) == 0.05
    assert seen.smallest_forgery(10) > seen.smallest_forgery(2) > seen.smallest_forgery(1)
    assert REFUTED == 0.01
