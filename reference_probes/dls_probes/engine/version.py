"""The version of the engine's arithmetic: answers of different versions are never mixed."""

ENGINE = "4"
"""Raise it with every change after which the same pack may be answered with different bits.

Such changes concern tokens, masks, position ids, KV caches, noise or reductions, the members of an answer, or the way
from prompts to tokens. A change that only decides which requests share a pack needs no new version, since a pack is
named by its content.
"""
