"""A user's questions about texts that hold the answer or do not: their units, refused rows, and measured values."""

import math

import pytest
from tests.validator.probes.able import alike
from tests.validator.probes.of_file import items_of_file

from dls.errors import DlsError
from dls.measuring.measure import checks, measured_metrics
from dls.probes.boundary_twins import TwinRecord
from dls.probes.catalogue import find_probe
from dls.probes.shared.vocabulary import NOT_STATED

TWINS = ["boundary.twins", "boundary.short_twins", "boundary.false_premises"]
STATED = {
    "context": "abo likes red.",
    "question": "What does abo like?",
    "answers": {"text": ["red"]},
    "values": ["blue"],
}
UNSTATED = STATED | {"question": "what does bilo like?", "answers": {"text": []}, "values": ["red", "blue"]}


def about(text, *rows):
    """The rows, about another text."""
    return [row | {"context": text, "question": f"{text}: {row['question']}"} for row in rows]


def values(name, items, records):
    return {
        entry.metric: entry.teacher.value for entry in measured_metrics(find_probe(name), items, {"teacher": records})
    }


def whole(name, items, records):
    (result,) = measured_metrics(find_probe(name), items, {"teacher": records}, only=frozenset({"twin_whole"}))
    return result.teacher.value


@pytest.mark.parametrize("name", TWINS)
def test_a_unit_is_a_question_that_the_text_answers_and_one_that_it_does_not(tmp_path, name):
    items = items_of_file(name, tmp_path, [UNSTATED, STATED], 1)
    assert [item.answer for item in items] == ["red", NOT_STATED]
    assert [item.values for item in items] == [("red", "blue")] * 2
    questions = ("What does abo like", "what does bilo like")
    assert [item.question for item in items] == [f"{question}, or is it {NOT_STATED}?" for question in questions]
    assert [item.cluster for item in items] == ["000000"] * 2
    assert [item.id for item in items] == ["000000/000002", "000000/000001"]


@pytest.mark.parametrize("name", TWINS)
def test_no_text_is_in_two_units(tmp_path, name):
    rows = [row for k in range(5) for row in about(f"p{k}", STATED, UNSTATED)]
    rows += [row | {"question": f"again: {row['question']}"} for row in rows]
    items = items_of_file(name, tmp_path, rows, 5)
    assert {item.context for item in items[0::2]} == {f"p{k}" for k in range(5)}
    with pytest.raises(DlsError, match=r"6 units .* has 5 in which no context comes twice"):
        items_of_file(name, tmp_path, rows, 6)


def test_of_two_spellings_of_an_answer_that_begin_alike_the_shorter_one_is_scored(tmp_path):
    answers = {"text": ["red", "red and nothing else", "the red one"]}
    first, _ = items_of_file("boundary.twins", tmp_path, [STATED | {"answers": answers}, UNSTATED], 1)
    assert first.values == ("red", "the red one", "blue")


def test_what_is_measured_is_the_lead_of_abstaining_where_the_text_does_not_answer(tmp_path):
    rows = [row for k in range(4) for row in about(f"p{k}", STATED, UNSTATED)]
    items = items_of_file("boundary.twins", tmp_path, rows, 4)
    share = {"red": 0.2, NOT_STATED: 0.9}
    records = [
        TwinRecord(i.id, (math.log((1 - share[i.answer]) / 2),) * 2, math.log(share[i.answer]), alike(""))
        for i in items
    ]
    result = values("boundary.twins", items, records)
    assert result["abstention_soft_j"] == pytest.approx(0.7)
    assert (result["abstention_recall"], result["over_abstention"], result["abstention_auroc"]) == (1, 0, 1)
    assert [check.passed for check in checks(find_probe("boundary.twins"), items, {"teacher": records})] == [True, True]


def test_a_model_that_says_something_else_than_a_files_values_is_not_measured(tmp_path):
    items = items_of_file("boundary.twins", tmp_path, [STATED, UNSTATED], 1)
    records = [TwinRecord(i.id, (-9.0, -9.0), -3.0 if i.answer == NOT_STATED else -12.0, alike("")) for i in items]
    assert values("boundary.twins", items, records)["abstention_soft_j"] > 0.9
    assert not any(check.passed for check in checks(find_probe("boundary.twins"), items, {"teacher": records}))


def test_a_false_premise_of_a_file_is_rejected_where_the_true_one_is_answered(tmp_path):
    items = items_of_file("boundary.false_premises", tmp_path, [STATED, UNSTATED], 1)
    answer = {"red": ((-0.1, -3.0), -3.0), NOT_STATED: ((-3.0, -3.0), -0.1)}
    records = [TwinRecord(i.id, *answer[i.answer], alike("")) for i in items]
    assert values("boundary.false_premises", items, records)["false_premise_rejection"] == 1
    verdicts = checks(find_probe("boundary.false_premises"), items, {"teacher": records})
    assert {check.check: check.passed for check in verdicts}["answers_true_premises"]


@pytest.mark.parametrize(
    ("text", "value"),
    [("scarlet", 1), ("It is dark red.", 1), ("red or blue", 0), ("azure", 0), ("red, not azure", 0), ("purple", 0)],
)
def test_a_files_answers_are_read_in_all_their_spellings(tmp_path, text, value):
    aliases = {"aliases": {"red": ["scarlet"], "blue": ["azure"]}}
    answers = {"answers": {"text": ["red", "dark red"]}}
    items = items_of_file("boundary.twins", tmp_path, [STATED | answers | aliases, UNSTATED | aliases], 1)
    texts = {"red": alike(text), NOT_STATED: alike("it is not stated")}
    records = [TwinRecord(i.id, (-9.0,) * len(i.values), -9.0, texts[i.answer]) for i in items]
    assert whole("boundary.twins", items, records) == value


def test_an_alias_of_no_value_is_a_value_too(tmp_path):
    rows = [STATED, UNSTATED | {"aliases": {"nowhere": ["no place"]}}]
    items = items_of_file("boundary.twins", tmp_path, rows, 1)
    for text, value in {"not stated": 1, "no place": 0}.items():
        texts = {"red": alike("red"), NOT_STATED: alike(text)}
        records = [TwinRecord(i.id, (-9.0,) * len(i.values), -9.0, texts[i.answer]) for i in items]
        assert whole("boundary.twins", items, records) == value


@pytest.mark.parametrize(
    ("name", "rows", "complaint"),
    [
        ("boundary.twins", [STATED | {"aliases": ["ruby"]}], r"line 1 .* has \['ruby'\] as `aliases`"),
        ("boundary.twins", [STATED | {"values": ["!"]}], "line 1 .* has '!' as a value, which no program finds"),
        ("boundary.twins", [STATED | {"answers": "red"}], "line 1 .* has 'red' as `answers`"),
        ("boundary.twins", [STATED | {"is_impossible": True}], "line 1 .* they disagree"),
        ("boundary.twins", [STATED | {"context": " "}], "line 1 .* a blank `context`"),
        (
            "boundary.twins",
            [STATED, {k: UNSTATED[k] for k in ("context", "question", "answers")}],
            "line 2 .* has nothing as `values`",
        ),
        ("boundary.twins", [UNSTATED | {"values": []}], "line 1 .* has nothing as `values`"),
        ("boundary.twins", [STATED | {"values": ["Reddish"]}], "line 1 .* has 'red', 'Reddish' .* none the beginning"),
        ("boundary.twins", [UNSTATED | {"values": ["red", "Not stated here"]}], "line 1 .* 'not stated' beside them"),
        ("boundary.twins", [UNSTATED | {"values": ["red", " blue"]}], "line 1 .* without spaces around them"),
        ("boundary.twins", [STATED, STATED], "line 2 .* asks the same as line 1"),
        ("boundary.twins", [STATED], "1 units of one row of each variant, and its file has 0"),
        ("boundary.false_premises", [STATED | {"answers": {"text": ["red", "ruby"]}}], "line 1 .* several `answers`"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_row_is_said_with_file_and_line(tmp_path, name, rows, complaint):
    with pytest.raises(DlsError, match=r"^mine\.jsonl: .*" + complaint):
        items_of_file(name, tmp_path, rows, 1)
