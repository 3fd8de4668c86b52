"""The rules that a statement is checked by, in the order of the specification."""

from dls.rules._rule import Rule
from dls.rules._waivers import Waiver, Waivers
from dls.rules.absent_metric_is_not_claimed import absent_metric_is_not_claimed
from dls.rules.acceptance_names_a_loss_or_absence import acceptance_names_a_loss_or_absence
from dls.rules.acceptances_are_not_copied import acceptances_are_not_copied
from dls.rules.adjusted_p_follows_holm import adjusted_p_follows_holm
from dls.rules.arms_are_asked_alike import arms_are_asked_alike
from dls.rules.assurance_is_supported import assurance_is_supported
from dls.rules.cause_needs_a_control import cause_needs_a_control
from dls.rules.chosen_seed_is_never_preserved import chosen_seed_is_never_preserved
from dls.rules.circumstances_are_known import circumstances_are_known
from dls.rules.claim_outcome_is_the_worst import claim_outcome_is_the_worst
from dls.rules.claim_repeats_its_manifest import claim_repeats_its_manifest
from dls.rules.claims_are_unique import claims_are_unique
from dls.rules.claims_name_their_evidence import claims_name_their_evidence
from dls.rules.comment_ends_no_text import comment_ends_no_text
from dls.rules.dates_are_calendar_days import dates_are_calendar_days
from dls.rules.dates_are_in_order import dates_are_in_order
from dls.rules.declared_student_is_never_preserved import declared_student_is_never_preserved
from dls.rules.digests_follow_from_files import digests_follow_from_files
from dls.rules.dimension_matches_the_metric import dimension_matches_the_metric
from dls.rules.errors_are_few import errors_are_few
from dls.rules.every_dimension_is_covered import every_dimension_is_covered
from dls.rules.evidence_has_the_members_of_its_kind import evidence_has_the_members_of_its_kind
from dls.rules.evidence_has_the_stated_digest import evidence_has_the_stated_digest
from dls.rules.evidence_is_used import evidence_is_used
from dls.rules.failed_check_is_inconclusive import failed_check_is_inconclusive
from dls.rules.flips_match_the_counts import flips_match_the_counts
from dls.rules.hub_revision_is_a_commit import hub_revision_is_a_commit
from dls.rules.ids_are_unique import ids_are_unique
from dls.rules.inequalities_hold import inequalities_hold
from dls.rules.insignificant_is_not_preserved import insignificant_is_not_preserved
from dls.rules.interval_names_its_units import interval_names_its_units
from dls.rules.interval_uses_the_registered_method import interval_uses_the_registered_method
from dls.rules.intervals_contain_their_value import intervals_contain_their_value
from dls.rules.items_follow_from_the_seed import items_follow_from_the_seed
from dls.rules.justification_matches_the_status import justification_matches_the_status
from dls.rules.listed_report_is_available import listed_report_is_available
from dls.rules.loss_is_the_difference import loss_is_the_difference
from dls.rules.losses_and_absences_are_accepted import losses_and_absences_are_accepted
from dls.rules.manifest_is_complete import manifest_is_complete
from dls.rules.manifest_is_readable import manifest_is_readable
from dls.rules.manifest_matches_the_statement import manifest_matches_the_statement
from dls.rules.marks_follow_from_the_interval import marks_follow_from_the_interval
from dls.rules.mean_is_possible import mean_is_possible
from dls.rules.measured_metrics_are_claimed import measured_metrics_are_claimed
from dls.rules.metric_is_known import metric_is_known
from dls.rules.models_answered_the_same_items import models_answered_the_same_items
from dls.rules.models_are_pinned import models_are_pinned
from dls.rules.names_look_different import names_look_different
from dls.rules.never_needs_many_trials import never_needs_many_trials
from dls.rules.no_text_says_lossless import no_text_says_lossless
from dls.rules.numbers_are_printed_precisely import numbers_are_printed_precisely
from dls.rules.outcome_follows_from_the_interval import outcome_follows_from_the_interval
from dls.rules.own_profile_can_decide import own_profile_can_decide
from dls.rules.p_value_agrees_with_the_interval import p_value_agrees_with_the_interval
from dls.rules.paired_interval_is_possible import paired_interval_is_possible
from dls.rules.passed_follows_from_value_and_floor import passed_follows_from_value_and_floor
from dls.rules.paths_stay_in_the_folder import paths_stay_in_the_folder
from dls.rules.probed_models_have_digests import probed_models_have_digests
from dls.rules.profile_is_available import profile_is_available
from dls.rules.profile_matches_the_statement import profile_matches_the_statement
from dls.rules.profile_precedes_the_measurement import profile_precedes_the_measurement
from dls.rules.proportion_interval_fits_n import proportion_interval_fits_n
from dls.rules.proportions_have_counts import proportions_have_counts
from dls.rules.reason_holds import reason_holds
from dls.rules.records_have_their_digests import records_have_their_digests
from dls.rules.regenerated_claims_name_probe_and_items import regenerated_claims_name_probe_and_items
from dls.rules.report_matches_the_statement import report_matches_the_statement
from dls.rules.required_dimension_applies import required_dimension_applies
from dls.rules.required_metrics_are_claimed_or_absent import required_metrics_are_claimed_or_absent
from dls.rules.retention_follows_from_the_values import retention_follows_from_the_values
from dls.rules.review_comes_after_issue import review_comes_after_issue
from dls.rules.revision_names_its_predecessor import revision_names_its_predecessor
from dls.rules.standard_deviation_is_possible import standard_deviation_is_possible
from dls.rules.statement_is_in_force import statement_is_in_force
from dls.rules.student_is_not_the_teacher import student_is_not_the_teacher
from dls.rules.targets_match_the_profile import targets_match_the_profile
from dls.rules.teacher_clears_chance import teacher_clears_chance
from dls.rules.text_has_no_control_characters import text_has_no_control_characters
from dls.rules.texts_agree_with_the_outcomes import texts_agree_with_the_outcomes
from dls.rules.texts_say_something import texts_say_something
from dls.rules.transcribed_is_never_preserved import transcribed_is_never_preserved
from dls.rules.twin_is_claimed import twin_is_claimed
from dls.rules.units_are_enough_for_the_method import units_are_enough_for_the_method
from dls.rules.unplanned_n_is_never_preserved import unplanned_n_is_never_preserved
from dls.rules.value_follows_from_the_count import value_follows_from_the_count
from dls.rules.values_are_in_range import values_are_in_range
from dls.rules.values_fit_the_comparator import values_fit_the_comparator
from dls.rules.withdrawal_has_a_reason import withdrawal_has_a_reason

__all__ = ["RULES", "Rule", "Waiver", "Waivers"]

RULES: tuple[Rule, ...] = (
    student_is_not_the_teacher,
    models_are_pinned,
    hub_revision_is_a_commit,
    probed_models_have_digests,
    dates_are_calendar_days,
    dates_are_in_order,
    revision_names_its_predecessor,
    ids_are_unique,
    digests_follow_from_files,
    withdrawal_has_a_reason,
    statement_is_in_force,
    metric_is_known,
    claims_are_unique,
    loss_is_the_difference,
    values_fit_the_comparator,
    values_are_in_range,
    intervals_contain_their_value,
    value_follows_from_the_count,
    proportions_have_counts,
    outcome_follows_from_the_interval,
    claim_outcome_is_the_worst,
    marks_follow_from_the_interval,
    reason_holds,
    dimension_matches_the_metric,
    models_answered_the_same_items,
    flips_match_the_counts,
    retention_follows_from_the_values,
    interval_names_its_units,
    numbers_are_printed_precisely,
    claims_name_their_evidence,
    evidence_is_used,
    paths_stay_in_the_folder,
    evidence_has_the_stated_digest,
    manifest_is_readable,
    records_have_their_digests,
    manifest_matches_the_statement,
    measured_metrics_are_claimed,
    claim_repeats_its_manifest,
    evidence_has_the_members_of_its_kind,
    regenerated_claims_name_probe_and_items,
    items_follow_from_the_seed,
    transcribed_is_never_preserved,
    failed_check_is_inconclusive,
    errors_are_few,
    manifest_is_complete,
    passed_follows_from_value_and_floor,
    arms_are_asked_alike,
    declared_student_is_never_preserved,
    circumstances_are_known,
    mean_is_possible,
    proportion_interval_fits_n,
    paired_interval_is_possible,
    inequalities_hold,
    units_are_enough_for_the_method,
    teacher_clears_chance,
    p_value_agrees_with_the_interval,
    adjusted_p_follows_holm,
    standard_deviation_is_possible,
    interval_uses_the_registered_method,
    twin_is_claimed,
    profile_is_available,
    profile_matches_the_statement,
    targets_match_the_profile,
    profile_precedes_the_measurement,
    chosen_seed_is_never_preserved,
    unplanned_n_is_never_preserved,
    required_metrics_are_claimed_or_absent,
    own_profile_can_decide,
    every_dimension_is_covered,
    justification_matches_the_status,
    required_dimension_applies,
    absent_metric_is_not_claimed,
    losses_and_absences_are_accepted,
    acceptance_names_a_loss_or_absence,
    review_comes_after_issue,
    assurance_is_supported,
    listed_report_is_available,
    report_matches_the_statement,
    cause_needs_a_control,
    never_needs_many_trials,
    text_has_no_control_characters,
    no_text_says_lossless,
    insignificant_is_not_preserved,
    acceptances_are_not_copied,
    texts_say_something,
    names_look_different,
    texts_agree_with_the_outcomes,
    comment_ends_no_text,
)
"""The rules that read a statement and the files beside it."""
