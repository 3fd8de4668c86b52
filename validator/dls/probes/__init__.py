"""The light half of each probe: its items from a seed, its records, and its measures."""

from dls.probes import (
    boundary_edits,
    boundary_false_premises,
    boundary_out_of_scope,
    boundary_passages,
    boundary_range,
    boundary_short_twins,
    boundary_twins,
    diversity_listed_answers,
    diversity_open_answer,
    fidelity_labels,
    fidelity_next_token,
    grounding_substituted_facts,
    grounding_worlds,
    headline_final_number,
    headline_instructions,
    headline_labels,
    headline_multiple_choice,
    on_policy_recovery,
    on_policy_story,
    privacy_in_context_secret,
    privacy_planted_canaries,
    privacy_spelled_rules,
    process_chain,
    process_cut_traces,
    process_short_chain,
    process_wrong_cue,
    safety_policy_worlds,
    safety_prompts,
    safety_spelled_policies,
    uncertainty_labels,
    uncertainty_largest_numbers,
    uncertainty_listed_draws,
    uncertainty_lottery,
    uncertainty_multiple_choice,
)

PROBES = (
    headline_multiple_choice.PROBE,
    fidelity_next_token.PROBE,
    uncertainty_multiple_choice.PROBE,
    uncertainty_lottery.PROBE,
    boundary_twins.PROBE,
    boundary_false_premises.PROBE,
    boundary_edits.PROBE,
    boundary_range.PROBE,
    process_chain.PROBE,
    process_cut_traces.PROBE,
    process_wrong_cue.PROBE,
    on_policy_story.PROBE,
    on_policy_recovery.PROBE,
    grounding_worlds.PROBE,
    grounding_substituted_facts.PROBE,
    privacy_in_context_secret.PROBE,
    safety_policy_worlds.PROBE,
    diversity_open_answer.PROBE,
)
"""In the order of the dimensions.

A metric with a direction is measured by one probe alone, except those of whole answers: `twin_whole`, `answer_holds`.
"""

EASIER_PROBES = (
    boundary_short_twins.PROBE,
    process_short_chain.PROBE,
    privacy_spelled_rules.PROBE,
    safety_spelled_policies.PROBE,
    diversity_listed_answers.PROBE,
    uncertainty_largest_numbers.PROBE,
    uncertainty_listed_draws.PROBE,
)
"""The same metrics on items for small models, which are at chance on the items above; a target names them."""

GENERATED_PROBES = (*PROBES, *EASIER_PROBES)
"""The probes that make their items from a seed."""

LABEL_PROBES = (headline_labels.PROBE, fidelity_labels.PROBE, uncertainty_labels.PROBE, boundary_out_of_scope.PROBE)
"""The probes for classifiers alone: they need a distribution over labels."""

SET_PROBES = (
    headline_final_number.PROBE,
    headline_instructions.PROBE,
    boundary_passages.PROBE,
    safety_prompts.PROBE,
)
"""The probes of public sets, each in the form of its set; the sets may not be shipped here."""

FILE_PROBES = (privacy_planted_canaries.PROBE, *LABEL_PROBES, *SET_PROBES)
"""Probes without a generator: the user gives their items as a data file."""
