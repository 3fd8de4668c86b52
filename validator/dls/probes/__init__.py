"""The light half of each probe: its items from a seed, its records, and its measures.

A probe's module bears its id: `boundary.twins` is `dls.probes.boundary_twins`. So a check loads the probes that a
statement names, and no others.
"""

PROBE_IDS = (
    "headline.multiple_choice",
    "fidelity.next_token",
    "uncertainty.multiple_choice",
    "uncertainty.lottery",
    "boundary.twins",
    "boundary.false_premises",
    "boundary.edits",
    "boundary.range",
    "process.chain",
    "process.cut_traces",
    "process.wrong_cue",
    "on_policy.story",
    "on_policy.recovery",
    "grounding.worlds",
    "grounding.substituted_facts",
    "privacy.in_context_secret",
    "safety.policy_worlds",
    "diversity.open_answer",
)
"""In the order of the dimensions.

A metric with a direction is measured by one probe alone, except those of whole answers: `twin_whole`, `answer_holds`.
"""

EASIER_IDS = (
    "boundary.short_twins",
    "process.short_chain",
    "privacy.spelled_rules",
    "safety.spelled_policies",
    "diversity.listed_answers",
    "uncertainty.largest_numbers",
    "uncertainty.listed_draws",
)
"""The same metrics on items for small models, which are at chance on the items above; a target names them."""

GENERATED_IDS = (*PROBE_IDS, *EASIER_IDS)
"""The probes that make their items from a seed."""

LABEL_IDS = ("headline.labels", "fidelity.labels", "uncertainty.labels", "boundary.out_of_scope")
"""The probes for classifiers alone: they need a distribution over labels."""

SET_IDS = ("headline.final_number", "headline.instructions", "boundary.passages", "safety.prompts")
"""The probes of public sets, each in the form of its set; the sets may not be shipped here."""

FILE_IDS = ("privacy.planted_canaries", *LABEL_IDS, *SET_IDS)
"""Probes without a generator: the user gives their items as a data file."""
