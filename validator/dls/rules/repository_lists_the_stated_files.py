"""DLS110: repository lists the stated files."""

from collections.abc import Iterator, Mapping

import msgspec

from dls.finding import Severity, Violation
from dls.identity.listed_model import ListedModel, ListedRevisions
from dls.identity.listing import METADATA, kind_of
from dls.identity.listing_digests import reading_files
from dls.judging.context import RuleContext
from dls.model import Adapter, Model, ModelFile
from dls.rules._rule import rule

_BY_BEHAVIOUR = ("tokenizer", "template")  # other bytes may do the same: `dls reproduce` compares the effect


class RepositoryContext(msgspec.Struct, frozen=True):
    """A statement, and the models that repositories list, by the pointer of the model."""

    context: RuleContext
    models: Mapping[str, ListedRevisions]


@rule("DLS110", spec="models")
def repository_lists_the_stated_files(reader: RepositoryContext) -> Iterator[Violation]:
    """A model on a hub has the files that its statement describes, at the revision that the statement names.

    ## Why

    A hub lists the SHA-256 of every large file, so a statement about other weights shows without a download of them. A
    difference at the statement's own revision is an error. A difference only in the revision beside the statement is a
    warning: the statement is about an earlier one. Where the hub lists no digest, nothing was compared, and the finding
    says that too. Only `dls hub check` asks a hub.
    """
    for name in ("teacher", "student", "control"):
        model = getattr(reader.context.statement, name)
        revisions = reader.models.get(f"/{name}")
        if isinstance(model, Model) and revisions is not None:
            yield from _violations(f"/{name}", model, revisions)


def _violations(pointer: str, model: Model, revisions: ListedRevisions) -> Iterator[Violation]:
    pin, current = revisions.pinned, revisions.current
    differences = [] if pin is None else list(_differences(pointer, model, pin, "error"))
    yield from differences
    if any(violation.severity == "error" for violation in differences):
        return
    if current is None or (pin is not None and pin.place == current.place):
        return
    is_elsewhere = (model.source or "").startswith("hf://") and not (model.source or "").endswith(current.repository)
    severity: Severity = "warning" if model.revision or is_elsewhere else "error"
    places = {violation.pointer for violation in differences}
    for violation in _differences(pointer, model, current, severity, is_current=True):
        if violation.pointer not in places:
            yield violation


def _differences(
    pointer: str, model: Model, listing: ListedModel, severity: Severity, *, is_current: bool = False
) -> Iterator[Violation]:
    place = listing.place
    if listing.problem is not None:
        problem = f"not compared with {place}: {listing.problem}"
        yield Violation(pointer, problem, severity if listing.is_missing else "warning")
        return
    yield from _weights(pointer, model, listing, severity, place, is_current=is_current)
    yield from _reading(pointer, _owner(model, listing), listing, severity, place)


def _owner(model: Model, listing: ListedModel) -> Model | Adapter:
    """Return the part of a model that a repository holds: the adapter alone, or the model."""
    has_adapter = any(file.name.startswith("adapter_model.") for file in listing.files)
    return model.adapter if has_adapter and model.adapter is not None else model


def _weights(
    pointer: str, model: Model, listing: ListedModel, severity: Severity, place: str, *, is_current: bool
) -> Iterator[Violation]:
    owner = _owner(model, listing)
    member = f"{pointer}{'/adapter' if isinstance(owner, Adapter) else ''}/weights_sha256"
    digest = owner.weights_sha256
    if digest is None:
        yield Violation(pointer, f"names no weights_sha256, so its weights were not compared with {place}", "warning")
    elif listing.weights_sha256 is None:
        names = ", ".join(listing.undigested_weights) or "any weight file"
        yield Violation(member, f"not compared: {place} lists no SHA-256 of {names}", "warning")
    elif listing.weights_sha256 != digest:
        earlier = "; the statement is about an earlier revision" if is_current and model.revision else ""
        problem = f"{place} has weights with the digest {listing.weights_sha256}; the statement says {digest}"
        yield Violation(member, f"{problem}{earlier}", severity)


def _reading(
    pointer: str, owner: Model | Adapter, listing: ListedModel, severity: Severity, place: str
) -> Iterator[Violation]:
    """Compare the files beside the weights one by one; metadata lie in the weights, and are compared with them."""
    if not owner.files:
        return
    pointer = f"{pointer}{'/adapter' if isinstance(owner, Adapter) else ''}/files"
    expected = {file.name: file for file in reading_files(owner.files) if not file.name.endswith(METADATA)}
    for name in sorted(expected.keys() | listing.reading.keys() | set(listing.undigested)):
        if name in listing.undigested:
            if kind_of(name) not in ("weights", "index"):
                yield Violation(pointer, f"not compared: {place} lists no SHA-256 of {name}", "warning")
        elif name not in expected:
            yield Violation(pointer, f"{place} has {name}, which the statement does not list", _mild(name, severity))
        elif name not in listing.reading:
            yield Violation(pointer, f"{place} has no {name}, which the statement lists", _mild(name, severity))
        elif not _is_same(expected[name], listing.reading[name]):
            digests = f"has the digest {listing.reading[name].sha256}; the statement says {expected[name].sha256}"
            yield Violation(pointer, f"{name} in {place} {digests}", _mild(name, severity))


def _mild(name: str, severity: Severity) -> Severity:
    return "warning" if kind_of(name) in _BY_BEHAVIOUR else severity


def _is_same(first: ModelFile, second: ModelFile) -> bool:
    """Whether a file has the same bytes, or the same value where it was saved again."""
    has_value = first.value_sha256 is not None and first.value_sha256 == second.value_sha256
    return first.sha256 == second.sha256 or has_value
