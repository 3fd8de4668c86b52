"""All rules, in the order of their codes."""

from dls.rules import RULES, Rule
from dls.rules.card_is_readable import card_is_readable
from dls.rules.card_rules import CARD_RULES
from dls.rules.document_is_readable import document_is_readable
from dls.rules.placeholders_are_filled import placeholders_are_filled
from dls.rules.plan_can_decide import plan_can_decide
from dls.rules.repository_lists_the_stated_files import repository_lists_the_stated_files
from dls.rules.scenario_target_is_met import scenario_target_is_met
from dls.rules.schema_is_followed import schema_is_followed
from dls.rules.summary_counts_the_verdicts import summary_counts_the_verdicts
from dls.rules.version_is_known import version_is_known
from dls.rules.waiver_is_valid import waiver_is_valid

ALL: tuple[Rule, ...] = tuple(
    sorted(
        (
            document_is_readable,
            version_is_known,
            schema_is_followed,
            placeholders_are_filled,  # these four read any document
            waiver_is_valid,  # reads a reader's waivers
            *RULES,
            plan_can_decide,  # reads a profile
            repository_lists_the_stated_files,  # reads a statement and the hub's lists of files
            scenario_target_is_met,  # reads a statement and the reader's own profile
            summary_counts_the_verdicts,  # reads a reproduction report
            card_is_readable,
            *CARD_RULES,
        ),
        key=lambda rule: rule.code,
    )
)
