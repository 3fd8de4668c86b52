"""Every built-in profile can be run: one command asks the built-in pair all that it plans."""

import pytest

from dls.commands.cli import main
from dls.document.reader import read
from dls.probes import GENERATED_IDS
from dls.probes.catalogue import reference_probes
from dls.scenarios.profile import builtin_ids, load_profile
from dls_probes import pair
from dls_probes.probes import ELICITATIONS, PAIR_ELICITATIONS

PROFILES = builtin_ids()
PAIR = pair.__path__[0]


@pytest.mark.parametrize("name", PROFILES)
def test_every_target_names_a_probe_that_measures_its_metric(name):
    probes = {probe.id: probe for probe in reference_probes()}
    for target in load_profile(name).targets:
        assert target.metric in {measure.metric for measure in probes[target.probe].measures}


@pytest.mark.parametrize("name", PROFILES)
def test_every_planned_probe_can_be_asked(name):
    planned = {target.probe for target in load_profile(name).targets}
    assert planned <= set(ELICITATIONS) | set(PAIR_ELICITATIONS)


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in PROFILES if name != "text_classification"])
def test_one_command_runs_the_profile(name, tmp_path):
    """Four units of each probe: a plan's hundreds take minutes."""
    models = ["--teacher", f"{PAIR}/teacher", "--student", f"{PAIR}/student"]
    assert main(["probe", "run", *models, "--scenario", name, "--n", "4", "--out", str(tmp_path)]) == 0
    planned = {target.probe for target in load_profile(name).targets} & set(GENERATED_IDS)
    for probe in planned:
        assert read(tmp_path / probe / "manifest.json").value["metrics"]
