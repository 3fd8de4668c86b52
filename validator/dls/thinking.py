"""How a manifest says that a model's answers begin inside of a thought, which no record shows."""

SETTING, OPEN = "thinking", "open"
CHECK = "thinking_off"
"""The validity check that such a model fails: what was asked about its first tokens is about the thought's."""
