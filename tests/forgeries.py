"""Forgeries, each with the command that detects it and the test that tries it: the table of their page.

`python -m tests.forgeries` prints the table for `docs/forgeries.md`; a test holds the page to it.
"""

from typing import NamedTuple

BY_RECORDS = "tests/validator/verifying/test_forgeries.py::test_a_forgery_is_detected_by_its_command"
_MODELS, _SIGNED = "tests/reference_probes/reproduction/test_verification.py", "tests/validator/signing"
_RULES = "tests/validator/rules"
_IDENTITY = "tests/reference_probes/reproduction/test_identity_first.py"
_E = "test_a_digit_that_fits_any_loss_is_a_finding_and_refuted"
EXIT_CODE = 1
"""Of each command that detects a forgery."""


class Forgery(NamedTuple):
    """A change to an honest statement, the command that detects it, a part of the command's message, and the test."""

    name: str
    command: str
    message: str
    test: str = BY_RECORDS


VALIDATE, RECOMPUTE, REPRODUCE = "validate", "recompute", "reproduce"
TABLE = (
    Forgery("a better student value", RECOMPUTE, "student 0"),
    Forgery("a flipped direction", VALIDATE, "DLS203"),
    Forgery("a narrowed interval", RECOMPUTE, "the high end of loss's interval"),
    Forgery("an interval from another n", RECOMPUTE, "has n_units 1500"),
    Forgery("an outcome that its interval does not support", VALIDATE, "DLS209"),
    Forgery("a margin loosened in the claim", VALIDATE, "DLS503"),
    Forgery("a margin loosened in the profile", VALIDATE, "DLS502"),
    Forgery("records of another seed", RECOMPUTE, "makes items with digest"),
    Forgery(
        "records edited and hashed again all the way up",
        REPRODUCE,
        "differs by",
        f"{_MODELS}::test_records_edited_and_hashed_again_pass_recompute_and_fail_reproduce",
    ),
    Forgery(
        "records copied from teacher to student",
        REPRODUCE,
        "differs by",
        f"{_MODELS}::test_records_copied_from_the_teacher_pass_recompute_and_fail_reproduce",
    ),
    Forgery("items dropped where the student failed", RECOMPUTE, "100 records for 120 items"),
    Forgery("the best of five seeds", VALIDATE, "DLS505"),
    Forgery(
        "another model's weights",
        f"{REPRODUCE} --student-is-source",
        "and another model was measured",
        f"{_MODELS}::test_another_model_at_the_named_source_refutes_every_claim",
    ),
    Forgery(
        "the teacher replaced by a weaker one",
        f"{REPRODUCE} --teacher-is-source",
        "and another model was measured",
        f"{_MODELS}::test_another_model_at_the_named_source_refutes_every_claim",
    ),
    Forgery(
        "a student fine-tuned by rote on the published items",
        f"{REPRODUCE} --key K",
        "differs by",
        f"{_MODELS}::test_a_student_that_learnt_the_published_items_by_rote_fails_on_fresh_ones",
    ),
    Forgery("claim, acceptance and evidence deleted together", VALIDATE, "DLS507"),
    Forgery("a loss of a manifest left out", VALIDATE, "DLS308"),
    Forgery("an own profile that requires little", f"{VALIDATE} --strict --scenario general_chat", "DLS509"),
    Forgery(
        "a hundred extra claims to dilute Holm",
        REPRODUCE,
        "differs by",
        f"{_MODELS}::test_claims_that_are_not_required_dilute_nothing",
    ),
    Forgery("a waiver beside the statement", VALIDATE, "DLS209"),
    Forgery("independence claimed without a signed report", VALIDATE, "independently_reproduced"),
    Forgery(
        "independence signed with an untrusted key",
        f"{VALIDATE} --trust KEYS",
        "none of the keys that you trust",
        f"{_SIGNED}/test_established_assurance.py::test_an_untrusted_signature_establishes_nothing_and_fails_the_claim",
    ),
    Forgery(
        "independence signed by the issuer with a trusted key",
        "verify --trust KEYS",
        "no independent reproduction",
        f"{_SIGNED}/test_who_may_be_believed.py::test_a_report_by_the_issuer_is_refused_however_the_name_is_written",
    ),
    Forgery(
        "independence signed by the issuer under another name",
        f"{VALIDATE} --trust KEYS",
        "the key is the one of",
        f"{_SIGNED}/test_trust_files.py::test_the_issuers_key_never_counts_as_another_partys",
    ),
    Forgery(
        "evidence that is a link to a file of the reader",
        VALIDATE,
        "DLS303",
        "tests/validator/evidence/test_links.py::test_of_another_content_outside_nothing_is_told",
    ),
    Forgery("evidence from an older probe version", RECOMPUTE, "install an earlier release"),
    Forgery("an old report of an earlier revision", VALIDATE, "DLS703"),
    Forgery("a required dimension labelled not applicable", VALIDATE, "DLS603"),
    Forgery("a loss deleted and the file dated again", VALIDATE, "DLS107"),
    Forgery(
        "a loss printed with a digit that fits any loss", VALIDATE, "DLS218", f"{_RULES}/test_forged_digits.py::{_E}"
    ),
    Forgery("fewer digits than the evidence has", VALIDATE, "DLS309"),
    Forgery("a member left out that the evidence has", VALIDATE, "DLS309"),
    Forgery("a loss excused by a check that no probe makes", VALIDATE, "DLS212"),
    Forgery("a loss excused by a check that the student alone fails", VALIDATE, "DLS212"),
    Forgery("two runs behind one claim", VALIDATE, "DLS301"),
    Forgery("an own metric in the place of a dimension", VALIDATE, "DLS601"),
    Forgery("a made-up number at a dead address", RECOMPUTE, "lies elsewhere"),
    Forgery("a publisher that calls itself a third party", VALIDATE, "DLS605"),
    Forgery("a party's name in letters that look the same", f"{VALIDATE} --strict", "DLS808"),
    Forgery("a text that denies the loss", f"{VALIDATE} --strict", "DLS809"),
    Forgery("a loss accepted with one letter", f"{VALIDATE} --strict", "DLS807"),
    Forgery("a review in the year 9999", f"{VALIDATE} --strict", "DLS607"),
    Forgery("a profile fixed before the standard", f"{VALIDATE} --strict", "DLS504"),
    Forgery(
        "another model by a line of config.json",
        f"{REPRODUCE} --student-is-source",
        "config.json differs",
        f"{_IDENTITY}::test_a_cache_is_the_source_at_its_own_name_and_revision_alone",
    ),
    Forgery(
        "a chat template that asks otherwise",
        f"{REPRODUCE} --student-is-source",
        "the items get other prompts",
        f"{_IDENTITY}::test_a_template_at_the_named_source_that_asks_otherwise_refutes",
    ),
    Forgery(
        "an invented digest of prompts, to excuse a number",
        REPRODUCE,
        "differs by",
        "tests/reference_probes/reproduction/test_changes.py::test_a_second_run_says_of_a_change_what_the_table_says",
    ),
    Forgery("a device that does not exist, to excuse a number", VALIDATE, "DLS320"),
    Forgery(
        "a loss at the margin on the best of many seeds",
        f"{REPRODUCE} --key K",
        "and inconclusive on",
        "tests/reference_probes/reproduction/test_replication.py::"
        "test_the_fresh_draw_alone_decides_a_target_that_is_claimed_preserved",
    ),
    Forgery(
        "a published loss judged by the target of a probe",
        VALIDATE,
        "DLS210",
        f"{_RULES}/test_published_rows.py::test_not_even_a_large_published_loss_decides_a_target_of_a_probe",
    ),
)


def as_markdown() -> str:
    """Return the table of their page."""
    rows = ["| forgery | is caught by | which says |", "| --- | --- | --- |"]
    return "\n".join([*rows, *(_row(forgery) for forgery in TABLE)])


def _row(forgery: Forgery) -> str:
    message = forgery.message if forgery.message.startswith("DLS") else f"“… {forgery.message} …”"
    return f"| {forgery.name} | `dls {forgery.command}` | {message} |"


if __name__ == "__main__":
    print(as_markdown())  # noqa: T201
