"""The rules, in the order of the specification."""

from dls.rules._rule import Rule
from dls.rules._waivers import Waiver, Waivers
from dls.rules.absence_contradicts_no_claim import absence_contradicts_no_claim
from dls.rules.absence_has_its_own_justification import absence_has_its_own_justification
from dls.rules.acceptance_is_of_something_open import acceptance_is_of_something_open
from dls.rules.acceptances_are_written_each import acceptances_are_written_each
from dls.rules.adjusted_p_is_holms import adjusted_p_is_holms
from dls.rules.arms_saw_the_same_items import arms_saw_the_same_items
from dls.rules.assurance_is_supported import assurance_is_supported
from dls.rules.cause_needs_a_control import cause_needs_a_control
from dls.rules.chosen_seed_is_never_preserved import chosen_seed_is_never_preserved
from dls.rules.claim_has_its_worst_outcome import claim_has_its_worst_outcome
from dls.rules.claim_repeats_its_manifest import claim_repeats_its_manifest
from dls.rules.claims_are_unique import claims_are_unique
from dls.rules.claims_name_their_evidence import claims_name_their_evidence
from dls.rules.count_gives_the_value import count_gives_the_value
from dls.rules.dates_are_days import dates_are_days
from dls.rules.dates_are_in_order import dates_are_in_order
from dls.rules.dimension_is_the_metrics import dimension_is_the_metrics
from dls.rules.document_is_readable import document_is_readable
from dls.rules.errors_are_few import errors_are_few
from dls.rules.evidence_has_its_digest import evidence_has_its_digest
from dls.rules.evidence_is_used import evidence_is_used
from dls.rules.evidence_says_what_its_kind_needs import evidence_says_what_its_kind_needs
from dls.rules.evidence_stays_in_its_folder import evidence_stays_in_its_folder
from dls.rules.failed_check_is_inconclusive import failed_check_is_inconclusive
from dls.rules.flips_fit_the_counts import flips_fit_the_counts
from dls.rules.gaps_are_filled import gaps_are_filled
from dls.rules.hub_revision_is_a_commit import hub_revision_is_a_commit
from dls.rules.ids_are_unique import ids_are_unique
from dls.rules.inequalities_hold import inequalities_hold
from dls.rules.interval_is_the_registered_method import interval_is_the_registered_method
from dls.rules.intervals_hold_their_value import intervals_hold_their_value
from dls.rules.items_follow_from_the_seed import items_follow_from_the_seed
from dls.rules.listed_reproduction_is_there import listed_reproduction_is_there
from dls.rules.loss_interval_names_its_units import loss_interval_names_its_units
from dls.rules.loss_is_the_difference import loss_is_the_difference
from dls.rules.manifest_is_about_this_statement import manifest_is_about_this_statement
from dls.rules.manifest_is_readable import manifest_is_readable
from dls.rules.manifest_leaves_nothing_out import manifest_leaves_nothing_out
from dls.rules.marks_follow_from_the_interval import marks_follow_from_the_interval
from dls.rules.mean_is_possible import mean_is_possible
from dls.rules.measured_metrics_are_claimed import measured_metrics_are_claimed
from dls.rules.metric_is_known import metric_is_known
from dls.rules.models_are_pinned import models_are_pinned
from dls.rules.n_is_enough_for_the_method import n_is_enough_for_the_method
from dls.rules.never_needs_many_trials import never_needs_many_trials
from dls.rules.no_difference_is_no_finding import no_difference_is_no_finding
from dls.rules.no_dimension_is_passed_over import no_dimension_is_passed_over
from dls.rules.nothing_is_lossless import nothing_is_lossless
from dls.rules.open_items_are_accepted import open_items_are_accepted
from dls.rules.outcome_follows_from_the_interval import outcome_follows_from_the_interval
from dls.rules.own_profile_can_decide import own_profile_can_decide
from dls.rules.p_values_follow import p_values_follow
from dls.rules.paired_interval_is_possible import paired_interval_is_possible
from dls.rules.passed_follows_from_value_and_floor import passed_follows_from_value_and_floor
from dls.rules.plan_can_decide import plan_can_decide
from dls.rules.probed_models_have_digests import probed_models_have_digests
from dls.rules.profile_can_be_had import profile_can_be_had
from dls.rules.profile_is_the_pinned_one import profile_is_the_pinned_one
from dls.rules.profile_was_fixed_before import profile_was_fixed_before
from dls.rules.proportion_interval_fits_n import proportion_interval_fits_n
from dls.rules.proportions_carry_counts import proportions_carry_counts
from dls.rules.readings_fit_the_comparator import readings_fit_the_comparator
from dls.rules.reason_is_true import reason_is_true
from dls.rules.records_have_their_digests import records_have_their_digests
from dls.rules.regenerated_claims_name_probe_and_items import regenerated_claims_name_probe_and_items
from dls.rules.reproduction_is_about_this_statement import reproduction_is_about_this_statement
from dls.rules.required_dimension_applies import required_dimension_applies
from dls.rules.required_metrics_are_claimed_or_absent import required_metrics_are_claimed_or_absent
from dls.rules.retention_is_the_share_kept import retention_is_the_share_kept
from dls.rules.review_comes_after_issue import review_comes_after_issue
from dls.rules.revision_names_the_one_before import revision_names_the_one_before
from dls.rules.scenario_target_is_met import scenario_target_is_met
from dls.rules.schema_is_followed import schema_is_followed
from dls.rules.short_plan_is_never_preserved import short_plan_is_never_preserved
from dls.rules.spread_is_possible import spread_is_possible
from dls.rules.student_is_not_the_teacher import student_is_not_the_teacher
from dls.rules.summary_counts_the_verdicts import summary_counts_the_verdicts
from dls.rules.targets_are_the_profiles import targets_are_the_profiles
from dls.rules.teacher_clears_chance import teacher_clears_chance
from dls.rules.text_moves_no_cursor import text_moves_no_cursor
from dls.rules.transcribed_is_never_preserved import transcribed_is_never_preserved
from dls.rules.twin_is_claimed import twin_is_claimed
from dls.rules.values_are_in_range import values_are_in_range
from dls.rules.version_is_known import version_is_known
from dls.rules.waiver_holds import waiver_holds

__all__ = ["ALL", "RULES", "Rule", "Waiver", "Waivers"]

RULES: tuple[Rule, ...] = (
    student_is_not_the_teacher,
    models_are_pinned,
    hub_revision_is_a_commit,
    probed_models_have_digests,
    dates_are_days,
    dates_are_in_order,
    revision_names_the_one_before,
    ids_are_unique,
    metric_is_known,
    claims_are_unique,
    loss_is_the_difference,
    readings_fit_the_comparator,
    values_are_in_range,
    intervals_hold_their_value,
    count_gives_the_value,
    proportions_carry_counts,
    outcome_follows_from_the_interval,
    claim_has_its_worst_outcome,
    marks_follow_from_the_interval,
    reason_is_true,
    dimension_is_the_metrics,
    arms_saw_the_same_items,
    flips_fit_the_counts,
    retention_is_the_share_kept,
    loss_interval_names_its_units,
    claims_name_their_evidence,
    evidence_is_used,
    evidence_stays_in_its_folder,
    evidence_has_its_digest,
    manifest_is_readable,
    records_have_their_digests,
    manifest_is_about_this_statement,
    measured_metrics_are_claimed,
    claim_repeats_its_manifest,
    evidence_says_what_its_kind_needs,
    regenerated_claims_name_probe_and_items,
    items_follow_from_the_seed,
    transcribed_is_never_preserved,
    failed_check_is_inconclusive,
    errors_are_few,
    manifest_leaves_nothing_out,
    passed_follows_from_value_and_floor,
    mean_is_possible,
    proportion_interval_fits_n,
    paired_interval_is_possible,
    inequalities_hold,
    n_is_enough_for_the_method,
    teacher_clears_chance,
    p_values_follow,
    adjusted_p_is_holms,
    spread_is_possible,
    interval_is_the_registered_method,
    twin_is_claimed,
    profile_can_be_had,
    profile_is_the_pinned_one,
    targets_are_the_profiles,
    profile_was_fixed_before,
    chosen_seed_is_never_preserved,
    short_plan_is_never_preserved,
    required_metrics_are_claimed_or_absent,
    own_profile_can_decide,
    no_dimension_is_passed_over,
    absence_has_its_own_justification,
    required_dimension_applies,
    absence_contradicts_no_claim,
    open_items_are_accepted,
    acceptance_is_of_something_open,
    review_comes_after_issue,
    assurance_is_supported,
    listed_reproduction_is_there,
    reproduction_is_about_this_statement,
    cause_needs_a_control,
    never_needs_many_trials,
    text_moves_no_cursor,
    nothing_is_lossless,
    no_difference_is_no_finding,
    acceptances_are_written_each,
)
"""Each reads a statement and what lies beside it."""

ALL: tuple[Rule, ...] = tuple(
    sorted(
        (
            document_is_readable,
            version_is_known,
            schema_is_followed,
            gaps_are_filled,  # these read any document
            waiver_holds,  # reads a reader's waivers
            *RULES,
            plan_can_decide,  # reads a profile
            scenario_target_is_met,  # reads a statement and the reader's own profile
            summary_counts_the_verdicts,  # reads a reproduction report
        ),
        key=lambda rule: rule.code,
    )
)
