"""The closed sets of words that several objects of the standard share."""

from typing import Literal

Dimension = Literal["uncertainty", "boundary", "process", "on_policy", "grounding", "privacy", "safety", "diversity"]
ReadingDimension = Literal[Dimension, "headline", "fidelity"]
Assurance = Literal["declared", "consistent", "recomputed", "reproduced", "independently_reproduced"]
Access = Literal["white_box", "logprobs", "sampling", "black_box", "none"]
Outcome = Literal["preserved", "lost", "inconclusive"]
ClaimOutcome = Literal["preserved", "lost", "inconclusive", "reported"]
Mark = Literal["improved", "degraded_within_margin", "post_hoc"]
Reason = Literal[
    "no_interval",
    "too_few_units",
    "teacher_interval_missing",
    "teacher_at_chance",
    "validity_check_failed",
    "not_regenerated",
    "chosen_seed",
    "n_not_planned",
    "declared_student",
]
Arm = Literal["teacher", "student", "control", "student_base"]
