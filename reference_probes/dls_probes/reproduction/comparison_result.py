"""The records of a comparison: one claim beside a second run, judged by itself and then together with all others."""

from dataclasses import dataclass

from dls.model import Claim, Measured, Replication
from dls.model.reproduction_report import AuditedUnits
from dls.verifying.comparison import Verdict
from dls.verifying.tolerance import Agreement
from dls_probes.reproduction.part_agreements import combined_p


@dataclass(frozen=True)
class ComparisonResult:
    """One claim beside a second run, after the p-values of all claims are adjusted.

    Attributes:
        claim: as the statement makes it.
        verdict: the final one.
        reason: for the verdict, in one sentence.
        measurement: the second run's; None where there is none.
        outcome: of the claim that the measurement makes; None where no profile says it.
        p: of all parts of the claim together, in [0, 1]; None where chance plays no part.
        adjusted_p: `p` after Holm's correction.
        smallest_forgery: the smallest shift of a number that this comparison refutes, in the metric's unit.
        tolerance: the tolerance class of the comparison.
        audit: the sample of the claim's units that was asked again; None where all were.
        replication: the verdict of the verifier's draw; None where the run has no draw.

    """

    claim: Claim
    verdict: Verdict
    reason: str
    measurement: Measured | None = None
    outcome: str | None = None
    p: float | None = None
    adjusted_p: float | None = None
    smallest_forgery: float | None = None
    tolerance: str | None = None
    audit: AuditedUnits | None = None
    replication: Replication | None = None


@dataclass(frozen=True)
class Comparison:
    """One claim beside a second run, judged by itself.

    Its attributes are those of `ComparisonResult`; `agreements` holds one entry for each part that was compared.
    """

    claim: Claim
    verdict: Verdict
    reason: str
    measurement: Measured | None = None
    outcome: str | None = None
    agreements: tuple[Agreement, ...] = ()
    smallest_forgery: float | None = None
    tolerance: str | None = None
    audit: AuditedUnits | None = None

    @property
    def p(self) -> float | None:
        """The p-value of all parts together, in [0, 1]; None where chance plays no part."""
        return combined_p(self.agreements)
