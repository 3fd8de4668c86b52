"""Kinds of items, records, and measured numbers that several probes share."""
