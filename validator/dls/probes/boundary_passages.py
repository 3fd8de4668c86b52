"""`boundary.passages`: questions of a file to passages that hold the answer, beside questions to passages that do not."""

import math
from collections.abc import Sequence

import msgspec

from dls.probe import Check, Divergence, LogProbability, Measure, PairMeasure, Probe, Row
from dls.probes.shared import squad_rows, ties, twins, variants
from dls.probes.shared.data_files import field, only_from_file, refuse_repeated, refused
from dls.probes.shared.masses import LOWEST
from dls.probes.shared.vocabulary import NOT_STATED

ID = "boundary.passages"
_EVEN = math.log(0.5)


class PassageItem(msgspec.Struct, frozen=True):
    """A question to a passage and the answers that are right, none where the passage holds none; `id` ends with its line's number."""

    id: str
    cluster: str
    context: str
    question: str
    answers: tuple[str, ...]

    def prompt(self) -> str:
        """Return the user's turn: it names the phrase that says that the passage does not hold the answer."""
        return f"{self.context} {self.question.rstrip(' ?')}, or is it {NOT_STATED}?"


def from_rows(rows: Sequence[Row], seed: int, n: int) -> tuple[PassageItem, ...]:
    """Return ``n`` units of a question that the passage answers and one that it does not: 2n items, in turn.

    Rows have the fields `context`, `question` and `answers`, and perhaps `is_impossible` and `pair`. No passage is in two units.

    Raises:
        DlsError: a side has fewer rows, a row is not of this form, or two ask the same.
    """
    known = {row["line"]: _item(row) for row in rows}
    refuse_repeated(rows, "context", "question")
    units = variants.units_of_texts(ID, rows, lambda row: not known[row["line"]].answers, seed, n)
    return variants.in_turn(units, known)


def _item(row: Row) -> PassageItem:
    answers = squad_rows.answers(row)
    if any(not _words(answer) for answer in answers):
        raise refused(row, "has an answer without a word")
    return PassageItem(f"{row['line']:06d}", "", field(row, "context", str), field(row, "question", str), answers)


def _words(text: str) -> list[str]:
    from dls.metrics.sequences import squad_words

    return squad_words(text)


class PassageRecord(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The log-probability, in nats, of "not stated" as the beginning of the answer, and the greedy answer.

    Of its two spellings, with a small and with a capital first letter, the likelier one counts. `gap`: how far, in nats,
    the two likeliest tokens lie apart at the closest place of the greedy answer.
    """

    id: str
    abstain: LogProbability
    text: str
    gap: Divergence


Items = Sequence[PassageItem]
Records = Sequence[PassageRecord]


def _failed(item: PassageItem) -> PassageRecord:
    """Return the record of a model that abstains exactly where the passage holds the answer."""
    return PassageRecord(item.id, 0.0 if item.answers else LOWEST, "", -LOWEST)


def _abstaining(records: Records) -> list[float]:
    return [min(math.exp(record.abstain), 1.0) for record in records]


def _abstains(records: Records) -> list[float]:
    """Return 1 where abstaining is likelier than everything else together, else 0."""
    return [float(record.abstain > _EVEN) for record in records]


def _near(records: Records) -> list[bool]:
    return [ties.near(record.abstain, _EVEN) for record in records]


def _soft_j(_items: Items, records: Records) -> list[float]:
    found = _abstaining(records)
    return twins.lead(twins.second(found), twins.first(found))


def _hard_j(_items: Items, records: Records) -> list[float]:
    found = _abstains(records)
    return twins.lead(twins.second(found), twins.first(found))


def _both_sides(_items: Items, records: Records) -> list[tuple[float, float]]:
    found = _abstaining(records)
    return list(zip(twins.second(found), twins.first(found), strict=True))


def _agreed(_items: Items, teacher: Records, student: Records) -> list[float]:
    """Return 1 where both models abstain, or both do not, else 0: for one question of each unit, from the two sides in turn."""
    same = [float(one == other) for one, other in zip(_abstains(teacher), _abstains(student), strict=True)]
    return [same[2 * unit + unit % 2] for unit in range(len(same) // 2)]


def _answered(items: Items, records: Records) -> list[tuple[list[str], list[list[str]]]]:
    """Return the words of the answer and of every reference, of each question that has some."""
    pairs = zip(twins.first(items), twins.first(records), strict=True)
    return [(_words(record.text), [_words(one) for one in item.answers]) for item, record in pairs]


def _exact(items: Items, records: Records) -> list[float]:
    return [float(said in wanted) for said, wanted in _answered(items, records)]


def _f1(items: Items, records: Records) -> list[float]:
    from dls.metrics.sequences import token_f1

    return [max(token_f1(said, one) for one in wanted) for said, wanted in _answered(items, records)]


def _ties_of_answers(_items: Items, records: Records) -> int:
    return sum(ties.near(record.gap, 0.0) for record in twins.first(records))


def _answers(_items: Items, records: Records) -> float:
    """Return the share of answers that hold a word, on the side with fewer of them."""
    return twins.worse_mean([float(bool(_words(record.text))) for record in records])


PROBE = Probe(
    id=ID,
    version="1.0",
    dimension="boundary",
    title="Questions of a file to passages that hold the answer or do not: does the model tell them apart?",
    items=only_from_file(ID, "passages"),
    record=PassageRecord,
    failed=_failed,
    measures=(
        Measure("abstention_soft_j", _soft_j, "cluster"),
        Measure(
            "abstention_recall",
            lambda _, r: twins.second(_abstains(r)),
            "cluster",
            lambda _, r: sum(twins.second(_near(r))),
        ),
        Measure(
            "over_abstention",
            lambda _, r: twins.first(_abstains(r)),
            "cluster",
            lambda _, r: sum(twins.first(_near(r))),
        ),
        Measure("abstention_hard_j", _hard_j, "cluster", lambda _, r: sum(_near(r))),
        Measure("abstention_auroc", _both_sides, "cluster"),
        PairMeasure("boundary_agreement", _agreed, "cluster"),
        Measure("context_accuracy", _exact, "cluster", _ties_of_answers),
        Measure("token_f1", _f1, "cluster"),
    ),
    checks=(Check("answers_in_words", _answers),),
    from_rows=from_rows,
    file_form=(
        '{"context": "…", "question": "…", "answers": {"text": ["…"]}}, the form of SQuAD 2.0: no text where the passage '
        'does not hold the answer; perhaps "is_impossible", and "pair" in every row where questions come in twos'
    ),
)
