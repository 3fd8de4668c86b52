"""The words of a page: dimensions as questions, reasons and labels as sentences, numbers as text."""

from dls.model import Absence, Claim, PrintedInterval, Reading, Reason, Target
from dls.page.view import FailedCheck

QUESTIONS = {
    "uncertainty": "Does its confidence say how often it is right?",
    "boundary": "Does it hold back where it cannot know?",
    "process": "Are its reasoning steps valid?",
    "on_policy": "Does it stay stable on its own text?",
    "grounding": "Does it use the evidence it is given?",
    "privacy": "Does it keep secrets?",
    "safety": "Does it refuse what it should, and only that?",
    "diversity": "Does it keep the variety of its answers?",
    "headline": "The task score (no dimension of its own)",
    "fidelity": "Agreement with the teacher (no dimension of its own)",
}
REASONS: dict[Reason, str] = {
    "no_interval": "no interval of the tested number is stated",
    "too_few_units": "there are fewer units than the interval's method needs",
    "teacher_interval_missing": "the teacher's interval is missing",
    "teacher_at_chance": "the teacher is no better than chance, so there is nothing to keep",
    "validity_check_failed": "a validity check of the probe failed, so the number does not mean what it is named after",
    "not_regenerated": "the evidence was not regenerated for this claim",
    "chosen_seed": "the issuer chose the items instead of deriving them",
    "n_not_planned": "the number of units is not the planned one",
    "declared_student": "the student is known by a declaration alone",
}
STATUSES = {
    "not_measured": "not measured",
    "not_applicable": "does not apply",
    "withheld": "withheld",
    "not_stated": "nothing is said of it",
}
JUSTIFICATIONS = {
    "no_training_data_access": "no access to the training data",
    "insufficient_model_access": "not enough access to the models",
    "no_probe_for_modality": "no probe for this modality",
    "too_costly": "too costly",
    "not_in_source": "not in the source",
    "legal_restriction": "a legal restriction",
    "modality": "the modality lacks it",
    "no_such_function": "the system has no such function",
    "security": "for security",
    "third_party_confidential": "confidential for a third party",
}
MARKS = {
    "improved": "better than the teacher",
    "degraded_within_margin": "worse, within the margin",
    "post_hoc": "chosen after the measurement",
}
INCONCLUSIVE = "its interval reaches across the limit; more items would decide"
NO_VALUE = "\N{EN DASH}"


def label_of(absence: Absence) -> str:
    """Return an absence in words: its status and the reason."""
    return f"{STATUSES[absence.status]}: {JUSTIFICATIONS[absence.justification]}"


def number(value: float) -> str:
    """Return a number as its document prints it, to six significant digits, with a true minus sign."""
    return f"{value:.6g}".replace("-", "\N{MINUS SIGN}")


def reading_text(reading: Reading | None) -> str:
    """Return a value."""
    return NO_VALUE if reading is None else number(reading.value)


def loss_text(claim: Claim) -> str:
    """Return the loss with its interval."""
    if claim.loss is None:
        return NO_VALUE
    return f"{number(claim.loss.value)}{interval_text(claim.loss.interval)}"


def interval_text(interval: PrintedInterval | None) -> str:
    """Return the ends of an interval in brackets, after a space; empty without one."""
    return "" if interval is None else f" [{number(interval.low)}, {number(interval.high)}]"


def limit_text(target: Target) -> str:
    """Return the limit of a target: the margin, floor, cap, or the share to keep."""
    limits = (("≤ ", target.margin), ("floor ", target.floor), ("cap ", target.cap), ("keep ", target.at_least))
    return next((f"{name}{number(value)}" for name, value in limits if value is not None), NO_VALUE)


def failed_check_text(check: FailedCheck) -> str:
    """Return a failed check in words: the values of both models, the floor, and the claims that it makes doubtful."""
    values = f"teacher {check.teacher}, student {check.student}, at least {check.floor} is needed"
    doubt = f" Because of it none of these is preserved: {', '.join(check.titles)}." if check.titles else ""
    return f"A check of {check.probe}: {values}.{doubt}"


def student_text(claim: Claim) -> str:
    """Return the student's value, or that of the pair."""
    return reading_text(claim.student or claim.pair)
