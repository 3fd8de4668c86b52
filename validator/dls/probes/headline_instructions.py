"""`headline.instructions`: prompts of a file with instructions that a program can check: are all followed?"""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from dls.probe import NO_SHOTS, Measure, Probe, Row
from dls.probes.shared.answers import AnswerRecord, empty_answer
from dls.probes.shared.data_files import field, only_from_file, row_error, sampled_items
from dls.probes.shared.instructions import INSTRUCTION_IDS, Instruction, instruction
from dls.probes.shared.per_item import by_item

ID = "headline.instructions"


class InstructionItem(msgspec.Struct, frozen=True):
    """A prompt and its instructions; `id` is its line's number."""

    id: str
    prompt: str
    instructions: tuple[Instruction, ...]


def from_rows(rows: Sequence[Row], seed: int, n: int) -> tuple[InstructionItem, ...]:
    """Return ``n`` prompts of a file with the fields `prompt`, `instruction_id_list` and `kwargs`, the form of IFEval.

    Raises:
        DlsError: there are fewer rows, one is not of this form or holds an unsupported instruction, or two have the
            same prompt.
    """
    return sampled_items(ID, rows, seed, n, _item, "prompt")


def _item(row: Row) -> InstructionItem:
    names = field(row, "instruction_id_list", tuple[str, ...])
    settings = field(row, "kwargs", tuple[dict[str, Any], ...])
    if not names or len(names) != len(settings):
        raise row_error(
            row,
            f"has {len(names)} instructions and {len(settings)} `kwargs`; wanted one or more, and as many `kwargs`",
        )
    instructions = tuple(_instruction(row, *pair) for pair in zip(names, settings, strict=True))
    return InstructionItem(f"{row['line']:06d}", field(row, "prompt", str), instructions)


def _instruction(row: Row, name: str, settings: Mapping[str, Any]) -> Instruction:
    if name not in INSTRUCTION_IDS:
        raise row_error(
            row,
            f"has the instruction {name!r}, which is not checked here; "
            f"leave the line out, or use {', '.join(INSTRUCTION_IDS)}",
        )
    try:
        return instruction(name, settings)
    except msgspec.ValidationError as error:
        raise row_error(row, f"has {dict(settings)!r} as the `kwargs` of {name}: {error}") from error


def _follows_all(item: InstructionItem, record: AnswerRecord) -> float:
    """Return 1 for an answer with an end that follows all of its prompt's instructions; an empty one follows none."""
    is_answer = record.ended and bool(record.text.strip())
    return float(is_answer and all(check.is_followed(record.text) for check in item.instructions))


PROBE = Probe(
    id=ID,
    version="1.0",
    dimension="headline",
    title="Prompts of a file with instructions that a program checks: are all of them followed?",
    items=only_from_file(ID, "prompts"),
    record=AnswerRecord,
    failed=empty_answer,
    shots=NO_SHOTS,
    measures=(Measure("instruction_compliance", by_item(_follows_all)),),
    from_rows=from_rows,
    file_form=(
        '{"prompt": "…", "instruction_id_list": ["punctuation:no_comma", "length_constraints:number_words"], '
        '"kwargs": [{}, {"num_words": 50, "relation": "at least"}]}, the form of IFEval'
    ),
)
