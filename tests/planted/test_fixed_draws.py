"""The kept results stay those of the fixed draws, whatever the profile plans today."""

from pathlib import Path

import pytest
from planted.cell import ItemDraw
from planted.fixed_draws import UNITS, profile_for, seed_of, units_of
from planted.parts import read
from planted.plan import probes

from dls.probe import items_sha256
from dls.probes.catalogue import find_probe

MATRIX = read(Path(__file__).parents[2] / "planted" / "results").matrix


@pytest.mark.parametrize("probe", probes())
def test_the_kept_cells_of_a_probe_are_about_the_items_of_its_fixed_draw(probe):
    draw = ItemDraw(probe, 0)
    digest = items_sha256(find_probe(probe).items(seed_of(draw), units_of(draw, profile_for())))
    assert {(cell.seed, cell.items_sha256) for cell in MATRIX if cell.probe == probe} == {(seed_of(draw), digest)}


def test_each_limit_of_the_kept_verdicts_is_that_of_the_profile():
    limits = {(str(target.probe), target.metric, target.kind, target.limit) for target in profile_for().targets}
    assert {(cell.probe, v.metric, v.kind, v.limit) for cell in MATRIX for v in cell.verdicts} <= limits


def test_a_fixed_draw_plans_its_own_units_for_every_target_of_the_profile():
    assert {str(target.probe): target.n for target in profile_for().targets} == UNITS
