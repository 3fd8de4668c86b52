"""Whether the models of a reproduction report are those of the statement."""

from dls.identity.difference import compare_identities
from dls.model import Model, ModelIdentity


def identity_difference(report: ModelIdentity, statement: Model) -> str | None:
    """Return how a report's model is not the statement's; None where it is, or the report has no digests.

    The tensors decide where both name their digest: the same tensors in other files have other weight digests. Then
    the files beside the weights decide, as far as both name them. A tokenizer that was written again is no difference:
    the second run has compared what it does.
    """
    for name in ("tensors_sha256", "weights_sha256"):
        digest, stated = getattr(report, name), getattr(statement, name)
        if digest is not None and stated is not None:
            return _reading_difference(report, statement) if digest == stated else _contrast(name, digest, stated)
    if report.weights_sha256 is None and report.tensors_sha256 is None:
        return None
    return "the statement names no digest of it"


def _contrast(name: str, digest: str, stated: str) -> str:
    return f"its {name} is {digest}; the statement has {stated}"


def _reading_difference(report: ModelIdentity, statement: Model) -> str | None:
    has_files = bool(report.files and statement.files)
    if report.tensors_sha256 is None or (not has_files and None in (report.reading_sha256, statement.reading_sha256)):
        return None
    reference = ModelIdentity(
        files=statement.files,
        reading_sha256=statement.reading_sha256,
        tensors_sha256=report.tensors_sha256,
        adapter=statement.adapter,
    )
    return ", ".join(compare_identities(reference, report).differences) or None
