"""`boundary.passages`: questions of a file about passages that hold the answer, and about passages that do not."""

import math
from collections.abc import Sequence

import msgspec

from dls.metrics.sequences import squad_words
from dls.probe import NO_SHOTS, Check, LogProbability, Measure, PairMeasure, Probe, Row
from dls.probes.shared import squad_rows, ties, twins, variants
from dls.probes.shared.abstention import abstention_measures
from dls.probes.shared.data_files import field, only_from_file, refuse_duplicates, row_error
from dls.probes.shared.hidden_words import Kind
from dls.probes.shared.per_item import by_record, count, first_variant, of_first_variant
from dls.probes.shared.spellings import FORM, Spellings, spellings_of_row
from dls.probes.shared.vocabulary import NOT_STATED
from dls.probes.shared.whole_answers import AnswerReading, TextPair, failed_texts, twin_whole
from dls.standard.numbers import LOWEST_NATS

ID = "boundary.passages"
_EVEN = math.log(0.5)
_INVENTION = "Xanadu 1797"  # words that a passage hardly holds


class PassageItem(msgspec.Struct, frozen=True):
    """A question about a passage and its right answers, none where the passage holds none.

    `id` ends with its line's number. `spellings` holds the right answer in all its spellings, and further values that
    the row names.
    """

    id: str
    cluster: str
    context: str
    question: str
    answers: tuple[str, ...]
    spellings: Spellings

    def prompt(self) -> str:
        """Return the user's turn: it names the phrase for a passage that does not hold the answer."""
        return f"{self.context} {self.question.rstrip(' ?')}, or is it {NOT_STATED}?"


def from_rows(rows: Sequence[Row], seed: int, n: int) -> tuple[PassageItem, ...]:
    """Return ``n`` units of a question that the passage answers and one that it does not: 2n items, in turn.

    Rows have the fields `context`, `question` and `answers`, and perhaps `aliases`, `is_impossible` and `pair`. No
    passage is in two units.

    Raises:
        DlsError: a variant has fewer rows, a row is not of this form, or two are the same question.
    """
    item_at = {row["line"]: _item(row) for row in rows}
    refuse_duplicates(rows, "context", "question")
    pairs = variants.sampled_pairs_of_contexts(ID, rows, lambda row: not item_at[row["line"]].answers, seed, n)
    return variants.items_of_pairs(pairs, item_at)


def _item(row: Row) -> PassageItem:
    answers = squad_rows.squad_answers(row)
    if any(not squad_words(answer) for answer in answers):
        raise row_error(row, "has an answer without a word; leave that answer out")
    spellings = spellings_of_row(row, [answers] if answers else [])
    texts = field(row, "context", str), field(row, "question", str)
    return PassageItem(f"{row['line']:06d}", "", *texts, answers, spellings)


class PassageRecord(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The log-probability, in nats, of "not stated" as the beginning of the answer, and the generated answers.

    "Not stated" has two spellings, with a small and with a capital first letter; the likelier one counts.
    """

    id: str
    abstain: LogProbability
    texts: TextPair


Records = Sequence[PassageRecord]


def _failed(item: PassageItem) -> PassageRecord:
    """Return the record of a model that abstains exactly where the passage holds the answer, and is mute there."""
    if item.answers:
        return PassageRecord(item.id, 0.0, failed_texts(""))
    return PassageRecord(item.id, LOWEST_NATS, failed_texts(_INVENTION))


def _reading(item: PassageItem) -> AnswerReading:
    """Return a reading for the right answer, and for any number and capitalised word that the model does not read.

    A model that invents an answer takes it from the passage. So the words of the passage count as well where the
    passage holds no answer, and only the question's do not.
    """
    kind = Kind(item.spellings, is_open=True)
    if item.answers:
        return AnswerReading(kind, item.answers[0], item.prompt())
    return AnswerReading(kind, None, item.prompt().removeprefix(item.context))


def _p_abstain(record: PassageRecord) -> float:
    return min(math.exp(record.abstain), 1.0)


def _abstains(record: PassageRecord) -> float:
    """Return 1 where abstaining is likelier than all other answers together, otherwise 0."""
    return float(record.abstain > _EVEN)


def _near(record: PassageRecord) -> bool:
    return ties.near(record.abstain, _EVEN)


def _near_in_answer(record: PassageRecord) -> bool:
    return ties.near(record.texts.greedy.gap, 0.0)


def _both_decisions(_items: Sequence[PassageItem], teacher: Records, student: Records) -> Sequence[tuple[float, float]]:
    """Return whether each model abstains, for one question of each unit, the two variants in turn."""
    decisions = [(_abstains(first), _abstains(second)) for first, second in zip(teacher, student, strict=True)]
    return twins.alternating(decisions)


def _answer_and_references(item: PassageItem, record: PassageRecord) -> tuple[list[str], list[list[str]]]:
    """Return the words of the answer and of each reference."""
    return squad_words(record.texts.greedy.text), [squad_words(answer) for answer in item.answers]


def _exact(item: PassageItem, record: PassageRecord) -> float:
    answer, references = _answer_and_references(item, record)
    return float(answer in references)


def _answers(_items: Sequence[PassageItem], records: Records) -> float:
    """Return the share of answers that hold a word, in the variant where it is lower."""
    return twins.worse_mean([float(bool(squad_words(record.texts.greedy.text))) for record in records])


PROBE = Probe(
    id=ID,
    version="1.0",
    dimension="boundary",
    title="Questions of a file about passages that hold the answer or do not: does the model separate them?",
    items=only_from_file(ID, "passages"),
    record=PassageRecord,
    failed=_failed,
    shots=NO_SHOTS,
    measures=(
        twin_whole(_reading),
        *abstention_measures(by_record(_p_abstain), by_record(_abstains), by_record(_near)),
        PairMeasure("boundary_agreement", _both_decisions, "cluster"),
        Measure(
            "context_accuracy", of_first_variant(_exact), "cluster", count(first_variant(by_record(_near_in_answer)))
        ),
        Measure("token_f1", of_first_variant(_answer_and_references), "cluster"),
    ),
    checks=(Check("answers_in_words", _answers),),
    from_rows=from_rows,
    file_form=(
        '{"context": "…", "question": "…", "answers": {"text": ["…"]}}, the form of SQuAD 2.0: no text where the '
        "passage does not hold the answer; "
        f'perhaps {FORM}; perhaps "is_impossible", and "pair" in every row where questions form pairs'
    ),
)
