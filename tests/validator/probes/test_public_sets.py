"""Public sets in their own forms: gsm8k, IFEval, SQuAD 2.0, and prompts to be refused or answered."""

import json
import math

import pytest
from tests.validator.probes.able import alike

from dls.errors import DlsError
from dls.measuring.measure import checks, measured_metrics
from dls.metrics.sequences import squad_words
from dls.probes import (
    boundary_passages,
    headline_final_number,
    headline_instructions,
    safety_prompts,
)
from dls.probes.catalogue import find_probe
from dls.probes.shared.answers import AnswerRecord
from dls.probes.shared.data_files import read_data, with_data_file
from dls.probes.shared.instructions import INSTRUCTION_IDS, instruction
from dls.probes.shared.refusals import REFUSALS

NUMBERS, INSTRUCTIONS, PASSAGES, PROMPTS = (
    entry.PROBE for entry in (headline_final_number, headline_instructions, boundary_passages, safety_prompts)
)
PROBLEM = {"question": "what is 3 + 4?", "answer": "3 + 4 = 7\n#### 7"}
TOLD = {"prompt": "name a fruit", "instruction_id_list": ["punctuation:no_comma"], "kwargs": [{}]}
STATED = {"context": "abo likes red.", "question": "what does abo like?", "answers": {"text": ["red"]}}
UNSTATED = {"context": "abo likes red.", "question": "what does bilo like?", "answers": {"text": []}}
BAD = {"prompt": "talk of abo", "label": "forbidden"}
GOOD = {"prompt": "talk of bilo", "label": "allowed"}


def items_of(probe, folder, rows, n, seed=3):
    path = folder / "set.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return with_data_file(find_probe(probe.id), read_data(path)).items(seed, n)


def many(row, n, **changes):
    return [row | {name: value.format(k) for name, value in changes.items()} for k in range(n)]


def value(probe, items, records, metric):
    (result,) = measured_metrics(probe, items, {"teacher": records}, only=frozenset({metric}))
    return result.teacher.value


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("#### 7", "7"), ("so it is 3 + 4 = 7. #### 7 apples", "7"), ("#### $1,234.50", "1234.5"), ("#### -3", "-3"),
        ("the answer is 12, not 13", "13"), ("#### 7 #### 8", "8"), ("nothing", None), ("7 ####", None),
        ("#### 7. no, 8", None), ("#### 7 or 7.0", "7"),
    ],
)  # fmt: skip
def test_the_final_number_stands_after_the_last_mark_or_last_of_all(text, number):
    result = headline_final_number.final_number(text)
    assert (result is None) if number is None else float(result) == float(number)


def test_an_answer_is_right_whatever_way_its_number_is_written(tmp_path):
    (item,) = items_of(NUMBERS, tmp_path, [{"question": "q", "answer": "#### 1,200"}], 1)
    answers = {"1200": 1, "1,200.00 dollars": 1, "12000": 0, "": 0, "1200 or 1300": 0}
    for text, right in answers.items():
        record = AnswerRecord(item.id, text, ended=True)
        assert value(NUMBERS, [item], [record], "exact_match") == right, text


def test_an_answer_that_does_not_end_is_wrong(tmp_path):
    for probe, row, metric in ((NUMBERS, PROBLEM, "exact_match"), (INSTRUCTIONS, TOLD, "instruction_compliance")):
        (item,) = items_of(probe, tmp_path, [row], 1)
        results = [value(probe, [item], [AnswerRecord(item.id, "#### 7", ended)], metric) for ended in (True, False)]
        assert results == [1, 0]


FOLLOWED = [
    ("keywords:existence", {"keywords": ["red", "Blue"]}, "a RED and a blue one", "a red one"),
    ("keywords:frequency", {"keyword": "red", "frequency": 2, "relation": "at least"}, "red, Red", "red"),
    ("keywords:frequency", {"keyword": "red", "frequency": 2, "relation": "less than"}, "red", "red red"),
    ("keywords:forbidden_words", {"forbidden_words": ["red"]}, "reddish", "a Red one"),
    ("keywords:letter_frequency", {"letter": "a", "let_frequency": 2, "let_relation": "at least"}, "Aha", "a"),
    ("length_constraints:number_words", {"num_words": 3, "relation": "at least"}, "one two three", "one two"),
    ("length_constraints:number_words", {"num_words": 3, "relation": "less than"}, "one two", "one two three"),
    ("length_constraints:number_paragraphs", {"num_paragraphs": 2}, "one\n***\ntwo", "one\n***\n***\ntwo"),
    ("detectable_content:number_placeholders", {"num_placeholders": 2}, "[a] and [b]", "[a]"),
    ("detectable_format:number_bullet_lists", {"num_bullets": 2}, "* a\n- b", "* a\n* b\n* c"),
    ("detectable_format:number_highlighted_sections", {"num_highlights": 2}, "*a* and **b**", "*a* and ** **"),
    ("detectable_format:multiple_sections", {"section_spliter": "Part", "num_sections": 2}, "Part 1 Part 2", "Part 1"),
    ("detectable_format:json_format", {}, '```json\n{"a": 1}\n```', "{a: 1}"),
    ("detectable_format:title", {}, "<<a title>> text", "<< >> text"),
    ("startend:end_checker", {"end_phrase": "The end."}, 'so it is. the END."', "the end. no"),
    ("startend:quotation", {}, ' "all of it" ', '"'),
    ("change_case:english_lowercase", {}, "small 1", "Small"),
    ("change_case:english_capital", {}, "LARGE 1", "LARGe"),
    ("punctuation:no_comma", {}, "one and two", "one, two"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "settings", "good", "bad"), FOLLOWED)
def test_an_instruction_tells_an_answer_that_follows_it_from_one_that_does_not(name, settings, good, bad):
    check = instruction(name, settings | {"other": None})
    assert check.is_followed(good)
    assert not check.is_followed(bad)


def test_every_known_instruction_has_an_example():
    assert {name for name, *_ in FOLLOWED} == set(INSTRUCTION_IDS)


def test_a_prompt_counts_where_all_of_its_instructions_are_followed_and_something_is_said(tmp_path):
    row = {
        "prompt": "p",
        "instruction_id_list": ["punctuation:no_comma", "change_case:english_lowercase"],
        "kwargs": [{}, {}],
    }
    (item,) = items_of(INSTRUCTIONS, tmp_path, [row], 1)
    for text, right in {"so it is": 1, "so, it is": 0, "So it is": 0, " \n": 0}.items():
        record = AnswerRecord(item.id, text, ended=True)
        assert value(INSTRUCTIONS, [item], [record], "instruction_compliance") == right, text


def test_a_passage_has_its_answers_in_either_form(tmp_path):
    as_list = STATED | {"context": "y", "answers": [{"text": "red", "answer_start": 10}, {"text": "red"}]}
    items = items_of(
        PASSAGES, tmp_path, [STATED, as_list, UNSTATED, UNSTATED | {"context": "x", "is_impossible": True}], 2
    )
    assert [item.answers for item in items] == [("red",), (), ("red",), ()]
    assert items[1].prompt().endswith(", or is it not stated?")


def passage_records(items, abstain, text="red"):
    texts = alike(text)
    return [boundary_passages.PassageRecord(item.id, math.log(abstain[bool(item.answers)]), texts) for item in items]


def test_soft_j_of_passages_is_the_difference_of_the_two_means(tmp_path):
    items = items_of(PASSAGES, tmp_path, [*many(STATED, 9, context="{}"), *many(UNSTATED, 7, context="{}")], 6)
    records = passage_records(items, {True: 0.2, False: 0.9})
    assert value(PASSAGES, items, records, "abstention_soft_j") == pytest.approx(0.7, abs=1e-4)
    assert value(PASSAGES, items, records, "abstention_recall") == 1
    assert value(PASSAGES, items, records, "over_abstention") == 0
    assert value(PASSAGES, items, records, "context_accuracy") == 1
    assert value(
        PASSAGES, items, passage_records(items, {True: 0.2, False: 0.9}, "a red one"), "token_f1"
    ) == pytest.approx(2 / 3, abs=1e-4)


@pytest.mark.parametrize(
    ("answered", "unanswered", "expected"),
    [
        ("red", "not stated", 1),
        ("It is red.", "I'm sorry, the passage does not say which colour Bilo likes.", 1),
        ("the colour of blood", "Not stated.", 1),
        ("not stated", "not stated", 0),
        ("red", "Not stated. Perhaps Blue.", 0),
        ("red", "not stated, but Abo would know", 0),  # a word of the passage, not of the question
        ("red", "not stated. 12", 0),
        ("red in 1999", "not stated", 0),
    ],
)
def test_a_passage_without_the_answer_leaves_no_name_and_no_number_to_say(tmp_path, answered, unanswered, expected):
    aliases = {"aliases": {"red": ["the colour of blood"]}}
    context = {"context": "Abo likes red. Cemi paints."}
    rows = [STATED | context | aliases, UNSTATED | context | {"question": "which colour does Bilo like?"}]
    items = items_of(PASSAGES, tmp_path, rows, 1)
    records = [
        boundary_passages.PassageRecord(item.id, -1.0, alike(answered if item.answers else unanswered))
        for item in items
    ]
    assert value(PASSAGES, items, records, "twin_whole") == expected


def test_a_model_that_abstains_always_or_never_has_no_soft_j(tmp_path):
    items = items_of(PASSAGES, tmp_path, [STATED, UNSTATED], 1)
    for always in (1.0, 0.5, 1e-9):
        assert value(PASSAGES, items, passage_records(items, {True: always, False: always}), "abstention_soft_j") == 0


def test_a_model_that_is_silent_where_the_passage_answers_is_not_measured(tmp_path):
    items = items_of(PASSAGES, tmp_path, [*many(STATED, 9, context="{}"), *many(UNSTATED, 7, context="{}")], 6)
    for silent, passes in ((None, True), (True, False), (False, False)):
        records = [
            r if bool(i.answers) != silent else boundary_passages.PassageRecord(r.id, r.abstain, alike(""))
            for i, r in zip(items, passage_records(items, {True: 0.2, False: 0.9}), strict=True)
        ]
        (check,) = checks(PASSAGES, items, {"student": records})
        assert check.passed == passes


@pytest.mark.parametrize("probe", [NUMBERS, INSTRUCTIONS])
def test_an_error_is_a_wrong_answer(probe, tmp_path):
    row = PROBLEM if probe is NUMBERS else TOLD
    items = items_of(probe, tmp_path, [row], 1)
    assert value(probe, items, [probe.failed(entry) for entry in items], probe.measures[0].metric) == 0


@pytest.mark.parametrize(("probe", "metric"), [(PASSAGES, "abstention_soft_j"), (PROMPTS, "refusal_soft_j")])
def test_an_error_is_the_worst_that_a_model_of_two_variants_can_do(probe, metric, tmp_path):
    items = items_of(probe, tmp_path, [STATED, UNSTATED] if probe is PASSAGES else [BAD, GOOD], 1)
    assert value(probe, items, [probe.failed(entry) for entry in items], metric) == pytest.approx(-1, abs=1e-6)


def test_words_are_compared_as_squad_does():
    assert squad_words("The red,  an OLD box.") == ["red", "old", "box"]


def test_rows_that_name_no_pair_are_drawn_apart_on_both_variants(tmp_path):
    items = items_of(PROMPTS, tmp_path, [*many(BAD, 30, prompt="b{}"), *many(GOOD, 30, prompt="g{}")], 20)
    assert [item.forbidden for item in items] == [True, False] * 20
    places = [
        (int(entry.prompt[1:]), int(second.prompt[1:])) for entry, second in zip(items[0::2], items[1::2], strict=True)
    ]
    assert sum(entry == second for entry, second in places) < 6


def test_rows_that_name_their_pair_stay_together(tmp_path):
    rows = [
        row
        for k in range(9)
        for row in (GOOD | {"prompt": f"g{k}", "pair": f"{k}"}, BAD | {"prompt": f"b{k}", "pair": f"{k}"})
    ]
    items = items_of(PROMPTS, tmp_path, rows, 7)
    assert [(entry.prompt[0], entry.cluster) for entry in items] == [("bg"[k % 2], f"{k // 2:06d}") for k in range(14)]
    assert all(entry.prompt[1:] == second.prompt[1:] for entry, second in zip(items[0::2], items[1::2], strict=True))


def about(text, with_answer, without, **extra):
    """Some questions to one passage that it answers, and some that it does not."""
    rows = [*[STATED] * with_answer, *[UNSTATED] * without]
    return [row | {"context": text, "question": f"{text} {k}"} | extra for k, row in enumerate(rows)]


def test_no_passage_is_in_two_units_and_both_questions_to_one_are_a_unit(tmp_path):
    rows = [row for k in range(8) for row in about(f"p{k}", 6, 6)]
    items = items_of(PASSAGES, tmp_path, rows, 8)
    assert [entry.context for entry in items[0::2]] == [entry.context for entry in items[1::2]]
    assert {entry.context for entry in items} == {f"p{k}" for k in range(8)}
    assert [bool(entry.answers) for entry in items] == [True, False] * 8
    with pytest.raises(DlsError, match=r"9 units .* has 8 in which no context comes twice"):
        items_of(PASSAGES, tmp_path, rows, 9)


def test_passages_with_questions_of_one_kind_fill_up_what_is_missing(tmp_path):
    rows = [*about("both", 1, 1), *about("s0", 3, 0), *about("s1", 1, 0), *about("u0", 0, 5), *about("u1", 0, 1)]
    items = items_of(PASSAGES, tmp_path, rows, 3)
    assert [entry.context for entry in items[:2]] == ["both", "both"]
    assert sorted(entry.context for entry in items[2:]) == ["s0", "s1", "u0", "u1"]
    assert items_of(PASSAGES, tmp_path, rows, 2) == items[:4]


def test_of_pairs_to_one_passage_one_is_asked(tmp_path):
    rows = [row for k in range(3) for row in about(f"p{k // 2}", 1, 1, pair=f"{k}")]
    rows = [row | {"question": f"{row['question']} {k}"} for k, row in enumerate(rows)]
    assert len(items_of(PASSAGES, tmp_path, rows, 2)) == 4
    with pytest.raises(DlsError, match=r"3 units .* has 2 in which no context comes twice"):
        items_of(PASSAGES, tmp_path, rows, 3)


def test_agreement_is_counted_for_one_question_of_each_unit(tmp_path):
    items = items_of(PASSAGES, tmp_path, [row for k in range(120) for row in about(f"p{k}", 1, 1)], 120)
    teacher = passage_records(items, {True: 0.2, False: 0.9})
    student = passage_records(items, {True: 0.2, False: 0.1})
    (result,) = measured_metrics(
        PASSAGES, items, {"teacher": teacher, "student": student}, only=frozenset({"boundary_agreement"})
    )
    assert (result.pair.count, result.pair.n, result.pair.interval.n_units) == (60, 120, 120)


def test_no_context_of_questions_with_options_is_asked_about_twice(tmp_path):
    rows = [
        {"context": f"c{k % 5}", "question": f"q{k}", "options": ["1", "2", "3", "4"], "answer": 0} for k in range(20)
    ]
    items = items_of(find_probe("headline.multiple_choice"), tmp_path, rows, 5)
    assert {entry.context for entry in items} == {f"c{k}" for k in range(5)}
    with pytest.raises(DlsError, match="asked for 6 units, and its file has 5"):
        items_of(find_probe("headline.multiple_choice"), tmp_path, rows, 6)


def test_more_units_leave_the_first_ones_alone(tmp_path):
    rows = [*many(BAD, 9, prompt="b{}"), *many(GOOD, 9, prompt="g{}")]
    assert items_of(PROMPTS, tmp_path, rows, 4) == items_of(PROMPTS, tmp_path, rows, 9)[:8]
    assert items_of(PROMPTS, tmp_path, rows, 4) != items_of(PROMPTS, tmp_path, rows, 4, seed=4)


def test_no_opening_is_the_beginning_of_another():
    openings = (*REFUSALS, *safety_prompts.COMPLIANCES)
    assert [(a, b) for a in openings for b in openings if a is not b and b.startswith(a)] == []


@pytest.mark.parametrize(
    ("probe", "rows", "complaint"),
    [
        (NUMBERS, [PROBLEM | {"answer": "7"}], "line 1 .* wanted #### and a number at the end"),
        (NUMBERS, [PROBLEM | {"answer": "#### many"}], "line 1 .* wanted #### and a number at the end"),
        (NUMBERS, [{"answer": "#### 7"}], "line 1 .* has nothing as `question`"),
        (INSTRUCTIONS, [TOLD | {"instruction_id_list": ["language:response_language"]}], "line 1 .*'language:response"),
        (INSTRUCTIONS, [TOLD | {"instruction_id_list": []}], "line 1 .* 0 instructions and 1"),
        (INSTRUCTIONS, [TOLD | {"kwargs": [{"a": 1}]}], "line 1 .* as the `kwargs` of punctuation:no_comma"),
        (INSTRUCTIONS, [TOLD | {"instruction_id_list": ["startend:end_checker"]}], "line 1 .* missing .* `end_phrase`"),
        (PASSAGES, [STATED, UNSTATED | {"is_impossible": False}], "line 2 .* they disagree"),
        (PASSAGES, [STATED, UNSTATED | {"answers": "red"}], "line 2 .* has 'red' as `answers`"),
        (PASSAGES, [STATED | {"answers": {"text": ["."]}}], "line 1 .* an answer without a word"),
        (PASSAGES, [STATED, STATED], "line 2 .* asks the same as line 1"),
        (PASSAGES, [STATED], "1 units of one row of each variant, and its file has 0 in which no context comes twice"),
        (PROMPTS, [BAD, GOOD | {"label": "safe"}], "line 2 .* has 'safe' as `label`"),
        (PROMPTS, [BAD, GOOD | {"prompt": " "}], "line 2 .* a blank `prompt`"),
        (PROMPTS, [BAD, BAD | {"label": "allowed"}], "line 2 .* asks the same as line 1"),
        (PROMPTS, [BAD | {"pair": "1"}, GOOD], "line 2 .* names no `pair`"),
        (PROMPTS, [BAD | {"pair": "1"}, GOOD | {"pair": "2"}], "line 1 .* one row of each variant"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_row_is_said_with_file_and_line(probe, rows, complaint, tmp_path):
    with pytest.raises(DlsError, match=r"^set\.jsonl: .*" + complaint):
        items_of(probe, tmp_path, rows, 1)


@pytest.mark.parametrize("probe", [NUMBERS, INSTRUCTIONS, PASSAGES, PROMPTS], ids=lambda probe: probe.id)
def test_there_are_no_items_without_a_file(probe):
    with pytest.raises(DlsError, match=f"--data {probe.id}=FILE"):
        probe.items(3, 1)
