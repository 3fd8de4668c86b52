"""How a model is asked: one elicitation a probe, beside the light half of the same name in `dls.probes`.

An easier probe is asked as the one whose items are harder.
"""

from collections.abc import Mapping
from types import MappingProxyType

from dls.probes.collection import LABEL_PROBES
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
from dls_probes.probes.two_models import CrossScoring
from dls_probes.requests import Elicit

ELICITATIONS: Mapping[str, Elicit] = MappingProxyType(
    {
        "headline.multiple_choice": headline_multiple_choice.elicit,
        "fidelity.next_token": fidelity_next_token.elicit,
        "uncertainty.multiple_choice": uncertainty_multiple_choice.elicit,
        "uncertainty.lottery": uncertainty_lottery.elicit,
        "boundary.twins": boundary_twins.elicit,
        "boundary.false_premises": boundary_false_premises.elicit,
        "boundary.edits": boundary_edits.elicit,
        "boundary.range": boundary_range.elicit,
        "process.chain": process_chain.elicit,
        "process.cut_traces": process_cut_traces.elicit,
        "process.wrong_cue": process_wrong_cue.elicit,
        "on_policy.story": on_policy_story.elicit,
        "on_policy.recovery": on_policy_recovery.elicit,
        "grounding.worlds": grounding_worlds.elicit,
        "grounding.substituted_facts": grounding_substituted_facts.elicit,
        "privacy.in_context_secret": privacy_in_context_secret.elicit,
        "safety.policy_worlds": safety_policy_worlds.elicit,
        "diversity.open_answer": diversity_open_answer.elicit,
        "boundary.short_twins": boundary_twins.elicit,
        "process.short_chain": process_short_chain.elicit,
        "privacy.spelled_rules": privacy_in_context_secret.elicit,
        "safety.spelled_policies": safety_policy_worlds.elicit,
        "diversity.listed_answers": diversity_open_answer.elicit,
        "uncertainty.largest_numbers": uncertainty_multiple_choice.elicit,
        "uncertainty.listed_draws": uncertainty_lottery.elicit,
        "privacy.planted_canaries": privacy_planted_canaries.elicit,
        **{probe.id: label_probes.elicit for probe in LABEL_PROBES},
        "headline.final_number": headline_final_number.elicit,
        "headline.instructions": headline_instructions.elicit,
        "boundary.passages": boundary_passages.elicit,
        "safety.prompts": safety_prompts.elicit,
    }
)

PAIR_ELICITATIONS: Mapping[str, Elicit] = MappingProxyType(
    {
        "fidelity.next_token": fidelity_next_token.elicit_pair,
        "on_policy.story": on_policy_story.elicit_pair,
    }
)
"""How both models are asked side by side; the item is an `Answered`."""

CROSS_SCORINGS: Mapping[str, CrossScoring] = MappingProxyType(
    {"on_policy.story": CrossScoring(on_policy_story.write_for, on_policy_story.score_other, on_policy_story.join)}
)
"""How models of different tokenizers are asked about each other's texts."""
