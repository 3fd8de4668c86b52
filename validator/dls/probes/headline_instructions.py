"""`headline.instructions`: prompts of a file whose instructions a program can check; all of a prompt's are followed or not."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from dls.probe import Measure, Probe, Row
from dls.probes.shared.answers import SaidRecord, said_nothing
from dls.probes.shared.data_files import drawn, field, only_from_file, refuse_repeated, refused
from dls.probes.shared.instructions import KNOWN, Instruction, instruction

ID = "headline.instructions"


class InstructionItem(msgspec.Struct, frozen=True):
    """A prompt and what its answer is held to; `id` is its line's number."""

    id: str
    prompt: str
    instructions: tuple[Instruction, ...]


def from_rows(rows: Sequence[Row], seed: int, n: int) -> tuple[InstructionItem, ...]:
    """Return ``n`` prompts of a file with the fields `prompt`, `instruction_id_list` and `kwargs`, the form of IFEval.

    Raises:
        DlsError: there are fewer rows, one is not of this form or holds an instruction that is not checked here, or two ask the same.
    """
    known = {row["line"]: _item(row) for row in rows}
    refuse_repeated(rows, "prompt")
    return tuple(known[row["line"]] for row in drawn(ID, rows, seed, n))


def _item(row: Row) -> InstructionItem:
    names = field(row, "instruction_id_list", tuple[str, ...])
    settings = field(row, "kwargs", tuple[dict[str, Any], ...])
    if not names or len(names) != len(settings):
        raise refused(
            row, f"has {len(names)} instructions and {len(settings)} `kwargs`; it needs one or more, and as many"
        )
    held = tuple(_instruction(row, name, told) for name, told in zip(names, settings, strict=True))
    return InstructionItem(f"{row['line']:06d}", field(row, "prompt", str), held)


def _instruction(row: Row, name: str, told: Mapping[str, Any]) -> Instruction:
    if name not in KNOWN:
        raise refused(
            row,
            f"has the instruction {name!r}, which is not checked here; leave the line out, or use {', '.join(KNOWN)}",
        )
    try:
        return instruction(name, told)
    except msgspec.ValidationError as error:
        raise refused(row, f"has {dict(told)!r} as the `kwargs` of {name}: {error}") from error


Items = Sequence[InstructionItem]
Records = Sequence[SaidRecord]


def _followed(items: Items, records: Records) -> list[float]:
    """Return 1 for every answer that follows all of its prompt's instructions, else 0; saying nothing follows none."""
    return [
        float(bool(record.text.strip()) and all(one.followed(record.text) for one in item.instructions))
        for item, record in zip(items, records, strict=True)
    ]


PROBE = Probe(
    id=ID,
    version="1.0",
    dimension="headline",
    title="Prompts of a file with instructions that a program checks: are all of them followed?",
    items=only_from_file(ID, "prompts"),
    record=SaidRecord,
    failed=said_nothing,
    measures=(Measure("instruction_compliance", _followed),),
    from_rows=from_rows,
    file_form=(
        '{"prompt": "…", "instruction_id_list": ["punctuation:no_comma", "length_constraints:number_words"], '
        '"kwargs": [{}, {"num_words": 50, "relation": "at least"}]}, the form of IFEval'
    ),
)
