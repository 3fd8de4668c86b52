"""Whether the models at hand are those of the statement: asked before any number is compared."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import NamedTuple

from dls.identity.difference import IdentityDifference, compare_identities
from dls.identity.listing_digests import reading_files
from dls.judging.context import RuleContext
from dls.model import Arm, Model, ModelIdentity
from dls.probes.shared.data_files import DataFile
from dls.verifying.comparison import Verdict
from dls.verifying.stated_models import stated_identity
from dls_probes.models.transformers_model import ModelSpec
from dls_probes.reproduction.behaviour_check import behaviour_problems
from dls_probes.reproduction.named_source import is_cached_source
from dls_probes.reproduction.tied_tensors import tensor_lists

_UNKNOWN = "the statement names no digest of its tensors, so no folder is known to hold it"


class IdentityCheck(NamedTuple):
    """The result of a check.

    Attributes:
        verdict: on every claim, where a model is not the statement's; None where each is.
        reason: for that verdict.
        open_claims: by its index, why a claim stays open: a tokenizer or a template behaves otherwise on its items.
        notes: a sentence for each model that was saved again, or each part of another model's folder that is not read.
        stored_twice: by model, the tied tensors that only one of the two folders stores.

    """

    verdict: Verdict | None = None
    reason: str = ""
    open_claims: Mapping[int, str] = MappingProxyType({})
    notes: tuple[str, ...] = ()
    stored_twice: Mapping[Arm, tuple[str, ...]] = MappingProxyType({})


@dataclass(frozen=True)
class ModelsAtHand:
    """A verifier's models beside those of the statement.

    Attributes:
        context: of the statement.
        models: the verifier's.
        sources: the arms whose folders the verifier fetched from the sources that the statement names.
        data: by probe, the files of the items.

    """

    context: RuleContext
    models: Mapping[Arm, ModelSpec]
    sources: Collection[Arm]
    data: Mapping[str, DataFile]

    def check(self) -> IdentityCheck:
        """Compare files, then tensors and values, then the behaviour of tokenizers and templates.

        Raises:
            DlsError: a file of a model is broken, or cannot be read.
        """
        if differences := {arm: entry.differences for arm, entry in self.differences.items() if not entry.is_same}:
            return self._another_model(differences)
        suspects = {arm: entry.by_behaviour for arm, entry in self.differences.items() if entry.by_behaviour}
        by_claim = behaviour_problems(self.context, self.models, suspects, self.data) if suspects else {}
        problems = [(arm, problem) for entry in by_claim.values() for arm, problem in entry.items()]
        certain = {arm: problem.clauses for arm, problem in problems if problem.is_certain}
        if contradictions := {arm: clauses for arm, clauses in certain.items() if self._is_source(arm)}:
            return self._another_model(contradictions)
        clauses = {index: {arm: item.clauses for arm, item in entry.items()} for index, entry in by_claim.items()}
        return IdentityCheck(
            open_claims={index: self._reason(entry) for index, entry in clauses.items()},
            notes=tuple(self._notes({arm for arm, _ in problems})),
            stored_twice={arm: entry.surplus for arm, entry in self.differences.items() if entry.surplus},
        )

    @cached_property
    def differences(self) -> Mapping[Arm, IdentityDifference]:
        """How each model differs from the statement's."""
        return {arm: self._difference(arm, spec) for arm, spec in self.models.items()}

    def _notes(self, exceptions: Collection[Arm]) -> Iterator[str]:
        for arm, difference in self.differences.items():
            if difference.note and arm not in exceptions:
                yield f"{arm}: {difference.note}"

    def _difference(self, arm: Arm, spec: ModelSpec) -> IdentityDifference:
        reference, copy = self._reference(arm), spec.files.identity
        if reference.tensors_sha256 is None:
            return IdentityDifference((_UNKNOWN,))
        if copy.tensors_sha256 is None:
            return IdentityDifference((f"{copy.source} shows no tensors; add its folder with --{arm}-weights",))
        is_equal = reference.tensors_sha256 == copy.tensors_sha256
        return compare_identities(reference, copy, None if is_equal else tensor_lists(self.context, arm, spec))

    def _reference(self, arm: Arm) -> ModelIdentity:
        manifests = (bundle.manifest for bundle in self.context.bundles if bundle.manifest)
        return stated_identity(self._model(arm), *(m.arms[arm] for m in manifests if arm in m.arms))

    def _model(self, arm: Arm) -> Model:
        model: Model = getattr(self.context.statement, arm)
        return model

    def _another_model(self, problems: Mapping[Arm, tuple[str, ...]]) -> IdentityCheck:
        refutes = any(self._is_source(arm) for arm in problems)
        notes = tuple(note for arm in problems for note in self.models[arm].files.notes)
        verdict = Verdict.REFUTED if refutes else Verdict.NOT_VERIFIABLE
        return IdentityCheck(verdict, self._reason(problems), notes=notes)

    def _reason(self, problems: Mapping[Arm, tuple[str, ...]]) -> str:
        return "; ".join(f"{self._place(arm)}: {', '.join(clauses)}" for arm, clauses in problems.items())

    def _place(self, arm: Arm) -> str:
        spec, model = self.models[arm], self._model(arm)
        folder = spec.folder if spec.base is None else f"{spec.folder} on {spec.base}"
        if self._is_source(arm):
            return (
                f"the {arm} in {folder} is {model.source} at the revision {model.revision}, which the statement names, "
                "and another model was measured"
            )
        if is_cached_source(model, spec.folder):
            return f"the {arm} in {folder} lacks files of the statement's; fetch its source whole"
        return f"the {arm} in {folder} is not the statement's"

    def _is_source(self, arm: Arm) -> bool:
        """Whether a folder is known to hold the named source whole, and the statement says which tensors these are."""
        if self._reference(arm).tensors_sha256 is None or self.models[arm].base is not None:
            return False  # of an adapter, the source says nothing about the base
        is_cached = is_cached_source(self._model(arm), self.models[arm].folder)
        return arm in self.sources or (is_cached and not self._lacks_files_alone(arm))

    def _lacks_files_alone(self, arm: Arm) -> bool:
        """Whether files that are missing are the whole difference, as in a cache that holds a part of its source."""
        difference, identities = self.differences[arm], (self._reference(arm), self.models[arm].files.identity)
        reference, copy = ({file.name for file in reading_files(identity.files)} for identity in identities)
        return len(reference - copy) == len(difference.differences) + len(difference.by_behaviour) > 0
