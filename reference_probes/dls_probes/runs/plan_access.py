"""The part of a plan that an access to the models allows."""

from collections.abc import Iterable
from dataclasses import replace

from dls.access_level import AccessLevel
from dls.errors import DlsError
from dls_probes.runs.plan import Plan, PlannedProbe


def within_access(plan: Plan, access: AccessLevel) -> Plan:
    """Return a plan without the probes of which an access gives no metric.

    Raises:
        DlsError: no probe is left.
    """
    probes = tuple(entry for entry in plan.probes if entry.probe.at(access).measures)
    if not probes:
        raise DlsError(
            f"with the access {access} none of the planned probes measures anything; ask a server that returns "
            "log-probabilities of given token ids, or load the models here"
        )
    return replace(plan, probes=probes)


def out_of_reach(plan: Plan, access: AccessLevel) -> tuple[str, ...]:
    """Return a sentence for each probe of a plan of which an access gives no metric."""
    return tuple(_sentences(plan.probes, access))


def _sentences(probes: Iterable[PlannedProbe], access: AccessLevel) -> Iterable[str]:
    for entry in probes:
        if not entry.probe.at(access).measures:
            yield f"not measured: {entry.probe.id}, for all its metrics need more than the access {access}"
