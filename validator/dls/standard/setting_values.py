"""The values that the settings of a model's wording and precision may have."""

from collections.abc import Mapping
from types import MappingProxyType

from dls.standard.numbers import THOUGHTS

MOST_THOUGHT_TOKENS = 8192
"""The most tokens that a profile may give to a thought."""

SETTINGS: Mapping[str, tuple[str | bool, ...]] = MappingProxyType(
    {
        "dtype": ("float32", "bfloat16", "float16"),
        "prompt_format": ("chat", "plain"),
        "fold_system": (False, True),
        "frame": ("none", "few_shot"),
        THOUGHTS: ("closed",),
    }
)
"""The words and truth values of each setting; thoughts may also have a number of tokens."""


def is_setting(name: str, value: object) -> bool:
    """Whether a value is one that the setting of this name may have."""
    if name == THOUGHTS and type(value) is int:
        return 1 <= value <= MOST_THOUGHT_TOKENS
    return any(type(value) is type(option) and value == option for option in SETTINGS[name])


def options_text(name: str) -> str:
    """Return the values that a setting may have, for a message."""
    options = ", ".join(map(str, SETTINGS[name]))
    return f"{options}, a number of tokens from 1 to {MOST_THOUGHT_TOKENS}" if name == THOUGHTS else options
