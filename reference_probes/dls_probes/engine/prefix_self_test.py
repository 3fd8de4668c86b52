"""Test on the model itself whether its answers after a cached prefix are those for the whole text.

A layout that passed its own test is tested once more with the cached prefix, against one request at a time.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import TypeAlias

from dls_probes.engine.agreement import generation_difference, longest_job, pack_scores, scoring_job, text_difference
from dls_probes.engine.protocols import ModelBackend
from dls_probes.engine.self_test import LayoutVerdict, in_both_precisions
from dls_probes.packs import Pack, generate_jobs, text_rows

ALONE = "alone"
_STEPS = 4  # generated tokens: wrong position ids or a wrong mask change the first ones
_Difference: TypeAlias = Callable[[], str]


def prefix_verdict(model: ModelBackend, pack: Pack) -> LayoutVerdict:
    """Return the pack's layout where its prefix may be cached, otherwise `alone` and the reason."""
    difference = _text_difference if pack.kind == "check_text" else _generation_difference
    return in_both_precisions(model, (pack.layout,), ALONE, partial(_verdict, partial(difference, model, pack)))


def supports_prefix(kind: str, layout: str) -> bool:
    """Tell whether packs of a kind and layout may have a prefix: every layer must attend to all earlier tokens."""
    return layout == "drop" if kind == "generate" else set(layout.split("+")) == {"tree/plain"}


def _verdict(difference: _Difference, layouts: Sequence[str]) -> LayoutVerdict:
    if not layouts:
        return LayoutVerdict(ALONE, "")
    try:
        reason = difference()
    except Exception as error:  # noqa: BLE001  a model may refuse a cache in any way
        reason = type(error).__name__
    return LayoutVerdict(ALONE, reason) if reason else LayoutVerdict(layouts[0], "")


def _text_difference(model: ModelBackend, pack: Pack) -> str:
    rows = [[scoring_job(job) for job in row] for row in text_rows(pack)]
    jobs = {longest_job(rows[0]), rows[-1][-1]}
    alone = {job: pack_scores(model, ALONE, [[job]])[0] for job in jobs}
    difference = text_difference(model, [rows], pack.layout, alone, pack.prefix)
    return f"off by {difference * model.tolerance():.2g} nats" if difference > 1 else ""


def _generation_difference(model: ModelBackend, pack: Pack) -> str:
    ends = dict.fromkeys((generate_jobs(pack)[0], generate_jobs(pack)[-1]))
    jobs = [replace(job, max_tokens=min(_STEPS - index, job.max_tokens)) for index, job in enumerate(ends)]
    alone = [model.generate(Pack("generate", ALONE, ((job,),)))[0] for job in jobs]
    return generation_difference(model, pack.layout, jobs, alone, pack.prefix)
