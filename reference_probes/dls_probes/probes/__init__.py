"""How a model is asked: one examination a probe, beside the light half of the same name in `dls.probes`."""

from collections.abc import Mapping
from types import MappingProxyType

from dls_probes.probes import diversity_open_answer, headline_multiple_choice, uncertainty_multiple_choice
from dls_probes.requests import Examine

EXAMINATIONS: Mapping[str, Examine] = MappingProxyType(
    {
        "headline.multiple_choice": headline_multiple_choice.examine,
        "uncertainty.multiple_choice": uncertainty_multiple_choice.examine,
        "diversity.open_answer": diversity_open_answer.examine,
    }
)
