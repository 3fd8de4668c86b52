"""A part of many like cases for the ordinary run; the others are slow."""

import pytest


def every(step, values):
    """Return the values as parameters: the first, and then one of each so many, in every run; the others are slow."""
    return [pytest.param(value, marks=pytest.mark.slow if i % step else ()) for i, value in enumerate(values)]
