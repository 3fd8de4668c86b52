import math

import pytest

from dls.measuring.measure import measured_metrics
from dls.probes.fidelity_next_token import PROBE, TextPairRecord, TextRecord

ITEMS = PROBE.items(1, 100)


def test_a_third_of_the_texts_is_a_choice_a_chain_and_a_story_each():
    assert "options:" in ITEMS[0].question
    assert ITEMS[1].text.startswith(ITEMS[1].question.split("what is ")[1].split()[0])
    assert ITEMS[2].text.endswith("the end.")


def test_the_metrics_of_the_pair_are_means_over_texts():
    pair = [TextPairRecord(item.id, i / 100, i / 50, i / 200, i / 400, i / 100) for i, item in enumerate(ITEMS)]
    result = {entry.metric: entry.pair.value for entry in measured_metrics(PROBE, ITEMS, {"pair": pair}) if entry.pair}
    assert result == {
        "top1_agreement": 0.495,
        "kl_teacher_student": 0.495,
        "kl_student_teacher": 0.99,
        "jsd": 0.2475,
        "tv": pytest.approx(0.1238, abs=1e-4),
    }


def test_bits_per_byte_weighs_texts_by_their_bytes():
    records = [TextRecord(item.id, -len(item.text) * math.log(2) * 0.5) for item in ITEMS]
    result = {entry.metric: entry for entry in measured_metrics(PROBE, ITEMS, {"student": records})}
    assert result["bits_per_byte"].student.value == 0.5
