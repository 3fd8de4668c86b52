"""Whether the models of a reproduction report are those of the statement."""

import msgspec

from dls.model import Arm, Model, ModelIdentity, ReproductionReport, Statement

_DIGESTS = ("tensors_sha256", "weights_sha256")
_NOT_AT_HAND = ModelIdentity()


def identity_difference(report: ReproductionReport, statement: Statement, arm: Arm) -> str | None:
    """Return how a report's model is not the statement's; None where it is.

    The tensors decide where both name their digest: the same tensors in other files have other weight digests. Then
    the files beside the weights decide. A tokenizer that was written again is no difference: the second run has
    compared what it does. Nor is a tied tensor that only one of the two stores, where the report names it: the second
    run has compared the lists of tensors. A report may leave the teacher out; the claims that need one then stay open.
    """
    copy: ModelIdentity = getattr(report, arm)
    reference: Model = getattr(statement, arm)
    if arm == "teacher" and copy == _NOT_AT_HAND:
        return None
    for name in _DIGESTS:
        digest, stated = getattr(copy, name), getattr(reference, name)
        if digest is not None and stated is not None:
            is_tied_copy = name == "tensors_sha256" and arm in report.stored_twice
            if digest != stated and not is_tied_copy:
                return f"its {name} is {digest}; the statement has {stated}"
            return _reading_difference(msgspec.structs.replace(copy, tensors_sha256=digest), reference)
    if any(getattr(reference, name) is not None for name in _DIGESTS):
        return "the report names no digest of it that the statement names too"
    if any(getattr(copy, name) is not None for name in _DIGESTS):
        return "the statement names no digest of it"
    return _difference(copy, reference)


def _reading_difference(copy: ModelIdentity, reference: Model) -> str | None:
    has_files = bool(copy.files and reference.files)
    if copy.reading_sha256 is None and not has_files:
        return "the report names no digest of the files beside its weights"
    return _difference(copy, reference)


def _difference(copy: ModelIdentity, reference: Model) -> str | None:
    """Return how a model differs in more than its tensors."""
    from dls.identity.difference import compare_identities  # start-up: most statements list no report

    same = {name: getattr(copy, name) for name in _DIGESTS}
    members = ("files", "reading_sha256", "adapter", "source", "snapshot", "tokenizer_sha256")
    stated = ModelIdentity(**same, **{name: getattr(reference, name) for name in members})
    return ", ".join(compare_identities(stated, copy).differences) or None
