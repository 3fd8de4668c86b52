"""Whether a model answers behind a prefix that was read before as it answers the whole text: tested on the model itself.

A layout that passed its own test is tried once more with the prefix kept, against one request at a time.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import TypeAlias

from dls_probes.engine.agreement import first_difference, longest_job, pack_scores, scoring_job, text_difference
from dls_probes.engine.protocols import ModelBackend
from dls_probes.engine.self_test import LayoutVerdict, in_both_precisions
from dls_probes.packs import Pack, generate_jobs, text_rows

ALONE = "alone"
_STEPS = 4  # tokens that are generated: a place or a mask that is wrong shows in the first ones
_Difference: TypeAlias = Callable[[], str]


def prefix_verdict(model: ModelBackend, pack: Pack) -> LayoutVerdict:
    """Return the pack's layout where its prefix may be kept, else `alone` and what goes wrong."""
    find = _text if pack.kind == "check_text" else _generation
    return in_both_precisions(model, (pack.layout,), ALONE, partial(_kept, partial(find, model, pack)))


def supports_prefix(kind: str, layout: str) -> bool:
    """Tell whether packs of a kind and layout may have a prefix: only where every layer sees every earlier token."""
    return layout == "drop" if kind == "generate" else set(layout.split("+")) == {"tree/plain"}


def _kept(difference: _Difference, layouts: Sequence[str]) -> LayoutVerdict:
    if not layouts:
        return LayoutVerdict(ALONE, "")
    try:
        found = difference()
    except Exception as error:  # noqa: BLE001  a model may refuse a cache in any way
        found = type(error).__name__
    return LayoutVerdict(ALONE, found) if found else LayoutVerdict(layouts[0], "")


def _text(model: ModelBackend, pack: Pack) -> str:
    rows = [[scoring_job(job) for job in row] for row in text_rows(pack)]
    compared = {longest_job(rows[0]), rows[-1][-1]}
    alone = {job: pack_scores(model, ALONE, [[job]])[0] for job in compared}
    difference = text_difference(model, [rows], pack.layout, alone, pack.prefix)
    return f"off by {difference * model.tolerance():.2g} nats" if difference > 1 else ""


def _generation(model: ModelBackend, pack: Pack) -> str:
    tested = dict.fromkeys((generate_jobs(pack)[0], generate_jobs(pack)[-1]))
    jobs = [replace(job, max_tokens=min(_STEPS - fewer, job.max_tokens)) for fewer, job in enumerate(tested)]
    alone = [model.generate(Pack("generate", ALONE, ((job,),)))[0] for job in jobs]
    return first_difference(model, pack.layout, jobs, alone, pack.prefix)
