"""DLS101: student is not the teacher."""

from collections.abc import Iterator

from dls.finding import Violation
from dls.judging.context import RuleContext
from dls.model import Model
from dls.rules._rule import rule


def _identity(model: Model) -> tuple[str | None, ...]:
    return model.name, model.source, model.revision, model.snapshot


def _adapter(model: Model) -> str | None:
    return model.adapter.tensors_sha256 if model.adapter else None


@rule("DLS101", spec="models")
def student_is_not_the_teacher(context: RuleContext) -> Iterator[Violation]:
    """Teacher and student are two different models.

    An adapter makes another model of its base, so the base may be the teacher.

    ## Why

    A statement about a model and itself finds no loss. This happens if a path is typed twice.
    """
    teacher, student = context.statement.teacher, context.statement.student
    if _adapter(teacher) != _adapter(student):
        return
    for member in ("tensors_sha256", "weights_sha256"):
        if getattr(teacher, member) is not None and getattr(teacher, member) == getattr(student, member):
            yield Violation(f"/student/{member}", "the student has the teacher's weights; wanted another model")
            return
    if None in (teacher.weights_sha256, student.weights_sha256) and _identity(teacher) == _identity(student):
        yield Violation(
            "/student", f"the student is the teacher, '{student.name}' at the same revision; wanted another model"
        )
