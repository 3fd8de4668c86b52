"""Scenario profiles: the needs of a use, and whether its plan can decide them."""
