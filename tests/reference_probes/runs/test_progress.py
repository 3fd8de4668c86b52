import io

import pytest
from rich.console import Console

from dls_probes.runs.course import Course, CourseStep
from dls_probes.runs.progress import Bar, time_in_words

MODULE = "dls_probes.runs.progress.time.monotonic"


def test_without_a_terminal_a_line_is_printed_every_thirty_seconds(monkeypatch):
    now = [0.0]
    monkeypatch.setattr(MODULE, lambda: now[0])
    printed = io.StringIO()
    left = lambda share: 100 * (1 - share)  # noqa: E731
    with Bar("teacher", 100, left, Console(file=printed, width=200)) as bar:
        for second in range(1, 101):
            now[0] = float(second)
            bar.advance(requests=1, tokens=500)
    lines = printed.getvalue().splitlines()
    assert lines[0] == "teacher: 31 of 100 requests, 500 tokens/s, 69 s left"
    assert len(lines) == 4
    assert lines[-1].startswith("teacher: 100 of 100 requests")


def test_a_terminal_shows_requests_speed_and_remaining_time():
    printed = io.StringIO()
    with Bar("student", 4, lambda _: 2280.0, Console(file=printed, force_terminal=True, width=120)) as bar:
        bar.advance(requests=4, tokens=1000)
    shown = printed.getvalue()
    assert "student" in shown
    assert "4/4" in shown
    assert "tokens/s" in shown
    assert "38 min left" in shown


def test_a_round_that_asks_more_raises_the_number_and_never_lowers_it():
    printed = io.StringIO()
    with Bar("teacher", 10, console=Console(file=printed)) as bar:
        bar.expect(4)
        bar.advance(requests=4)
        bar.expect(12)
    assert printed.getvalue().startswith("teacher: 4 of 12 requests")


def stop_early(console):
    with Bar("teacher", 10, console=console) as bar:
        bar.advance(requests=3)
        raise ValueError("stop")


def test_a_run_that_stops_early_claims_no_end():
    printed = io.StringIO()
    with pytest.raises(ValueError, match="stop"):
        stop_early(Console(file=printed))
    assert printed.getvalue() == ""


STEPS = (
    CourseStep("a", "teacher", 3),
    CourseStep("b", "teacher", 6),
    CourseStep("a", "student", 1),
    CourseStep("b", "student", 2),
)
COURSE = Course(STEPS, start=0.0)


def test_a_step_has_its_place_in_the_course():
    assert COURSE.label("b", "teacher") == "probe 2 of 2, model 1 of 2 · "
    assert COURSE.label("a", "student") == "probe 1 of 2, model 2 of 2 · "
    assert COURSE.label("a", "pair") == ""


@pytest.mark.parametrize(
    ("probe", "arm", "share", "left"),
    [
        ("a", "teacher", 0.0, None),
        ("a", "teacher", 1.0, 180.0),
        ("b", "teacher", 1.0, 20.0),
        ("b", "student", 1.0, 0.0),
        ("a", "pair", 1.0, None),
    ],
)
def test_the_time_that_is_left_follows_from_the_work_that_is_done(monkeypatch, probe, arm, share, left):
    """The whole work is 12, of which a teacher's first step is 3; a minute has passed."""
    monkeypatch.setattr("dls_probes.runs.course.time.monotonic", lambda: 60.0)
    assert COURSE.clock(probe, arm)(share) == left


@pytest.mark.parametrize(("seconds", "words"), [(None, "time left unknown"), (90, "90 s left"), (2280, "38 min left")])
def test_a_time_is_said_in_words(seconds, words):
    assert time_in_words(seconds) == words
