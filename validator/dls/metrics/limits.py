"""Limits that metrics and the records of probes share; no numpy."""

MOST_NATS = 10.0
"""A text whose mean divergence is larger counts as this."""
