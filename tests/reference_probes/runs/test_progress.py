import io

from rich.console import Console

from dls_probes.runs.progress import Bar


def test_without_a_terminal_a_line_is_printed_every_thirty_seconds(monkeypatch):
    now = [0.0]
    monkeypatch.setattr("dls_probes.runs.progress.time.monotonic", lambda: now[0])
    printed = io.StringIO()
    with Bar("teacher", 100, Console(file=printed, width=200)) as bar:
        for second in range(1, 101):
            now[0] = float(second)
            bar.advance(items=1, tokens=500)
    lines = printed.getvalue().splitlines()
    assert lines[0] == "teacher: 31/100 items, 500 tokens/s, 69 s left"
    assert len(lines) == 4
    assert lines[-1].startswith("teacher: 100/100 items")


def test_a_terminal_shows_items_speed_and_remaining_time():
    printed = io.StringIO()
    with Bar("student", 4, Console(file=printed, force_terminal=True, width=120)) as bar:
        bar.advance(items=4, tokens=1000)
    shown = printed.getvalue()
    assert "student" in shown
    assert "4/4" in shown
    assert "tokens/s" in shown


def test_a_run_that_stops_early_claims_no_end():
    printed = io.StringIO()
    with Bar("teacher", 10, Console(file=printed)) as bar:
        bar.advance(items=3)
    assert printed.getvalue() == ""
