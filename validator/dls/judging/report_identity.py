"""Whether the models of a reproduction report are those of the statement."""

from dls.model import Model, ModelIdentity


def identity_difference(report: ModelIdentity, statement: Model) -> str | None:
    """Return how a report's model is not the statement's, by their digests; None where it is, or the report has none.

    The tensors decide where both name their digest: the same tensors in other files have other weight digests.
    """
    for name in ("tensors_sha256", "weights_sha256"):
        digest, stated = getattr(report, name), getattr(statement, name)
        if digest is not None and stated is not None:
            return None if digest == stated else f"its {name} is {digest}; the statement has {stated}"
    if report.weights_sha256 is None and report.tensors_sha256 is None:
        return None
    return "the statement names no digest of it"
