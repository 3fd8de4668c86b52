import math

import msgspec
import numpy as np
import pytest
from sklearn.metrics import balanced_accuracy_score, brier_score_loss, f1_score, log_loss, matthews_corrcoef

from dls.errors import DlsError
from dls.measuring.measure import checks, measured_metrics
from dls.probes.catalogue import find_probe
from dls.probes.collection import LABEL_PROBES
from dls.probes.shared.data_files import read_data, with_data_file
from dls.probes.shared.labels import LabelledItem, LabelRecord
from dls.probes.shared.phrasings import PHRASINGS

NAMES = ("cat", "dog", "emu")
RIGHT = ["cat", "dog", "emu", "cat", "dog", "cat", "cat", "cat"]
P = np.array(
    [[0.7, 0.2, 0.1], [0.3, 0.6, 0.1], [0.2, 0.5, 0.3], [0.4, 0.5, 0.1], [0.1, 0.8, 0.1], [0.9, 0.05, 0.05],
     [0.5, 0.3, 0.2], [0.34, 0.33, 0.33]]
)  # fmt: skip
Q = np.array(
    [[0.6, 0.2, 0.2], [0.5, 0.4, 0.1], [0.1, 0.2, 0.7], [0.6, 0.3, 0.1], [0.2, 0.7, 0.1], [0.3, 0.4, 0.3],
     [0.8, 0.1, 0.1], [0.2, 0.4, 0.4]]
)  # fmt: skip
ITEMS = [LabelledItem(str(i), f"text {i}", label) for i, label in enumerate(RIGHT)]
TRUTH = [NAMES.index(label) for label in RIGHT]


def records(table, order=(0, 1, 2)):
    return [LabelRecord(str(i), {NAMES[k]: math.log(row[k]) for k in order}) for i, row in enumerate(np.asarray(table))]


def measured(name, teacher=P, student=Q, order=(0, 1, 2)):
    probe = find_probe(name)
    result = measured_metrics(probe, ITEMS, {"teacher": records(teacher), "student": records(student, order)})
    return {entry.metric: entry for entry in result}


def test_the_task_scores_are_those_of_scikit_learn():
    result = measured("headline.labels")
    for arm, table in (("teacher", P), ("student", Q)):
        choice = table.argmax(axis=1)
        value = {
            name: getattr(result[name], arm).value for name in ("accuracy", "balanced_accuracy", "macro_f1", "matthews")
        }
        assert value["accuracy"] == pytest.approx(np.mean(choice == TRUTH), abs=5e-5)
        assert value["balanced_accuracy"] == pytest.approx(balanced_accuracy_score(TRUTH, choice), abs=5e-5)
        assert value["macro_f1"] == pytest.approx(f1_score(TRUTH, choice, average="macro"), abs=5e-5)
        assert value["matthews"] == pytest.approx(matthews_corrcoef(TRUTH, choice), abs=5e-5)


def test_flips_and_agreement_are_counted_item_by_item():
    result = measured("headline.labels")
    p, q = P.argmax(axis=1), Q.argmax(axis=1)
    right = np.array(TRUTH)
    assert result["answer_agreement"].pair.value == np.mean(p == q)
    assert result["flips_lost"].pair.value == np.mean((p == right) & (q != right))
    assert result["flips_gained"].pair.value == np.mean((p != right) & (q == right))


def test_certainty_is_that_of_scikit_learn():
    result = measured("uncertainty.labels")
    choice, sure = P.argmax(axis=1), P.max(axis=1)
    assert result["brier"].teacher.value == pytest.approx(brier_score_loss(TRUTH, P, scale_by_half=False), abs=6e-5)
    assert result["mean_confidence"].teacher.value == pytest.approx(np.mean(sure), abs=5e-5)
    seven_surest = np.argsort(-sure)[:7]
    expected = np.mean((choice != TRUTH)[seven_surest])
    assert result["selective_risk_80"].teacher.value == pytest.approx(expected, abs=5e-5)
    assert result["nll"].teacher.value == pytest.approx(log_loss(TRUTH, P, labels=[0, 1, 2]), abs=5e-5)
    assert result["brier_top_label"].teacher.value == pytest.approx(brier_score_loss(choice == TRUTH, sure), abs=5e-5)
    assert result["overconfidence_gap"].teacher.value == pytest.approx(np.mean(sure - (choice == TRUTH)), abs=5e-5)


def test_the_calibration_error_is_the_gap_of_each_of_fifteen_bins():
    sure = P.max(axis=1)
    gap, fifteenth = sure - (P.argmax(axis=1) == TRUTH), np.ceil(sure * 15)
    expected = sum(abs(gap[fifteenth == number].sum()) for number in np.unique(fifteenth)) / len(TRUTH)
    assert measured("uncertainty.labels")["ece"].teacher.value == pytest.approx(expected, abs=5e-5)


def test_divergences_are_sums_over_labels():
    result = {name: entry.pair.value for name, entry in measured("fidelity.labels").items()}
    middle = (P + Q) / 2
    forward, reverse = (P * np.log(P / Q)).sum(axis=1), (Q * np.log(Q / P)).sum(axis=1)
    jsd = ((P * np.log(P / middle)).sum(axis=1) + (Q * np.log(Q / middle)).sum(axis=1)) / 2
    expected = {
        "kl_teacher_student": forward.mean(),
        "kl_student_teacher": reverse.mean(),
        "jsd": jsd.mean(),
        "tv": np.abs(P - Q).sum(axis=1).mean() / 2,
        "top1_agreement": np.mean(P.argmax(axis=1) == Q.argmax(axis=1)),
    }
    assert result == pytest.approx(expected, abs=5e-5)


@pytest.mark.parametrize("name", ["headline.labels", "uncertainty.labels", "fidelity.labels"])
def test_the_order_of_a_models_outputs_moves_no_number(name):
    assert measured(name) == measured(name, order=(2, 0, 1))


@pytest.mark.parametrize(
    ("name", "value"),
    [("accuracy", 0.0), ("balanced_accuracy", 0.0), ("macro_f1", 0.0), ("brier_top_label", 1.0), ("brier", 2.0),
     ("nll", 50.0),
     ("top1_agreement", 0.0), ("tv", 1.0), ("jsd", math.log(2))],
)  # fmt: skip
def test_an_item_that_ended_in_an_error_has_the_worst_value(name, value):
    probe = next(entry for entry in LABEL_PROBES if name in {m.metric for m in entry.measures})
    arms = {"teacher": records(P), "student": [probe.failed(item) for item in ITEMS]}
    (result,) = measured_metrics(probe, ITEMS, arms, only=frozenset({name}))
    assert (result.pair or result.student).value == pytest.approx(value, abs=1e-4)


@pytest.mark.parametrize(
    ("table", "above"),
    [(np.eye(3)[TRUTH], 1.0), (np.tile([0.8, 0.1, 0.1], (8, 1)), 0.0), (np.tile([0.1, 0.1, 0.8], (8, 1)), 0.0)],
    ids=["always right", "always the commonest label", "always the rarest"],
)
def test_a_classifier_that_says_one_thing_always_is_at_chance(table, above):
    smooth = 0.98 * table + 0.02 / 3
    (check,) = checks(find_probe("uncertainty.labels"), ITEMS, {"student": records(smooth)})
    assert check.value == pytest.approx(above, abs=1e-4)
    assert check.passed is (above > 0.25)


@pytest.mark.parametrize(
    "logprobs",
    [{"cat": 0.0}, {"cat": -1.0, "dog": -1.0}, {"cat": 0.0, "dog": 0.0}, {}],
    ids=["one label", "too little", "too much", "none"],
)
def test_a_record_that_is_no_distribution_is_refused(logprobs):
    encoding = msgspec.json.encode({"id": "1", "logprobs": logprobs})
    with pytest.raises(msgspec.ValidationError, match="two or more share 1"):
        msgspec.json.decode(encoding, type=LabelRecord)


# --- within and outside of every label


def scoped(tmp_path, inside, outside):
    lines = [
        "text,label,abstain",
        *(f"in {i},cat,none" for i in range(inside)),
        *(f"out {i},,none" for i in range(outside)),
    ]
    (tmp_path / "scope.csv").write_text("\n".join(lines) + "\n")
    return with_data_file(find_probe("boundary.out_of_scope"), read_data(tmp_path / "scope.csv"))


def sure(item, p):
    return LabelRecord(item.id, {"cat": math.log(0.75 * (1 - p)), "dog": math.log(0.25 * (1 - p)), "none": math.log(p)})


@pytest.mark.parametrize(
    ("within", "outside", "soft", "hard"),
    [(0.1, 0.9, 0.8, 1.0), (0.9, 0.9, 0.0, 0.0), (0.1, 0.1, 0.0, 0.0), (0.9, 0.1, -0.8, -1.0), (0.1, 0.45, 0.35, 1.0)],
    ids=[
        "tells them apart",
        "always abstains",
        "never abstains",
        "the wrong way round",
        "abstains where nothing is likelier",
    ],
)
def test_abstaining_counts_where_no_label_fits_and_against_it_where_one_does(tmp_path, within, outside, soft, hard):
    probe = scoped(tmp_path, 6, 4)
    items = probe.items(3, 4, PHRASINGS)
    answers = [sure(item, within if item.label else outside) for item in items]
    result = {entry.metric: entry for entry in measured_metrics(probe, items, {"teacher": answers, "student": answers})}
    assert result["abstention_soft_j"].student.value == pytest.approx(soft, abs=1e-4)
    assert result["abstention_hard_j"].student.value == pytest.approx(hard, abs=1e-4)


def test_both_variants_are_drawn_in_turn_and_each_text_once(tmp_path):
    items = scoped(tmp_path, 6, 4).items(3, 4, PHRASINGS)
    assert [bool(item.label) for item in items] == [True, False] * 4
    assert len({item.id for item in items}) == 8
    assert [item.cluster for item in items] == [f"{i // 2:06d}" for i in range(8)]


def test_a_model_that_fails_on_every_text_has_the_worst_boundary(tmp_path):
    probe = scoped(tmp_path, 4, 4)
    items = probe.items(3, 4, PHRASINGS)
    answers = [probe.failed(item) for item in items]
    (result,) = measured_metrics(probe, items, {"student": answers}, only=frozenset({"abstention_soft_j"}))
    assert result.student.value == pytest.approx(-1)


def test_a_variant_with_too_few_texts_is_named(tmp_path):
    with pytest.raises(DlsError, match="asked for 5 texts with a label and 5 without, and its file has 6 and 4"):
        scoped(tmp_path, 6, 4).items(3, 5, PHRASINGS)


# --- files


@pytest.mark.parametrize(
    ("name", "row", "complaint"),
    [
        ("headline.labels", '"",cat', "line 2 of the data file has a blank text"),
        ("headline.labels", '" \n ",cat', "line 2 of the data file has a blank text"),
        ("headline.labels", "a text,", "line 2 of the data file has no label"),
        ("boundary.out_of_scope", "a text,cat", "line 2 of the data file has nothing as `abstain`"),
    ],
)
def test_a_row_of_another_form_is_named_by_its_line(tmp_path, name, row, complaint):
    (tmp_path / "rows.csv").write_text(f"text,label\n{row}\n")
    probe = with_data_file(find_probe(name), read_data(tmp_path / "rows.csv"))
    with pytest.raises(DlsError, match=complaint):
        probe.items(1, 1, PHRASINGS)


@pytest.mark.parametrize(
    ("rows", "complaint"),
    [
        ("a,cat,none\nb,,other\n", "line 3 .* 'other' as `abstain`, line 2 'none'"),
        ("a,none,none\n", "leave that label empty"),
    ],
)
def test_the_label_for_abstaining_is_one_and_never_the_right_one(tmp_path, rows, complaint):
    (tmp_path / "rows.csv").write_text("text,label,abstain\n" + rows)
    probe = with_data_file(find_probe("boundary.out_of_scope"), read_data(tmp_path / "rows.csv"))
    with pytest.raises(DlsError, match=complaint):
        probe.items(1, 1, PHRASINGS)


@pytest.mark.parametrize("probe", LABEL_PROBES, ids=[entry.id for entry in LABEL_PROBES])
def test_without_a_file_there_are_no_items(probe):
    with pytest.raises(DlsError, match=f"give texts with their labels with --data {probe.id}=FILE"):
        probe.items(1, 5)
