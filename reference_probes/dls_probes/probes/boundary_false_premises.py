"""Ask as for `boundary.twins`: the probability of every colour and of abstaining, and two whole answers."""

from dls_probes.probes.boundary_twins import elicit

__all__ = ["elicit"]
