"""Whether tokenizers and templates in other bytes behave as those that the evidence was asked with."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from dls.errors import DlsError
from dls.judging.claimed_profile import profile_of
from dls.judging.context import RuleContext
from dls.judging.seed import PairKeys
from dls.model import Arm, Claim
from dls.probes.shared.data_files import DataFile
from dls_probes.models.transformers_model import ModelSpec
from dls_probes.reproduction.redraws import bundle_of, redraw_of
from dls_probes.reproduction.settings import matching_specs
from dls_probes.runs.joint_pass import align_system_turns
from dls_probes.runs.prompt_behaviour import behaviour_differences

_NO_KEYS = PairKeys("", "")  # they derive a seed, and a claim names its own


class BehaviourProblem(NamedTuple):
    """A tokenizer or a template that differs in its files, and in its behaviour on a claim's items.

    Attributes:
        clauses: one for each file and each kind of behaviour.
        is_certain: whether the behaviour differs; otherwise it stays unknown.

    """

    clauses: tuple[str, ...]
    is_certain: bool


Problems = dict[Arm, BehaviourProblem]


def behaviour_problems(
    context: RuleContext,
    models: Mapping[Arm, ModelSpec],
    suspects: Mapping[Arm, tuple[str, ...]],
    data: Mapping[str, DataFile],
) -> dict[int, Problems]:
    """Return for each claim, by its index, how models behave otherwise on its items than its evidence says.

    Args:
        context: of the statement.
        models: the verifier's.
        suspects: by arm, a clause for each file of a tokenizer or template that differs.
        data: by probe, the files of the items.

    Returns:
        By arm; a claim on whose items all behave alike is absent.
    """
    results: dict[object, Problems] = {}
    problems: dict[int, Problems] = {}
    for index, claim in enumerate(context.statement.claims):
        name = claim.evidence, claim.probe, claim.items
        if name not in results:
            results[name] = dict(_problems(context, claim, models, suspects, data))
        if results[name]:
            problems[index] = results[name]
    return problems


def _problems(
    context: RuleContext,
    claim: Claim,
    models: Mapping[Arm, ModelSpec],
    suspects: Mapping[Arm, tuple[str, ...]],
    data: Mapping[str, DataFile],
) -> Iterator[tuple[Arm, BehaviourProblem]]:
    for arm, files in suspects.items():
        try:
            behaviour = tuple(_behaviour(context, claim, arm, models, data))
        except DlsError as error:
            unknown = f"its behaviour on the claim's items stays unknown ({error})"
            yield arm, BehaviourProblem((*files, unknown), is_certain=False)
            continue
        if behaviour:
            yield arm, BehaviourProblem((*files, *behaviour), is_certain=True)


def _behaviour(
    context: RuleContext, claim: Claim, arm: Arm, models: Mapping[Arm, ModelSpec], data: Mapping[str, DataFile]
) -> Iterator[str]:
    """Yield how a model behaves otherwise on the items of a claim.

    Raises:
        DlsError: the evidence does not say how it behaved, the items are not at hand, or a tokenizer is broken.
    """
    bundle = bundle_of(context, claim)
    circumstances = bundle.manifest.circumstances.get(arm) if bundle and bundle.manifest else None
    if circumstances is None or claim.probe is None or claim.items is None or claim.items.seed is None:
        raise DlsError("no manifest at hand says how it was")
    redraw = redraw_of(context, claim, data)
    specs = align_system_turns(matching_specs(models, redraw.settings))
    yield from behaviour_differences(circumstances, redraw.plan(profile_of(context), _NO_KEYS, data), specs[arm])
