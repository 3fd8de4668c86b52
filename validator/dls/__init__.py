"""The Distillation Loss Statement: read, check and recompute statements. Loads no model and no torch."""

__version__ = "0.1.0"
