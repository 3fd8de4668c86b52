"""What a publisher's tries get through on published items, under the verifier's draw, and on both pooled."""

from pathlib import Path

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import norm
from simulations.draws import any_of, best_of, honest_shares, page

from dls.scenarios.profile import load_profile

PAGE = Path(__file__).parents[3] / "docs" / "second_run.md"


Z = norm.ppf(0.95)


def pooled_share(tries, factor):
    """Return the share that passes pooled, in the normal limit: the best of some tries beside one fresh sample."""

    def density(best):
        return tries * norm.pdf(best) * norm.sf(best) ** (tries - 1)

    def passes(best):
        return norm.cdf((-Z * (1 + factor) ** 0.5 - best) / factor**0.5)

    return quad(lambda best: density(best) * passes(best), -8, 8)[0]


@pytest.mark.parametrize("factor", [1, 2])
@pytest.mark.parametrize("tries", [1, 10, 100])
def test_tries_buy_a_false_preserved_on_published_and_pooled_items_and_none_on_fresh_ones(tries, factor):
    shares = best_of(tries, 4000, np.random.default_rng(tries), factor)
    assert shares.published == pytest.approx(1 - 0.95**tries, abs=0.03)
    assert shares.fresh == pytest.approx(0.05, abs=0.015)
    assert shares.pooled == pytest.approx(pooled_share(tries, factor), abs=0.03)


@pytest.mark.parametrize(("tries", "share"), [(1, 0.05), (10, 0.25), (100, 0.56), (1000, 0.81)])
def test_pooled_with_as_many_fresh_units_a_thousand_tries_pass_mostly(tries, share):
    assert pooled_share(tries, 1) == pytest.approx(share, abs=0.01)


def test_a_student_that_is_nudged_and_handed_in_again_gets_another_draw():
    assert any_of(10, 3000, np.random.default_rng(2)) == pytest.approx(1 - 0.95**10, abs=0.04)


@pytest.mark.parametrize("loss_of", ["none", "half the margin", "smallest detectable loss"])
@pytest.mark.parametrize("factor", [1, 2, 4])
def test_an_honest_students_chance_is_that_of_independent_normal_targets(factor, loss_of):
    chances = []
    for target in load_profile("general_chat").targets:
        if target.margin is not None:
            error = target.smallest_detectable_loss / (Z + norm.ppf(0.8)) / factor**0.5
            loss = {"none": 0, "half the margin": target.margin / 2}.get(loss_of, target.smallest_detectable_loss)
            chances.append(norm.cdf((target.margin - loss) / error - Z))
    single, joint = honest_shares(factor, loss_of, 20_000, np.random.default_rng(1))
    assert single == pytest.approx(np.mean(chances), abs=0.01)
    assert joint == pytest.approx(np.prod(chances), abs=0.012)


def test_the_tables_of_the_page_are_those_of_the_simulation():
    text = PAGE.read_text()
    assert page(text) == text, "run python -m simulations.draws"
