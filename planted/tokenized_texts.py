"""A tokenizer that keeps the token ids of each text, for many models that share it and are asked the same."""

from collections.abc import Sequence
from dataclasses import dataclass, field, fields

from dls_probes.requests import Prompt
from dls_probes.tokens.text import PromptTokenizer

_Row = tuple[tuple[int, ...], int]


@dataclass(frozen=True)
class TokenizedTexts(PromptTokenizer):
    """A prompt tokenizer with the results of `pairs` so far."""

    rows: dict[tuple[Prompt, str], _Row] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def of(cls, text: PromptTokenizer) -> "TokenizedTexts":
        """Return the same tokenizer with an empty memory."""
        return cls(**{entry.name: getattr(text, entry.name) for entry in fields(PromptTokenizer)})

    def pairs(self, pairs: Sequence[tuple[Prompt, str]]) -> list[_Row]:
        """Return the token ids of each prompt and continuation, and where the continuation begins."""
        missing = [pair for pair in dict.fromkeys(pairs) if pair not in self.rows]
        if missing:
            self.rows.update(zip(missing, super().pairs(missing), strict=True))
        return [self.rows[pair] for pair in pairs]
