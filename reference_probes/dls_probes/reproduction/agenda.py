"""The agenda of a second run: published items that are asked again, fresh ones, and the reasons for gaps."""

import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from dls.evidence.records import MOST_UNITS
from dls.judging.claimed_profile import is_required, profile_of
from dls.judging.replication import FreshItems, fresh_items, unseen_units, without_fresh_items
from dls.model import Claim
from dls.verifying.comparison import Verdict
from dls_probes.reproduction.access import Verifier, obstacle
from dls_probes.reproduction.budget import closeness, left_out
from dls_probes.reproduction.published_records import PublishedClaim, published_claims
from dls_probes.reproduction.redraws import Redraw, fresh_redraw, redraw_of, sample_of
from dls_probes.reproduction.reproduction import Reproduction


class Agenda(NamedTuple):
    """The items of a second run.

    Attributes:
        audits: by the index of a claim, its published items, or a sample of them.
        draws: by the index of a claim, its fresh items.
        reasons: why a claim is not asked again.
        not_drawn: why a claim has no fresh items.
        refutations: why a claim is refuted before any model is asked: its numbers are not those of its records.
        published: the records of the claims of which a sample is asked.

    """

    audits: Mapping[int, Redraw]
    draws: Mapping[int, Redraw]
    reasons: Mapping[int, str]
    not_drawn: Mapping[int, str]
    refutations: Mapping[int, str]
    published: Mapping[int, PublishedClaim]


def make_agenda(run: Reproduction, open_claims: Mapping[int, str]) -> Agenda:
    """Return the agenda of a run; under a budget the most important claims come first, and others are left out.

    Args:
        run: the second run.
        open_claims: why a claim stays open however the models answer.
    """
    reasons = {**_obstacles(run), **open_claims}
    records = published_claims(run.context, run.sample_size)
    originals = {index: entry for index, entry in records.items() if index not in reasons}
    refutations = {
        index: entry.result.reason for index, entry in originals.items() if entry.result.verdict is Verdict.REFUTED
    }
    wholes = {index: _whole(run, index) for index in _order(run) if index not in reasons and index not in refutations}
    audits = {index: _audit(run, whole, is_sampled=index in originals) for index, whole in wholes.items()}
    draws, not_drawn = _draws(run, wholes)
    return _within_budget(run, Agenda(audits, draws, reasons, refutations | not_drawn, refutations, originals))


def announce(run: Reproduction, agenda: Agenda) -> None:
    """Print how many units are asked, in units of the statement's own run."""
    whole = sum(redraw.sample.of if redraw.sample else redraw.n for redraw in set(agenda.audits.values()))
    audit, fresh = (sum(redraw.n for redraw in set(part.values())) for part in (agenda.audits, agenda.draws))
    if whole and run.draw is not None:
        times = (audit + fresh) / whole
        sys.stderr.write(
            f"asking {audit:,} published units and {fresh:,} fresh ones: {times:.1f} times the statement's own run\n"
        )


def _obstacles(run: Reproduction) -> dict[int, str]:
    """Return why a claim cannot be verified, by the index of each claim that cannot."""
    verifier = Verifier(run.access, "teacher" in run.models, run.is_reworded, run.data, run.overrides)
    claims = enumerate(run.context.statement.claims)
    reasons = {index: obstacle(run.context, claim, verifier) for index, claim in claims}
    return {index: reason for index, reason in reasons.items() if reason is not None}


def _order(run: Reproduction) -> Sequence[int]:
    """Return the indices of the claims; a budget puts the most important one first."""
    claims = run.context.statement.claims
    if run.budget is None:
        return range(len(claims))
    return sorted(
        range(len(claims)), key=lambda index: (not is_required(run.context, claims[index]), closeness(claims[index]))
    )


def _whole(run: Reproduction, index: int) -> Redraw:
    return redraw_of(run.context, run.context.statement.claims[index], run.data, run.overrides)


def _audit(run: Reproduction, whole: Redraw, *, is_sampled: bool) -> Redraw:
    if not is_sampled or run.draw is None or run.sample_size is None:
        return whole
    return sample_of(whole, run.draw.nonce, run.sample_size)


def _draws(run: Reproduction, wholes: Mapping[int, Redraw]) -> tuple[dict[int, Redraw], dict[int, str]]:
    """Return the fresh items of each claim, and the reason of each claim that has none.

    Fresh items are asked where a claim with a target rests on them; the other claims of the probe are compared too.
    """
    draws: dict[int, Redraw] = {}
    reasons: dict[int, str] = {}
    for index, whole in wholes.items():
        draw = _draw(run, index, whole)
        if isinstance(draw, str):
            reasons[index] = draw
        else:
            draws[index] = draw
    claims = run.context.statement.claims
    with_targets = {draw for index, draw in draws.items() if claims[index].targets}
    without = {index: "no claim of its probe has a target" for index in draws if draws[index] not in with_targets}
    return {index: draw for index, draw in draws.items() if draw in with_targets}, reasons | without


def _draw(run: Reproduction, index: int, whole: Redraw) -> Redraw | str:
    """Return the fresh items of a claim, or why it has none."""
    claim = run.context.statement.claims[index]
    if run.draw is None or run.draw.factor == 0:
        return "this run asks no fresh items"
    if "teacher" not in run.models:
        return "the teacher is not at hand"
    if (reason := without_fresh_items(run.context, claim)) is not None:
        return reason
    items = fresh_items(run.context, claim, run.draw.factor, run.draw.nonce)
    if items is None:
        return "no seed follows: a model of the statement has no key"
    return _shortage(run, claim, items) or fresh_redraw(whole, items, run.draw.nonce)


def _shortage(run: Reproduction, claim: Claim, items: FreshItems) -> str | None:
    """Return why there are too few units for a claim's fresh items; None where there are enough."""
    rest = unseen_units(run.context, claim)
    if rest is not None and items.n > rest:
        return f"its file has {rest:,} units that were not asked, and the draw takes {items.n:,}"
    if items.n > MOST_UNITS:
        return f"it would take {items.n:,} units, and this release makes items for at most {MOST_UNITS:,}"
    return None


def _within_budget(run: Reproduction, agenda: Agenda) -> Agenda:
    """Return the agenda without the items that the budget does not cover."""
    if run.budget is None:
        return agenda
    parts = (agenda.audits, agenda.draws)
    order = dict.fromkeys(redraw for index in agenda.audits for redraw in _redraws_of(index, *parts))
    reasons = left_out({redraw: run.plan(redraw) for redraw in order}, profile_of(run.context), run.models, run.budget)
    audits, draws = ({i: redraw for i, redraw in part.items() if redraw not in reasons} for part in parts)
    gaps, fresh_gaps = ({i: reasons[redraw] for i, redraw in part.items() if redraw in reasons} for part in parts)
    return agenda._replace(
        audits=audits,
        draws=draws,
        reasons={**agenda.reasons, **gaps},
        not_drawn={**agenda.not_drawn, **fresh_gaps},
    )


def _redraws_of(index: int, *parts: Mapping[int, Redraw]) -> Iterable[Redraw]:
    return (part[index] for part in parts if index in part)
