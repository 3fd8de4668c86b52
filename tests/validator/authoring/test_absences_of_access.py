"""A metric that the access to the models does not give is an absence with its reason, and no gap for a person."""

from dls.authoring.absences import draft_absences
from dls.scenarios.profile import load_profile

LABEL = "insufficient_model_access"


def labels(access):
    profile = load_profile("general_chat")
    entries = draft_absences([], profile, [], access=access)
    return {entry["dimension"]: entry["justification"] for entry in entries}


def test_a_dimension_whose_targets_all_need_more_is_out_of_reach():
    reached = labels("sampling")
    assert reached["uncertainty"] == LABEL
    assert "TODO" in reached["process"]  # whole traces are texts: why nobody measured them, only a person knows


def test_with_the_weights_a_person_gives_every_reason():
    assert LABEL not in labels("white_box").values()


def test_the_note_names_the_metrics_and_what_they_need():
    entries = draft_absences([], load_profile("general_chat"), [], access="sampling")
    note = next(entry["note"] for entry in entries if entry["dimension"] == "uncertainty")
    assert note.startswith("The metric brier_top_label needs log-probabilities")
    assert note.endswith("texts and samples alone.")
