"""The outcomes and assurance that printed numbers and evidence support."""
