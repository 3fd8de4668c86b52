"""From conversations to token ids and back: the text handling that decides numbers.

The rules:

- A prompt is rendered with the tokenizer's chat template, or plainly (turns joined by line breaks).
- What the tokenizer puts in front of a text (BOS, where the model was trained with one) stands there exactly once.
- Prompt and continuation are encoded *together*. The continuation's tokens begin where this encoding first differs
  from the prompt's own: a token that straddles the border belongs to the continuation.
- Nothing is ever cut off: what does not fit the window is an error of its item.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import takewhile
from typing import Any

from dls_probes.packs import shared_length
from dls_probes.requests import Prompt
from dls_probes.tokens.chat_template import fold_system_turn, render_chat
from dls_probes.tokens.token_ends import PromptFormat, end_of_turn_token, opening_tokens

_TAIL = 8  # tokens of context that fix how the first generated token begins (a space or none)
_BATCH = 256  # texts that are encoded together: an encoding takes a hundred times the memory of its ids
_ANSWER = "x"


class ItemTooLong(Exception):  # noqa: N818  its name stands in the error record
    """An item does not fit the model's window; the message gives both lengths in tokens."""


class EmptyPrompt(Exception):  # noqa: N818  its name stands in the error record
    """A model without a BOS token was asked about a text that nothing precedes."""


@dataclass(frozen=True)
class PromptTokenizer:
    """A model's tokenizer and the rules by which prompts become tokens.

    Attributes:
        tokenizer: a transformers tokenizer.
        window: the most tokens that the model can read, or None where it has no limit.
        eos: token ids that end an answer: of the configuration, the generation configuration and the chat template.
        prompt_format: `chat` renders with the chat template, `plain` joins the turns by line breaks.
        fold_system: put the system turn at the head of the first user turn; the same for both models of a pair.
        notes: what the self-test found unusual.

    """

    tokenizer: Any
    window: int | None
    eos: tuple[int, ...]
    prompt_format: PromptFormat = "chat"
    fold_system: bool = False
    notes: tuple[str, ...] = ()

    @cached_property
    def opening(self) -> tuple[int, ...]:
        """The special tokens that the tokenizer itself puts in front of a text; usually BOS or nothing."""
        return opening_tokens(self.tokenizer)

    @cached_property
    def _bos(self) -> int | None:
        found = self.tokenizer.bos_token_id
        return None if found is None else int(found)

    @property
    def bos(self) -> bool:
        """Whether every prompt starts with BOS (once)."""
        first = self.prompt_ids([Prompt.user(_ANSWER)])[0][:1]
        return first == [self.tokenizer.bos_token_id]

    @cached_property
    def end_of_turn(self) -> int:
        """The token that ends the assistant's turn: what the chat template writes there, else EOS."""
        return end_of_turn_token(self.tokenizer, self.prompt_format) or self.eos[0]

    def render(self, prompt: Prompt) -> str:
        """Return the prompt as one text that ends where the assistant goes on."""
        if not prompt.messages:  # bare text, as it stands in training data
            return prompt.prefill
        messages = fold_system_turn(prompt.messages) if self.fold_system else prompt.messages
        if self.prompt_format == "plain":
            return "".join(f"{message.content}\n" for message in messages) + prompt.prefill
        return render_chat(self.tokenizer, messages) + prompt.prefill

    def prompt_ids(self, prompts: Sequence[Prompt]) -> list[list[int]]:
        """Return the token ids of each prompt."""
        return self._encode([self.render(prompt) for prompt in prompts])

    def pairs(self, pairs: Sequence[tuple[Prompt, str]]) -> list[tuple[tuple[int, ...], int]]:
        """Return, for each prompt with its continuation, the token ids of both and where the continuation begins.

        Raises nothing for an empty prompt: the beginning is then 0, and nothing precedes the first token.
        """
        prompts = list(dict.fromkeys(prompt for prompt, _ in pairs))
        render_chat = {prompt: self.render(prompt) for prompt in prompts}
        alone = dict(zip(prompts, self._encode([render_chat[prompt] for prompt in prompts]), strict=True))
        joint = self._encode([render_chat[prompt] + continuation for prompt, continuation in pairs])
        return [(tuple(ids), shared_length(alone[prompt], ids)) for (prompt, _), ids in zip(pairs, joint, strict=True)]

    def options(self, prompt: Prompt, options: Sequence[str]) -> tuple[int, ...]:
        """Return the first token of each option, as it would follow the prompt.

        Raises:
            ValueError: two options begin with the same token.

        """
        first = tuple(tokens[start] for tokens, start in self.pairs([(prompt, option) for option in options]))
        if len(set(first)) < len(first):
            raise ValueError(f"two of the options {tuple(options)} begin with the same token; score them instead")
        return first

    def decode(self, prompt_ids: Sequence[int], generated: Sequence[int]) -> str:
        """Return the text of generated tokens, as it goes on from the prompt's last ordinary tokens."""
        tail = self._tail(prompt_ids)
        before, whole = self._text(tail), self._text([*tail, *generated])
        return whole[len(before) :] if whole.startswith(before) else self._text(generated)

    def canonical(self, prompt_ids: Sequence[int], generated: Sequence[int]) -> bool:
        """Whether encoding the text of prompt and answer gives back exactly these tokens for the answer."""
        tail = self._tail(prompt_ids)
        whole = self.tokenizer(self._text([*tail, *generated]), add_special_tokens=False)["input_ids"]
        return not generated or bool(whole[-len(generated) :] == list(generated))

    def _tail(self, prompt_ids: Sequence[int]) -> list[int]:
        """Return the last few ordinary tokens of a prompt, after its last special one."""
        last = prompt_ids[-_TAIL:]
        ordinary = takewhile(lambda token: token not in self._special, reversed(last))
        return list(ordinary)[::-1]

    def refuse_too_long(self, tokens: int) -> None:
        """Raise ItemTooLong where that many tokens exceed the window."""
        if self.window is not None and tokens > self.window:
            raise ItemTooLong(f"{tokens} tokens, and the model reads at most {self.window}")

    @cached_property
    def _special(self) -> frozenset[int]:
        added = getattr(self.tokenizer, "added_tokens_decoder", {})
        return frozenset(token for token, entry in added.items() if entry.special) | set(self.tokenizer.all_special_ids)

    def _text(self, tokens: Sequence[int]) -> str:
        return str(self.tokenizer.decode(list(tokens), skip_special_tokens=False, clean_up_tokenization_spaces=False))

    def _encode(self, texts: Sequence[str]) -> list[list[int]]:
        if not texts:
            return []
        backend = getattr(self.tokenizer, "backend_tokenizer", None)
        if backend is None:
            encoded = self.tokenizer(list(texts), add_special_tokens=False, return_attention_mask=False)["input_ids"]
            return [self._opened(ids) for ids in encoded]
        backend.no_truncation()  # a tokenizer.json may ask for either, and the text would be cut without a word
        backend.no_padding()
        parts = (list(texts[first : first + _BATCH]) for first in range(0, len(texts), _BATCH))
        return [
            self._opened(one.ids) for part in parts for one in backend.encode_batch_fast(part, add_special_tokens=False)
        ]

    def _opened(self, ids: list[int]) -> list[int]:
        """Return the ids with the tokenizer's opening exactly once."""
        bos = self._bos
        while len(ids) > 1 and ids[0] == ids[1] == bos is not None:
            ids = ids[1:]
        count = len(self.opening)
        written = tuple(ids[:count]) == self.opening or (count and bos is not None and ids[:1] == [bos])
        return ids if written else [*self.opening, *ids]
