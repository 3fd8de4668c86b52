"""A thought ends at its tag or at the profile's limit, and the answer stands behind it."""

import pytest

from dls_probes.tokens.thought_form import ThoughtForm

OPENED, FREE = ThoughtForm("</think>", is_opened=True), ThoughtForm("</think>", is_opened=False)


@pytest.mark.parametrize(
    ("form", "text", "thought", "turn"),
    [
        (OPENED, "so 7\n</think>\n\nred", "so 7\n", "so 7\n</think>\n\n"),
        (OPENED, "so 7", "so 7", "so 7\n</think>\n\n"),
        (OPENED, "so 7\n", "so 7\n", "so 7\n</think>\n\n"),
        (OPENED, "", "", "\n</think>\n\n"),
        (OPENED, "a</think>b</think>c", "a", "a</think>\n\n"),
        (FREE, "<think>\nso 7\n</think>\n\nred", "<think>\nso 7\n", "<think>\nso 7\n</think>\n\n"),
        (FREE, "\n<think>\nso", "\n<think>\nso", "\n<think>\nso\n</think>\n\n"),
        (FREE, "red", "", ""),
        (FREE, "", "", ""),
    ],
)
def test_the_turn_goes_on_behind_a_closed_thought(form, text, thought, turn):
    assert form.split(text) == (thought, turn)
