"""The version of the engine's arithmetic: what was computed by another one is not mixed with this one's."""

ENGINE = "1"
"""Raise it with every change after which the same pack may be answered with other bits: how tokens, masks, positions,
caches, noise or reductions are computed, what an answer holds, how prompts become tokens. What only decides which requests
share a pack needs no other number, since a pack is named by its content."""
