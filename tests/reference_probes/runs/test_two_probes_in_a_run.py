"""A profile may name a probe and its easier form: both are asked, stated, checked and run again.

A run first refuses a profile that no statement could follow.
"""

from pathlib import Path
from typing import Any

import pytest
from tests.reference_probes.records import KEYS
from tests.reference_probes.stated import Stated, filled

from dls.checking.validate import check
from dls.commands.cli import main
from dls.document.reader import read
from dls.document.writer import yaml_text
from dls.errors import DlsError
from dls.probes.catalogue import find_probe
from dls.scenarios.profile import load_profile
from dls.standard.registry import DIMENSIONS
from dls.verifying.recompute import open_context, recompute_claims
from dls_probes import pair
from dls_probes.runs.plan import make_plan, unmeasured_targets

HARD, EASY = "boundary.twins", "boundary.short_twins"
MODELS = ["--teacher", str(pair.TEACHER), "--student", str(pair.STUDENT)]


def target(name: str | None, metric: str = "abstention_soft_j", **changes: Any) -> dict[str, Any]:
    asked = {"metric": metric, "dimension": "boundary", "probe": name, "kind": "non_inferiority", "margin": 0.1}
    plan = {"n": 300, "smallest_detectable_loss": 0.0589, "assumes": {"sd": 0.35}, "rationale": "A test."}
    return {key: value for key, value in {**asked, **plan, **changes}.items() if value is not None}


LEFT_OPEN = target(None, "abstention_recall", smallest_detectable_loss=0.0502)


def profile(folder: Path, *targets: dict[str, Any]) -> Path:
    """Write a profile of the boundary alone."""
    told = {"dls_scenario": "1.0", "id": "both_forms", "version": "1.0", "title": "Both", "rationale": "A test."}
    told |= {"population": "Both.", "extends": None, "required": ["boundary"], "targets": list(targets)}
    others = [name for name in DIMENSIONS if name != "boundary"]
    told["not_required"] = [{"dimension": name, "reason": "Not looked at here."} for name in others]
    (folder / "both.yaml").write_text(yaml_text(told))
    return folder / "both.yaml"


def run(scenario: Path) -> int:
    words = ["--scenario", str(scenario), "--out", str(scenario.parent / "evidence"), "--n", "4"]
    return main(["probe", "run", *MODELS, *words])


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Stated:
    stated = Stated(tmp_path_factory.mktemp("both"), MODELS)
    scenario = profile(stated.folder, target(HARD), target(EASY))
    assert run(scenario) == 0
    words = ["--scenario", str(scenario), "-o", str(stated.statement)]
    assert main(["draft", str(stated.folder / "evidence"), *words]) == 0
    stated.tell(lambda told: told.update(filled(told)))
    return stated


def claimed(stated: Stated) -> dict[str, str]:
    """Return the probe of every claim that is told apart by its id."""
    claims = read(stated.statement).value["claims"]
    return {claim["id"]: claim["probe"]["id"] for claim in claims}


def test_the_statement_has_every_metric_of_both_and_no_error(both):
    assert len(claimed(both)) == len(find_probe(HARD).measures) + len(find_probe(EASY).measures)
    assert all(name.endswith(f"-{asked}") for name, asked in claimed(both).items())
    assert [one for one in check(both.statement).findings if one.severity == "error"] == []


def test_its_numbers_follow_from_the_records_of_each(both):
    judged = {one.id: one.verdict for one in recompute_claims(open_context(both.statement))}
    assert judged == dict.fromkeys(claimed(both), "confirmed")


def test_a_second_run_confirms_both_and_names_each_in_its_report(both):
    assert both.reproduce("--allow-unverified") == 0
    report = both.folder / "report.yaml"
    assert check(report).findings == ()
    verdicts = {one["id"]: one["verdict"] for one in read(report).value["claims"]}
    assert verdicts == dict.fromkeys(claimed(both), "confirmed")


REFUSED = {
    "a target that names no probe where both are asked": (
        (target(HARD), target(EASY), LEFT_OPEN),
        (
            "several probes of the profile measure it: boundary.twins and boundary.short_twins; "
            "write a target with `probe` for each"
        ),
    ),
    "a probe that does not measure the metric": (
        (target("privacy.spelled_rules"),),
        (
            "/targets/0/probe: privacy.spelled_rules does not measure abstention_soft_j; "
            "name one that does: boundary.twins, boundary.short_twins"
        ),
    ),
    "a plan that cannot decide": ((target(EASY, margin=0.01),), "/targets/0/n: 300 units detect 0.0589"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_no_statement_could_carry_is_refused_before_a_model_is_asked(tmp_path, capsys, case):
    targets, words = REFUSED[case]
    scenario = profile(tmp_path, *targets)
    assert run(scenario) == 2
    said = capsys.readouterr().err
    assert words in said
    assert f"dls scenarios {scenario}" in said
    assert not (tmp_path / "evidence").exists()


def test_a_file_that_would_measure_what_a_target_leaves_open_is_refused(tmp_path):
    asked = load_profile(profile(tmp_path, LEFT_OPEN))
    with pytest.raises(
        DlsError, match=r"names no probe, and this run would measure it by boundary.twins and boundary.passages"
    ):
        make_plan(asked, KEYS, files=["boundary.passages"])


def test_a_probe_that_this_release_does_not_have_is_told(tmp_path):
    planned = make_plan(load_profile(profile(tmp_path, target(EASY), target("elsewhere.twins"))), KEYS)
    assert [line for line in unmeasured_targets(planned) if "elsewhere" in line] == [
        (
            "not measured: abstention_soft_j, for this release has no probe elsewhere.twins; "
            "`dls probes` lists those it has"
        )
    ]
