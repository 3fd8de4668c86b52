"""The questions that only a person can answer: the one home of the words in a gap."""

from dls.standard.numbers import GAP

_LABELS = (
    "no_training_data_access, insufficient_model_access, no_probe_for_modality, too_costly, not_in_source or "
    "legal_restriction (for another status see `dls explain DLS602`)"
)
_QUESTIONS = {
    "issuer.name": "the party that issues the statement",
    "issuer.contact": "an address at which a reader reaches the issuer",
    "model.name": "the name under which people know the model",
    "identity_note": "why the model is not pinned; or replace this member by its revision or its digests",
    "model.source": "the address from which the model can be had, as in hf://organisation/name",
    "objective": "the objective, and on whose text; and list the signals that passed",
    "intended_use": "the use that the student is for",
    "out_of_scope": "uses that it is not for",
    "stakes": "the consequences of a mistake, and for whom",
    "limits": "the parts that nothing here measures, and conclusions not to draw",
    "justification": f"one of {_LABELS}",
    "note": "why it was not measured",
    "reason": "why this result is acceptable in this use",
    "borne_by": "the people who bear the loss",
    "mitigation": "the measure that makes the loss smaller, or its absence",
    "monitoring": "the sign that would change the decision, and who looks for it",
    "accepted_by": "the person or body that answers for the acceptance",
    "review_by": "the day of the next review, YYYY-MM-DD, at most five years after the issue",
}


def gap(question: str, suggestion: str = "") -> str:
    """Return the marked gap for a question, with a suggestion that a file made."""
    return f"{GAP}: {_QUESTIONS[question]}{f'; perhaps {suggestion}' if suggestion else ''}"
