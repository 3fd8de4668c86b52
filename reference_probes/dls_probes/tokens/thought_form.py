"""How a thought ends, and how the assistant's turn goes on behind it."""

import re
from dataclasses import dataclass

_TAG = re.compile(r"\s*[<◁\[]")


@dataclass(frozen=True, slots=True)
class ThoughtForm:
    """How a model thinks before it answers.

    Attributes:
        closing: the tag that closes a thought.
        is_opened: the chat template opens the thought; otherwise the model does, or answers at once.

    """

    closing: str
    is_opened: bool

    def split(self, text: str) -> tuple[str, str]:
        """Return the thought in what a model wrote under its limit, and the turn up to the answer.

        The thought is closed where the limit cut it. Both are "" where the model began none.
        """
        thought, tag, _ = text.partition(self.closing)
        if not tag and not self.is_opened and not _TAG.match(text):
            return "", ""
        line = "" if tag or thought.endswith("\n") else "\n"
        return thought, f"{thought}{line}{self.closing}\n\n"
