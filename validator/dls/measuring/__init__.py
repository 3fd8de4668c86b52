"""From per-item records to printed numbers."""
