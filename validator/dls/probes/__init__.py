"""The light half of every probe: its items from a seed, its records, and what it measures from them."""

from dls.probes import diversity_open_answer, headline_multiple_choice, uncertainty_multiple_choice

PROBES = (
    headline_multiple_choice.PROBE,
    uncertainty_multiple_choice.PROBE,
    diversity_open_answer.PROBE,
)
