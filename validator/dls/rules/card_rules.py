"""The rules that a model card is checked by."""

from dls.rules._rule import Rule
from dls.rules.card_base_agrees_with_the_statement import card_base_agrees_with_the_statement
from dls.rules.card_points_to_its_statement import card_points_to_its_statement
from dls.rules.card_scores_agree_with_the_claims import card_scores_agree_with_the_claims
from dls.rules.card_section_follows_from_the_statement import card_section_follows_from_the_statement

CARD_RULES: tuple[Rule, ...] = (
    card_points_to_its_statement,
    card_section_follows_from_the_statement,
    card_base_agrees_with_the_statement,
    card_scores_agree_with_the_claims,
)
"""The rules that read a model card and the statement that it leads to."""
