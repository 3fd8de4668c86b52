"""The lines of a samples file of lm-evaluation-harness, each decoded as far as a record needs it."""

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple, TypeAlias

import msgspec

from dls.errors import DlsError
from dls.importing.bounded_files import LineFile, decode_as

_COMMON = frozenset(
    {
        *("doc_id", "doc", "target", "arguments", "resps", "filtered_resps", "filter", "metrics"),
        *("doc_hash", "prompt_hash", "target_hash", "task_name", "schema_version"),
    }
)
_CHOICE: dict[str, Any] = {"target": int, "filtered_resps": list[tuple[float, Any]]}  # numerals count as numbers
_MEMBERS = msgspec.json.Decoder(dict[str, msgspec.Raw])
_NAMES = msgspec.json.Decoder(list[str] | None)
_MOST_NAMES = 200
_Decoder: TypeAlias = msgspec.json.Decoder[Any]
_FIELDS = ("doc_id", "doc_hash", "filter", "metrics", "doc", "target", "filtered_resps")


class SampleLine(NamedTuple):
    """A line; `doc` is the text of the document, empty without one, and `scores` are the values of the metrics."""

    doc_id: Any
    doc_hash: Any
    filter: Any
    doc: bytes
    target: Any
    filtered_resps: Any
    scores: Mapping[str, Any]


def sample_lines(file: LineFile, *, is_choice: bool) -> Iterator[tuple[int, SampleLine]]:
    """Yield number and content of each line; the long texts of prompts and answers are skipped, not decoded.

    A line is read by the metrics of the line before it, and again where it has others.

    Args:
        file: of the samples.
        is_choice: whether the answers are scores of options; they then are pairs with a number, where they can be.

    Raises:
        DlsError: as `LineFile.lines`, or a line is no JSON object.
    """
    names: list[str] = []
    decoders = _decoders((), is_choice=is_choice)
    for number, line in file.lines():
        row = _decoded(line, file, number, decoders)
        if row.metrics is None or row.metrics != names:
            names = _score_names(line, f"{file.path}:{number}")
            decoders = _decoders(tuple(names), is_choice=is_choice)
            row = _decoded(line, file, number, decoders)
        doc_id, doc_hash, answer_filter, _, doc, target, answers, *values = msgspec.structs.astuple(row)
        scores = dict(zip(names, values, strict=True))
        yield number, SampleLine(doc_id, doc_hash, answer_filter, bytes(doc), target, answers, scores)


def _decoded(line: bytes, file: LineFile, number: int, decoders: Sequence[_Decoder]) -> Any:
    """Return a line by the first decoder that fits it.

    Raises:
        DlsError: the last does not fit either.
    """
    for decoder in decoders[:-1]:
        try:
            return decoder.decode(line)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            pass
    return decode_as(decoders[-1], line, f"{file.path}:{number}")


@lru_cache(maxsize=16)
def _decoders(names: tuple[str, ...], *, is_choice: bool) -> Sequence[_Decoder]:
    """Return the decoders of lines with some metrics: of options, where there are some, and of any answers."""
    fields = {f"score_{place}": name for place, name in enumerate(names)}
    decoders = []
    for answers in (_CHOICE, {}) if is_choice else ({},):
        types = {"doc": msgspec.Raw, "metrics": list[str] | None} | answers
        members = [(name, types.get(name, Any), b"" if name == "doc" else None) for name in _FIELDS]
        struct = msgspec.defstruct("Line", [*members, *((name, Any, None) for name in fields)], rename=fields, gc=False)
        decoders.append(msgspec.json.Decoder(struct, strict=False))
    return decoders


def _score_names(line: bytes, place: str) -> list[str]:
    """Return the metrics that a line lists; without a list, its members beside those of every line.

    Raises:
        DlsError: there are more than 200.
    """
    members = decode_as(_MEMBERS, line, place)
    metrics = decode_as(_NAMES, bytes(members.get("metrics", b"null")), place)
    names = [name for name in dict.fromkeys(members if metrics is None else metrics) if name not in _COMMON]
    if len(names) > _MOST_NAMES:
        raise DlsError(f"{place}: the sample has {len(names)} metrics; wanted {_MOST_NAMES} at most")
    return names
