"""Whether two identities are of one model, and otherwise each difference in plain words."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from dls.identity.listing import METADATA, kind_of
from dls.identity.listing_digests import reading_files
from dls.identity.model_folder import CONFIGURATION
from dls.identity.tensor_list import TensorDigest, tensor_lines, tensors_sha256
from dls.model import Adapter, ModelFile, ModelIdentity

_DECLARED = ("source", "snapshot", "tokenizer_sha256")
_TOKENIZER = "tokenizer"
_BY_BEHAVIOUR = (_TOKENIZER, "template")
_GGUF_METADATA = "the metadata of the GGUF file"
_NAMES = 5  # that a sentence lists


class TensorLists(NamedTuple):
    """The stored tensors of a reference and of a copy, and whether the model ties its embeddings."""

    reference: Sequence[TensorDigest]
    copy: Sequence[TensorDigest]
    is_tied: bool


class IdentityDifference(NamedTuple):
    """The result of a comparison.

    Attributes:
        differences: a clause for each part that differs, such as `config.json differs`; empty for one model.
        by_behaviour: the same for files of the tokenizer and for templates, where what they do decides; and for a
            config.json that was saved again, since the release that it names decides how some tokenizers are read.
        note: the sentence about a model that was saved again, or otherwise None.
        surplus: the tied tensors that only one of the two stores.

    """

    differences: tuple[str, ...]
    by_behaviour: tuple[str, ...] = ()
    note: str | None = None
    surplus: tuple[str, ...] = ()

    @property
    def is_same(self) -> bool:
        """Whether both are one model; where `by_behaviour` is not empty, the behaviour has to agree as well."""
        return not self.differences


def compare_identities(
    reference: ModelIdentity, copy: ModelIdentity, lists: TensorLists | None = None
) -> IdentityDifference:
    """Compare the identity of a copy with that of a reference: files, then tensors and values.

    Without the lists of tensors, a tensor that is stored once more beside the one it is tied to is a difference. Lists
    that do not have the digests of the identities count for nothing.
    """
    if reference.tensors_sha256 is None and copy.tensors_sha256 is None:
        return IdentityDifference(tuple(_declaration_differences(reference, copy)))
    surplus = _surplus_copies(lists) if lists is not None and _belong(lists, reference, copy) else ()
    tensors = () if surplus else tuple(_tensor_differences(reference, copy, lists))
    clauses = [*_file_differences(reference.files, copy.files), *_digest_differences(reference, copy)]
    adapter = _adapter_differences(reference.adapter, copy.adapter)
    differences = (*tensors, *(clause for kind, clause in clauses if kind not in _BY_BEHAVIOUR), *adapter)
    by_behaviour = tuple(clause for kind, clause in clauses if kind in _BY_BEHAVIOUR)
    note = None if differences else _note(reference, copy, surplus)
    return IdentityDifference(differences, by_behaviour, note, surplus)


def _declaration_differences(reference: ModelIdentity, copy: ModelIdentity) -> Iterator[str]:
    for name in _DECLARED:
        if getattr(reference, name) != getattr(copy, name):
            yield f"{name} differs"


def _tensor_differences(
    reference: ModelIdentity | Adapter, copy: ModelIdentity | Adapter, lists: TensorLists | None = None
) -> Iterator[str]:
    if reference.tensors_sha256 == copy.tensors_sha256:
        return
    names = sorted({tensor.name for tensor in set(lists.reference) ^ set(lists.copy)}) if lists else []
    yield f"the tensors differ: {_listed(names)}" if names else "the tensors differ"


def _belong(lists: TensorLists, reference: ModelIdentity, copy: ModelIdentity) -> bool:
    """Whether the lists are those of two models with different tensors."""
    digests = tuple(tensors_sha256(tensor_lines(tensors)) for tensors in (lists.reference, lists.copy))
    return digests == (reference.tensors_sha256, copy.tensors_sha256) and len(set(digests)) > 1


def _surplus_copies(lists: TensorLists) -> tuple[str, ...]:
    """Return the tensors that only one of two tied models stores; empty where more than such tensors differ."""
    if not lists.is_tied:
        return ()
    shared = set(lists.reference) & set(lists.copy)
    surplus = set(lists.reference) ^ set(lists.copy)
    names = [tensor.name for tensor in (*lists.reference, *lists.copy)]
    contents = {tensor[1:] for tensor in shared}
    if all(tensor[1:] in contents and names.count(tensor.name) == 1 for tensor in surplus):
        return tuple(sorted(tensor.name for tensor in surplus))
    return ()


def _file_differences(reference: Sequence[ModelFile], copy: Sequence[ModelFile]) -> Iterator[tuple[str | None, str]]:
    """Yield the kind of each file beside the weights that differs, with a clause."""
    if not reference or not copy:
        return
    first, second = _by_part(reference), _by_part(copy)
    for part in sorted(first.keys() | second.keys()):
        if part not in second:
            yield kind_of(part), f"the copy has no {part}"
        elif part not in first:
            yield kind_of(part), f"the copy has a {part}, and the reference has none"
        elif not _is_equal(first[part], second[part]):
            yield kind_of(part), f"{part} differs"
        elif part == CONFIGURATION and first[part].sha256 != second[part].sha256:
            yield _TOKENIZER, f"{part} was saved again"


def _digest_differences(
    reference: ModelIdentity | Adapter, copy: ModelIdentity | Adapter
) -> Iterator[tuple[str | None, str]]:
    """Yield a clause where a list of files is absent and only the digests can be compared."""
    if not (reference.files and copy.files) and reference.reading_sha256 != copy.reading_sha256:
        yield None, "the files beside the weights differ, and no list says which"


def _adapter_differences(reference: Adapter | None, copy: Adapter | None) -> Iterator[str]:
    if reference is None or copy is None:
        if reference is not copy:
            yield "the copy has an adapter" if reference is None else "the copy has no adapter"
        return
    files = (*_file_differences(reference.files, copy.files), *_digest_differences(reference, copy))
    for clause in (*_tensor_differences(reference, copy), *(clause for _, clause in files)):
        yield f"of the adapter, {clause}"


def _by_part(files: Sequence[ModelFile]) -> Mapping[str, ModelFile]:
    """Return the files beside the weights by their names; the metadata of a GGUF file have no name of their own."""
    by_name = {file.name: file for file in reading_files(files)}
    return {_GGUF_METADATA if name.endswith(f".gguf{METADATA}") else name: file for name, file in by_name.items()}


def _is_equal(first: ModelFile, second: ModelFile) -> bool:
    """Whether two files have the same value: equal bytes do, so values that differ beside them are invented."""
    values = first.value_sha256, second.value_sha256
    if None in values:
        return first.sha256 == second.sha256
    return values[0] == values[1]


def _note(reference: ModelIdentity, copy: ModelIdentity, surplus: Sequence[str]) -> str | None:
    first, second = ({file.name: file.sha256 for file in model.files} for model in (reference, copy))
    names = sorted(dict(first.items() ^ second.items()))
    if not names or not first or not second:
        return None
    twice = f"; {_listed(surplus)} is stored twice in one of them" if surplus else ""
    return f"saved again, with other bytes in {_listed(names)}{twice}"


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - _NAMES} more" if len(names) > _NAMES else ""
    return f"{', '.join(names[:_NAMES])}{more}"
