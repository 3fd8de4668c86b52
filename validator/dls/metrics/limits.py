"""Limits that metrics and the records of probes share; this module does without numpy."""

MOST_NATS = 10.0
"""The largest mean divergence of a text, in nats; a larger one counts as this."""
