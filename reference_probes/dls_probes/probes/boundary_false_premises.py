"""Ask as for `boundary.twins`: the probability of every colour and of saying that the text does not state it."""

from dls_probes.probes.boundary_twins import elicit

__all__ = ["elicit"]
