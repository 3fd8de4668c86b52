"""Confidence as pictures: a reliability diagram and a risk-coverage curve of both models."""

from pathlib import Path
from typing import Any

from dls.errors import DlsError
from dls.page.view import Confidence, Page
from dls.plot.extra import as_page, library
from dls.plot.palette import QUIET, STUDENT, TEACHER, configured

SIDE = 290  # pixels


def reliability(statement: Page | Path | str, probe: str | None = None) -> Any:
    """Return the reliability diagram of both models as an Altair chart: the share of right answers by confidence.

    Args:
        statement: its path, or its page.
        probe: the id of the probe; None for the first one that reads confidence.

    Raises:
        DlsError: the records of such a probe are not at hand, or the extra [report] is missing.
    """
    alt, confidence = library("altair"), _confidence(statement, probe)
    bins = [
        {"model": model.arm, "x": part.confidence, "y": part.accuracy, "low": part.low, "high": part.high, "n": part.n}
        for model in confidence.models
        for part in model.bins
    ]
    shares = alt.Scale(domain=[0, 1])
    base = alt.Chart(alt.InlineData(values=bins)).encode(
        x=alt.X("x:Q", title="mean confidence", scale=shares, axis=alt.Axis(format="%", tickCount=5)),
        color=_colour(alt),
    )
    y = alt.Y("y:Q", title="right answers", scale=shares, axis=alt.Axis(format="%", tickCount=5))
    diagonal = alt.Chart(alt.InlineData(values=[{"x": 0, "y": 0}, {"x": 1, "y": 1}])).mark_line(
        color=QUIET, strokeDash=[4, 4], strokeWidth=1
    )
    layers = (
        diagonal.encode(x="x:Q", y="y:Q"),
        base.mark_rule(strokeWidth=2, opacity=0.5).encode(y=alt.Y("low:Q"), y2="high:Q"),
        base.mark_line(strokeWidth=1.5).encode(y=y, strokeDash=_dash(alt)),
        base.mark_point(filled=True, size=60, opacity=1).encode(y=y, shape=_shape(alt)),
    )
    return configured(alt.layer(*layers).properties(width=SIDE, height=SIDE))


def risk_coverage(statement: Page | Path | str, probe: str | None = None) -> Any:
    """Return the risk-coverage curve of both models: the error rate among the most confident answers, by their share.

    Arguments and errors are those of `reliability`.
    """
    alt, confidence = library("altair"), _confidence(statement, probe)
    points = [
        {"model": model.arm, "coverage": coverage, "risk": risk}
        for model in confidence.models
        for coverage, risk in model.risk
    ]
    chart = alt.Chart(alt.InlineData(values=points)).mark_line(strokeWidth=2)
    shares = alt.Axis(format="%", tickCount=5)
    return configured(
        chart.encode(
            x=alt.X("coverage:Q", title="share of questions answered, the surest first", axis=shares),
            y=alt.Y("risk:Q", title="wrong among them", axis=shares),
            color=_colour(alt),
            strokeDash=_dash(alt),
        ).properties(width=SIDE, height=SIDE)
    )


def _confidence(statement: Page | Path | str, probe: str | None) -> Confidence:
    entries = as_page(statement).records.confidence
    entry = next((entry for entry in entries if probe in (None, entry.probe)), None)
    if entry is None:
        raise DlsError(
            f"no records with confidence of {probe or 'any probe'} lie beside the statement; fetch them first"
        )
    return entry


def _colour(alt: Any) -> Any:
    scale = alt.Scale(domain=["teacher", "student"], range=[TEACHER, STUDENT])
    return alt.Color("model:N", scale=scale, legend=alt.Legend(title=None, orient="top"))


def _dash(alt: Any) -> Any:
    return alt.StrokeDash(
        "model:N", scale=alt.Scale(domain=["teacher", "student"], range=[[6, 3], [1, 0]]), legend=None
    )


def _shape(alt: Any) -> Any:
    return alt.Shape("model:N", scale=alt.Scale(domain=["teacher", "student"], range=["square", "circle"]))
