"""A second run of a statement's probes: the models, the draw, the audit, and the means of its verifier."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from dls.access_level import AccessLevel
from dls.evidence.audit_sample import UNITS
from dls.judging.claimed_profile import profile_of
from dls.judging.conditions import pair_keys
from dls.judging.context import RuleContext
from dls.judging.seed import PairKeys
from dls.model import Arm, VerifiersDraw
from dls.probes.shared.data_files import DataFile
from dls.probes.shared.phrasings import PHRASINGS, Phrasings
from dls.verifying.tolerance import Mode
from dls_probes.models.transformers_model import ModelSpec
from dls_probes.reproduction.comparer import Comparer
from dls_probes.reproduction.redraws import Redraw
from dls_probes.runs.plan import PlannedProbe, keys_of


@dataclass(frozen=True)
class Reproduction:
    """A second run of a statement's probes.

    Attributes:
        context: of the statement.
        models: both, or the student alone.
        draw: of the verifier; None for the published items alone, every one of them.
        audit: the most units of a claim that are asked again, where there is a draw; None for all.
        phrasings: the verifier's, or the probes'.
        access: the verifier's access to the models, a level of `dls.access_level`.
        budget: seconds to spend; None for no limit.
        data: by probe, the files of the items.
        overrides: the settings of `models` that the verifier sets; all others are those of each claim's evidence.
        sources: the arms whose folders the verifier fetched from the sources that the statement names.
        earlier_reports: of the verifier's key about the same statement id; None where they were not counted.

    """

    context: RuleContext
    models: Mapping[Arm, ModelSpec]
    draw: VerifiersDraw | None = None
    audit: int | None = UNITS
    phrasings: Phrasings = PHRASINGS
    access: AccessLevel = "white_box"
    budget: float | None = None
    data: Mapping[str, DataFile] = field(default_factory=dict)
    overrides: frozenset[str] = frozenset()
    sources: frozenset[Arm] = frozenset()
    earlier_reports: int | None = None

    @property
    def is_reworded(self) -> bool:
        """Whether the questions are put in the verifier's own phrasings."""
        return self.phrasings != PHRASINGS

    @property
    def mode(self) -> Mode:
        """Whether the published items are asked as they are, or in other words."""
        return "fresh_items" if self.is_reworded else "same_items"

    @property
    def sample_size(self) -> int | None:
        """The most units of a claim that are asked again; None for all."""
        return None if self.draw is None or self.is_reworded else self.audit

    @property
    def keys(self) -> PairKeys:
        """The keys of the statement's models, otherwise of those at hand."""
        statement = self.context.statement
        return pair_keys(statement.teacher, statement.student) or keys_of(self.models)

    def plan(self, redraw: Redraw) -> PlannedProbe:
        """Return the run that asks some items.

        Raises:
            DlsError: they come from a file that is not at hand.
        """
        return redraw.plan(profile_of(self.context), self.keys, self.data, self.phrasings)

    def comparer(self) -> Comparer:
        """Return how its claims are compared."""
        return Comparer(self.context, self.mode, is_reworded=self.is_reworded)
