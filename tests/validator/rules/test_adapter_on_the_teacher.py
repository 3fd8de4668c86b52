"""An adapter makes another model of its base, and the base may be the teacher."""

from pathlib import Path

import pytest

from dls.checking.validate import check
from dls.document.reader import read
from dls.document.writer import yaml_text

DOCUMENT = Path("spec/1.0/conformance/documents/publisher.yaml")


def adapter(digit):
    names = ("weights_sha256", "reading_sha256", "tensors_sha256")
    return {"adapter": {**dict.fromkeys(names, digit * 64), "files": []}}


@pytest.mark.parametrize(
    ("teacher", "student", "is_the_teacher"),
    [
        ({}, {}, True),
        ({}, adapter("a"), False),
        (adapter("a"), adapter("b"), False),
        (adapter("a"), adapter("a"), True),
    ],
)
def test_a_student_on_the_teachers_weights_is_another_model_by_its_adapter(teacher, student, is_the_teacher, tmp_path):
    value = read(DOCUMENT).value
    value["student"] |= {"tensors_sha256": value["teacher"]["tensors_sha256"], **student}
    value["teacher"] |= teacher
    path = tmp_path / "dls.yaml"
    path.write_text(yaml_text(value))
    assert ("DLS101" in {finding.code for finding in check(path).findings}) == is_the_teacher
