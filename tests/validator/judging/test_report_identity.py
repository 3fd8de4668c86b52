"""A report is about the statement's models only where it names them, and the files beside the weights are the same."""

import msgspec
import pytest
from tests.validator.conftest import IDENTITIES

from dls.canonical import sha256_hex
from dls.document.reader import read
from dls.judging.report_identity import identity_difference
from dls.model import Adapter, Model, ModelFile, ModelIdentity, ReproductionReport, Statement
from dls.standard.specification import spec_folder

DOCUMENTS = spec_folder() / "conformance" / "documents"
REPORT = msgspec.convert(read(DOCUMENTS / "report.yaml").value, ReproductionReport)
STATEMENT = msgspec.convert(read(DOCUMENTS / "publisher-reproduced.yaml").value, Statement)
IDENTITY = IDENTITIES["student"]
NAMES = ("files", "weights_sha256", "reading_sha256", "tensors_sha256")
MODEL = Model(name="example/student", access="white_box", **{name: getattr(IDENTITY, name) for name in NAMES})
OTHER = "e" * 64
ADAPTER = Adapter(weights_sha256=OTHER, reading_sha256=OTHER, tensors_sha256=OTHER)
SERVER = {"source": "https://example.org/v1", "snapshot": "student-2026-01-01"}
NO_DIGEST = "the report names no digest of it that the statement names too"


def difference(report, statement=MODEL, arm="student"):
    """Return how a report's model differs from a statement's."""
    return identity_difference(
        msgspec.structs.replace(REPORT, **{arm: report}), msgspec.structs.replace(STATEMENT, **{arm: statement}), arm
    )


def identity(**members):
    return msgspec.structs.replace(IDENTITY, **members)


def with_file(name, **members):
    """Return the identity with another file of a name."""
    files = tuple(msgspec.structs.replace(file, **members) if file.name == name else file for file in IDENTITY.files)
    return identity(files=files, reading_sha256=OTHER)


@pytest.mark.parametrize(
    ("report", "clause"),
    [
        (IDENTITY, None),
        (identity(files=()), None),
        (identity(tensors_sha256=None), None),
        (identity(weights_sha256=OTHER), None),
        (with_file("tokenizer.json", sha256=OTHER), None),
        (with_file("config.json", sha256=OTHER), "config.json differs"),
        (ModelIdentity(), NO_DIGEST),
        (ModelIdentity(source="https://example.org/v1", snapshot="student-2026-01-01"), NO_DIGEST),
        (
            ModelIdentity(tensors_sha256=IDENTITY.tensors_sha256),
            "the report names no digest of the files beside its weights",
        ),
        (
            identity(files=(), reading_sha256=OTHER),
            "the files beside the weights differ, and no list says which",
        ),
        (
            identity(files=(), reading_sha256=OTHER, tensors_sha256=None),
            "the files beside the weights differ, and no list says which",
        ),
        (identity(adapter=ADAPTER), "the copy has an adapter"),
        (
            identity(tensors_sha256=OTHER),
            f"its tensors_sha256 is {OTHER}; the statement has {IDENTITY.tensors_sha256}",
        ),
    ],
)
def test_a_report_about_another_student_says_how_it_differs(report, clause):
    assert difference(report) == clause


@pytest.mark.parametrize(
    ("report", "clause"),
    [
        (ModelIdentity(**SERVER), None),
        (ModelIdentity(source=SERVER["source"]), "snapshot differs"),
        (ModelIdentity(), "source differs, snapshot differs"),
        (IDENTITY, "the statement names no digest of it"),
    ],
)
def test_a_model_behind_a_server_is_compared_by_what_it_declares(report, clause):
    assert difference(report, Model(name="example/student", access="logprobs", **SERVER)) == clause


TWICE = {"student": ("lm_head.weight",)}


@pytest.mark.parametrize(
    ("report", "stored_twice", "clause"),
    [
        (identity(tensors_sha256=OTHER, weights_sha256=OTHER), TWICE, None),
        (identity(tensors_sha256=OTHER), {"teacher": ("lm_head.weight",)}, "its tensors_sha256 is"),
        (identity(tensors_sha256=None, weights_sha256=OTHER), TWICE, "its weights_sha256 is"),
        (
            msgspec.structs.replace(with_file("config.json", sha256=OTHER), tensors_sha256=OTHER),
            TWICE,
            "config.json differs",
        ),
        (
            identity(files=(), reading_sha256=None, tensors_sha256=OTHER),
            TWICE,
            "the report names no digest of the files",
        ),
        (identity(tensors_sha256=OTHER, adapter=ADAPTER), TWICE, "the copy has an adapter"),
    ],
)
def test_a_tied_tensor_that_one_folder_stores_twice_is_no_difference_where_the_report_names_it(
    report, stored_twice, clause
):
    named = msgspec.structs.replace(REPORT, student=report, stored_twice=stored_twice)
    answer = identity_difference(named, msgspec.structs.replace(STATEMENT, student=MODEL), "student")
    assert answer is None if clause is None else answer.startswith(clause)


def test_a_report_may_leave_the_teacher_out():
    assert difference(ModelIdentity(), arm="teacher") is None


def test_a_configuration_that_was_saved_again_is_no_difference():
    value = sha256_hex(b"its value")
    files = (ModelFile(name="config.json", bytes=9, sha256=OTHER, value_sha256=value), *IDENTITY.files[1:])
    model = msgspec.structs.replace(
        MODEL, files=(msgspec.structs.replace(MODEL.files[0], value_sha256=value), *MODEL.files[1:])
    )
    assert difference(identity(files=files, reading_sha256=OTHER), model) is None
