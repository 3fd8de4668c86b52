"""How a model is asked: one examination a probe, beside the light half of the same name in `dls.probes`.

An easier probe is asked as the one whose items are harder.
"""

from collections.abc import Mapping
from types import MappingProxyType

from dls.probes import LABEL_PROBES
from dls_probes.probes import (
    boundary_edits,
    boundary_false_premises,
    boundary_passages,
    boundary_range,
    boundary_twins,
    diversity_open_answer,
    fidelity_next_token,
    grounding_substituted_facts,
    grounding_worlds,
    headline_final_number,
    headline_instructions,
    headline_multiple_choice,
    label_probes,
    on_policy_recovery,
    on_policy_story,
    privacy_in_context_secret,
    privacy_planted_canaries,
    process_chain,
    process_cut_traces,
    process_short_chain,
    process_wrong_cue,
    safety_policy_worlds,
    safety_prompts,
    uncertainty_lottery,
    uncertainty_multiple_choice,
)
from dls_probes.probes._two_models import Exchange
from dls_probes.requests import Examine

EXAMINATIONS: Mapping[str, Examine] = MappingProxyType(
    {
        "headline.multiple_choice": headline_multiple_choice.examine,
        "fidelity.next_token": fidelity_next_token.examine,
        "uncertainty.multiple_choice": uncertainty_multiple_choice.examine,
        "uncertainty.lottery": uncertainty_lottery.examine,
        "boundary.twins": boundary_twins.examine,
        "boundary.false_premises": boundary_false_premises.examine,
        "boundary.edits": boundary_edits.examine,
        "boundary.range": boundary_range.examine,
        "process.chain": process_chain.examine,
        "process.cut_traces": process_cut_traces.examine,
        "process.wrong_cue": process_wrong_cue.examine,
        "on_policy.story": on_policy_story.examine,
        "on_policy.recovery": on_policy_recovery.examine,
        "grounding.worlds": grounding_worlds.examine,
        "grounding.substituted_facts": grounding_substituted_facts.examine,
        "privacy.in_context_secret": privacy_in_context_secret.examine,
        "safety.policy_worlds": safety_policy_worlds.examine,
        "diversity.open_answer": diversity_open_answer.examine,
        "boundary.short_twins": boundary_twins.examine,
        "process.short_chain": process_short_chain.examine,
        "privacy.spelled_rules": privacy_in_context_secret.examine,
        "safety.spelled_policies": safety_policy_worlds.examine,
        "diversity.listed_answers": diversity_open_answer.examine,
        "uncertainty.largest_numbers": uncertainty_multiple_choice.examine,
        "uncertainty.listed_draws": uncertainty_lottery.examine,
        "privacy.planted_canaries": privacy_planted_canaries.examine,
        **{probe.id: label_probes.examine for probe in LABEL_PROBES},
        "headline.final_number": headline_final_number.examine,
        "headline.instructions": headline_instructions.examine,
        "boundary.passages": boundary_passages.examine,
        "safety.prompts": safety_prompts.examine,
    }
)

PAIR_EXAMINATIONS: Mapping[str, Examine] = MappingProxyType(
    {
        "fidelity.next_token": fidelity_next_token.examine_pair,
        "on_policy.story": on_policy_story.examine_pair,
    }
)
"""How both models are asked side by side; the item is an `Answered`."""

EXCHANGES: Mapping[str, Exchange] = MappingProxyType(
    {"on_policy.story": Exchange(on_policy_story.tell, on_policy_story.hear)}
)
"""How models of different tokenizers are asked about each other's texts."""
