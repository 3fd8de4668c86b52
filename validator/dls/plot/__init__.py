"""Pictures of a statement as Altair charts: `dls.plot.losses("dls.yaml")` is interactive in a notebook.

They need the extra [report].
"""

from dls.plot.confidence import reliability, risk_coverage
from dls.plot.forest import losses
from dls.plot.positions import divergence

__all__ = ["divergence", "losses", "reliability", "risk_coverage"]
