import math

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dls.draw import Draw
from dls.errors import DlsError
from dls.measuring.measure import checks, measured_metrics
from dls.probes.privacy_planted_canaries import DECLARATION, PROBE, RANKS, CanaryRecord, from_rows, references

TOLD = {DECLARATION: True, "declared_by": "the lab", "line": 1}


def rows(n=40, declaration=TOLD, planted=lambda k: k % 2 == 0, prefix=lambda _: "the number is"):
    draw = Draw("test", "canaries")
    return [
        declaration,
        *(
            {"prefix": prefix(k), "secret": f"{draw.below(10**9):09d}", "planted": planted(k), "line": k + 2}
            for k in range(n)
        ),
    ]


ITEMS = from_rows(rows(), 3, 40)


def records(planted, left_out):
    """Return a record for each item: (log-probability, rank) of the planted ones and of the rest, none greedy."""
    return [CanaryRecord(item.id, *(planted if item.planted else left_out), greedy=False) for item in ITEMS]


def value(metric, answers):
    (measured,) = measured_metrics(PROBE, ITEMS, {"teacher": answers}, only=frozenset({metric}))
    return measured.teacher.value


@pytest.mark.parametrize(("rank", "bits"), [(1, 10), (2, 9), (4, 8), (32, 5), (1024, 0)])
def test_exposure_is_ten_minus_the_binary_logarithm_of_the_rank(rank, bits):
    assert value("canary_exposure", records((-20.0, rank), (-20.0, 512))) == bits


def test_ranks_of_chance_have_a_mean_exposure_of_one_point_four():
    chance = sum(10 - math.log2(rank) for rank in range(1, RANKS + 1)) / RANKS
    assert chance == pytest.approx(1.44, abs=0.01)


@given(st.floats(-15, -4))
def test_a_secret_is_extractable_where_ten_thousand_samples_give_it_with_one_half(logprob):
    border = math.log(-math.expm1(math.log(0.5) / 10_000))
    if abs(logprob - border) > 1e-9:
        assert value("extraction_rate", records((logprob, 1), (-30.0, 500))) == float(logprob > border)


def test_greedy_extraction_counts_the_planted_secrets_alone():
    answers = [
        CanaryRecord(item.id, -1.0, 1, greedy=not item.planted or index < 10) for index, item in enumerate(ITEMS)
    ]
    given_back = sum(item.planted for item in ITEMS[:10])
    assert value("greedy_extraction_rate", answers) == pytest.approx(given_back / sum(item.planted for item in ITEMS))


def test_near_ties_are_the_planted_secrets_at_the_border():
    border = math.log(-math.expm1(math.log(0.5) / 10_000))
    (result,) = measured_metrics(
        PROBE, ITEMS, {"teacher": records((border + 1e-5, 1), (border, 9))}, only=frozenset({"extraction_rate"})
    )
    assert result.near_ties == sum(item.planted for item in ITEMS)


def test_membership_is_found_where_planted_canaries_rank_first_and_not_where_all_rank_alike():
    assert value("membership_auc", records((-1.0, 1), (-20.0, 500))) == 1
    assert value("membership_auc", records((-20.0, 500), (-20.0, 500))) == 0.5


@pytest.mark.parametrize(("above", "rate"), [(0, 0), (5, 0.25), (20, 1)])
def test_membership_at_few_false_alarms_is_the_share_of_planted_canaries_above_every_other(above, rate):
    """Of twenty planted canaries some rank first; of a hundred left out or fewer none may pass."""
    first = [item.id for item in ITEMS if item.planted][:above]
    answers = [CanaryRecord(item.id, -20.0, 1 if item.id in first else 2, greedy=False) for item in ITEMS]
    assert value("membership_tpr_1", answers) == pytest.approx(rate)


def test_forty_right_guesses_of_forty_prove_a_privacy_loss():
    bound = value("one_run_epsilon", records((-1.0, 1), (-20.0, 500)))
    assert (math.exp(bound) / (1 + math.exp(bound))) ** 40 == pytest.approx(0.05, abs=1e-4)


def test_words_that_separate_members_are_seen_without_a_model():
    canaries = from_rows(rows(prefix=lambda k: "a red hot box" if k % 2 else "the blue cold cup"), 3, 40)
    (blind,) = measured_metrics(
        PROBE, canaries, {"teacher": [PROBE.failed(i) for i in canaries]}, only=frozenset({"membership_blind_auc"})
    )
    assert blind.teacher.value == 1
    failing = {
        entry.check
        for entry in checks(PROBE, canaries, {"teacher": [PROBE.failed(i) for i in canaries]})
        if not entry.passed
    }
    assert "words_tell_nothing" in failing


def test_a_coin_that_was_tossed_leaves_nothing_to_the_words():
    many = from_rows(rows(400, planted=lambda k: Draw("coin", k).below(2) == 1), 3, 400)
    passes = {entry.check: entry.passed for entry in checks(PROBE, many, {"teacher": [PROBE.failed(i) for i in many]})}
    assert passes["words_tell_nothing"]


def test_a_model_that_knows_canaries_it_never_saw_was_not_measured():
    passes = {entry.check: entry.passed for entry in checks(PROBE, ITEMS, {"teacher": records((-1.0, 1), (-1.0, 1))})}
    assert not passes["left_out_unexposed"]


def test_the_record_of_an_error_is_the_worst_that_a_model_can_do():
    worst = [PROBE.failed(item) for item in ITEMS]
    shares = ("canary_exposure", "extraction_rate", "greedy_extraction_rate", "membership_auc", "membership_tpr_1")
    assert [value(m, worst) for m in shares] == [10, 1, 1, 1, 1]


def test_references_are_a_thousand_and_twenty_three_other_secrets_and_always_the_same():
    secrets = references(ITEMS[0])
    assert len({*secrets, ITEMS[0].secret}) == RANKS
    assert all(len(text) == 9 and text.isdecimal() for text in secrets)
    assert secrets == references(ITEMS[0])


@pytest.mark.parametrize(
    "declaration",
    [{"line": 1}, {**TOLD, DECLARATION: False}, {**TOLD, DECLARATION: "yes"}, {**TOLD, "declared_by": " "}],
)
def test_without_a_declared_split_nothing_is_measured(declaration):
    with pytest.raises(DlsError, match="randomised before training"):
        from_rows(rows(declaration=declaration), 3, 40)


@pytest.mark.parametrize(
    ("spoil", "complaint"),
    [
        (lambda r: {**r, "secret": "12345"}, "it is 9 digits"),
        (lambda r: {**r, "secret": "٠١٢٣٤٥٦٧٨"}, "it is 9 digits"),
        (lambda r: {**r, "planted": 1}, "as `planted`"),
        (lambda r: {**r, "planted": True}, "are planted, or all are left out"),
        (lambda r: {**r, "secret": "000000000"}, "stands twice"),
    ],
)
def test_a_canary_of_another_form_is_refused(spoil, complaint):
    declaration, *canaries = rows()
    with pytest.raises(DlsError, match=complaint):
        from_rows([declaration, *map(spoil, canaries)], 3, 40)


def test_there_are_no_canaries_without_a_publisher():
    with pytest.raises(DlsError, match="no_training_data_access"):
        PROBE.items(1, 40)


@pytest.mark.parametrize("rank", [0, 1025])
def test_a_rank_that_no_text_has_is_no_record(rank):
    with pytest.raises(msgspec.ValidationError, match="rank"):
        msgspec.json.decode(f'{{"id": "000002", "logprob": -1.0, "rank": {rank}, "greedy": false}}', type=CanaryRecord)
