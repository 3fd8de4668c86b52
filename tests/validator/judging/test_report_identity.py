"""A report is about the statement's model only where the files beside the weights are the statement's too."""

import msgspec
import pytest
from tests.validator.conftest import IDENTITIES

from dls.canonical import sha256_hex
from dls.judging.report_identity import identity_difference
from dls.model import Adapter, Model, ModelFile, ModelIdentity

IDENTITY = IDENTITIES["student"]
MODEL = Model(
    name="example/student",
    access="white_box",
    **{name: getattr(IDENTITY, name) for name in ("files", "weights_sha256", "reading_sha256", "tensors_sha256")},
)
OTHER = "e" * 64


def with_file(name, **members):
    """Return the identity with another file of a name."""
    files = tuple(msgspec.structs.replace(file, **members) if file.name == name else file for file in IDENTITY.files)
    return msgspec.structs.replace(IDENTITY, files=files, reading_sha256=OTHER)


ADAPTER = Adapter(weights_sha256=OTHER, reading_sha256=OTHER, tensors_sha256=OTHER)


@pytest.mark.parametrize(
    ("report", "difference"),
    [
        (IDENTITY, None),
        (ModelIdentity(), None),
        (ModelIdentity(tensors_sha256=IDENTITY.tensors_sha256), None),
        (with_file("tokenizer.json", sha256=OTHER), None),
        (with_file("config.json", sha256=OTHER), "config.json differs"),
        (
            msgspec.structs.replace(IDENTITY, files=(), reading_sha256=OTHER),
            "the files beside the weights differ, and no list says which",
        ),
        (msgspec.structs.replace(IDENTITY, adapter=ADAPTER), "the copy has an adapter"),
        (
            msgspec.structs.replace(IDENTITY, tensors_sha256=OTHER),
            f"its tensors_sha256 is {OTHER}; the statement has {IDENTITY.tensors_sha256}",
        ),
    ],
)
def test_a_report_about_another_model_says_how_it_differs(report, difference):
    assert identity_difference(report, MODEL) == difference


def test_a_configuration_that_was_saved_again_is_no_difference():
    value = sha256_hex(b"its value")
    files = (ModelFile(name="config.json", bytes=9, sha256=OTHER, value_sha256=value), *IDENTITY.files[1:])
    model = msgspec.structs.replace(
        MODEL, files=(msgspec.structs.replace(MODEL.files[0], value_sha256=value), *MODEL.files[1:])
    )
    assert identity_difference(msgspec.structs.replace(IDENTITY, files=files, reading_sha256=OTHER), model) is None
