"""A use can require a number on a data set, and a statement can meet it with measured evidence."""

import msgspec
import pytest
from tests.reference_probes.stated import filled
from tests.validator.judging.test_law import better, removable

from dls.authoring.draft import draft_statement
from dls.commands.cli import main
from dls.document.reader import read
from dls.document.writer import yaml_text
from dls.evidence.folder import find_manifests
from dls.judging.assess import assess_statement
from dls.judging.context import RuleContext
from dls.model import ListedReproduction, On, Statement, frozen
from dls.scenarios.problems import profile_problems
from dls.scenarios.profile import load_profile

N = 400
DIMENSIONS = ("uncertainty", "boundary", "process", "on_policy", "grounding", "privacy", "safety", "diversity")
TARGET = {
    "metric": "exact_match", "dimension": "headline", "on": {"dataset": "openai/gsm8k", "split": "test"},
    "kind": "non_inferiority", "margin": 0.05, "n": N, "smallest_detectable_loss": 0.0341,
    "assumes": {"discordance": 0.07}, "rationale": "Two in forty.",
}  # fmt: skip
PROFILE = {
    "dls_scenario": "1.0", "id": "sums", "version": "1.0", "title": "Sums", "rationale": "For tests.",
    "population": "The test split.", "required": [],
    "not_required": [{"dimension": name, "reason": "Not needed here."} for name in DIMENSIONS], "targets": [TARGET],
}  # fmt: skip
ANSWERS = {
    "issuer": {"name": "Example Lab", "role": "publisher", "contact": "lab at example"},
    **{arm: {"name": f"example/{arm}", "source": f"hf://example/{arm}"} for arm in ("teacher", "student")},
    "scenario": {"fixed_on": "2026-11-01"},
    "absences": [
        {"dimension": name, "status": "not_measured", "justification": "too_costly", "note": "Not measured here."}
        for name in DIMENSIONS
    ],
}


@pytest.fixture
def statement(tmp_path):
    """A function that imports two tables and drafts a statement; it returns the statement's path and its profile."""

    def write(*, of=N, wrong=2, n=N, target=TARGET, split="test"):
        (tmp_path / "sums.yaml").write_text(yaml_text({**PROFILE, "targets": [target]}))
        for arm, errors in (("teacher", 0), ("student", wrong)):
            rows = "".join(f"q{i:04d},{int(i >= errors and i < n - 4)}\n" for i in range(n))
            (tmp_path / f"{arm}.csv").write_text(f"id,exact_match\n{rows}")
        arguments = ["--teacher", str(tmp_path / "teacher.csv"), "--student", str(tmp_path / "student.csv")]
        named = ["--dataset", "openai/gsm8k", "--split", split, *(["--of", str(of)] if of else [])]
        profile = tmp_path / "sums.yaml"
        evidence = ["-o", str(tmp_path / "evidence"), "--scenario", str(profile)]
        assert main(["import", "table", *arguments, *named, *evidence]) == 0
        loaded = load_profile(profile)
        value = draft_statement(find_manifests(tmp_path / "evidence"), loaded, tmp_path, ANSWERS)
        path = tmp_path / "dls.yaml"
        path.write_text(yaml_text(filled(value)))
        return path, loaded

    return write


def assessment(path, profile):
    return assess_statement(frozen(read(path).value, Statement), profile)


def test_the_profile_has_no_problem(statement):
    assert profile_problems(statement()[1]) == ()


def test_measured_evidence_on_the_data_set_meets_the_target(statement):
    path, profile = statement()
    result = assessment(path, profile)
    assert [target.on for target in result.met_targets] == [On(dataset="openai/gsm8k", split="test")]
    assert result.assurance == "recomputed"


@pytest.mark.parametrize(
    "change",
    [
        {"split": "train"},  # another part
        {"of": 1319},  # a part of the split
        {"of": None},  # a split of unknown size
        {"n": N + 1, "of": N + 1},  # not the planned number
        {"wrong": 40},  # a loss of a tenth
        {"target": {**TARGET, "on": {"dataset": "openai/gsm8k", "config": "main", "split": "test"}}},
    ],
)
def test_other_numbers_do_not_meet_it(change, statement):
    path, profile = statement(**change)
    claim = next(entry for entry in read(path).value["claims"])
    assert claim["outcome"] != "preserved"
    assert not assessment(path, profile).met_targets


@pytest.mark.parametrize("of", [1319, None])
def test_a_part_of_the_split_that_says_preserved_is_found_and_meets_nothing(of, statement, capsys):
    path, profile = statement(of=of)
    text = path.read_text()
    assert "reason: n_not_planned" in text
    path.write_text(
        text.replace("outcome: inconclusive", "outcome: preserved").replace("    reason: n_not_planned\n", "")
    )
    capsys.readouterr()
    main(["validate", str(path)])
    assert "DLS506" in capsys.readouterr().out
    assert not assessment(path, profile).met_targets


def test_a_printed_size_that_the_log_does_not_have_is_found(statement, capsys):
    path, _ = statement(of=1319)
    path.write_text(path.read_text().replace("of: 1319", f"of: {N}"))
    capsys.readouterr()
    main(["validate", str(path)])
    assert f"says items.of {N}; its evidence has 1319" in capsys.readouterr().out
    assert main(["recompute", str(path)]) == 1


def test_a_second_run_raises_it_no_further_than_recomputed(statement):
    path, profile = statement()
    reproduction = ListedReproduction(by="Another Lab", performed_on="2026-11-28", sha256="0" * 64)
    value = msgspec.structs.replace(frozen(read(path).value, Statement), reproductions=(reproduction,))
    assert assess_statement(value, profile).assurance == "recomputed"


def test_a_target_names_a_probe_or_a_data_set_and_not_both(tmp_path):
    path = tmp_path / "sums.yaml"
    path.write_text(yaml_text({**PROFILE, "targets": [{**TARGET, "probe": "headline.multiple_choice"}]}))
    messages = [problem.message for problem in profile_problems(load_profile(path))]
    assert any("a probe or a data set, not both" in message for message in messages)


def test_deleting_a_thing_or_two_never_makes_it_look_better(statement):
    path, _ = statement()
    groups = removable(read(path).value)
    assert better(path, groups) == []
    assert better(path, [first + second for first in groups for second in groups if first != second]) == []


def test_a_claim_about_another_data_set_than_its_manifest_is_found(statement, capsys):
    path, _ = statement(split="train")
    path.write_text(path.read_text().replace("split: train", "split: test"))
    capsys.readouterr()
    main(["validate", str(path)])
    assert "is about another data set than its evidence" in capsys.readouterr().out
    assert main(["recompute", str(path)]) == 1


def test_a_profile_that_was_chosen_after_the_run_is_found(statement, capsys):
    path, _ = statement()
    path.write_text(path.read_text().replace("2026-11-01", "2126-11-01"))
    capsys.readouterr()
    main(["validate", str(path)])
    assert "DLS504" in capsys.readouterr().out


def test_the_context_knows_the_target(statement):
    path, profile = statement()
    document = read(path)
    context = RuleContext(document, frozen(document.value, Statement), path.parent)
    assert context.required_targets(context.statement.claims[0]) == profile.targets
