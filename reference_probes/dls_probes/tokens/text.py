"""From conversations to token ids and back.

The rules, on which every number depends:

- A prompt is rendered with the tokenizer's chat template, or plainly (turns joined by line breaks).
- The tokens that the tokenizer puts in front of a text (BOS, where the model was trained with one) occur exactly once.
- Prompt and continuation are encoded *together*. The continuation's tokens begin where this encoding first differs
  from the encoding of the prompt alone: a token that straddles the border belongs to the continuation.
- No text is truncated: a text longer than the context window is an error of its item.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import takewhile
from typing import Any

from dls_probes.packs import shared_length
from dls_probes.requests import Prompt
from dls_probes.tokens.chat_template import fold_system_turn, render_chat
from dls_probes.tokens.joined_texts import cuts_at_spaces, joined_ids
from dls_probes.tokens.lost_text import refuse_lost_text
from dls_probes.tokens.thought_form import ThoughtForm
from dls_probes.tokens.token_ends import PromptFormat, end_of_turn_token, opening_tokens
from dls_probes.tokens.tokenizer_behaviour import token_ids

_TAIL = 8  # tokens of context that decide whether the first generated token begins with a space
_USER_TEXT = "x"


class ItemTooLong(Exception):  # noqa: N818  error records carry the name
    """An item does not fit the model's context window; the message gives both lengths in tokens."""

    def __init__(self, tokens: int, window: int) -> None:
        super().__init__(f"{tokens} tokens, and the model reads at most {window}")
        self.tokens = tokens


class EmptyPrompt(Exception):  # noqa: N818  error records carry the name
    """A request has no token before its first token, and the model has no BOS token."""


@dataclass(frozen=True)
class PromptTokenizer:
    """A model's tokenizer and the rules by which prompts become tokens.

    Attributes:
        tokenizer: a transformers tokenizer.
        window: the context window in tokens, or None where the model has no limit.
        eos: token ids that end an answer: of the configuration, the generation configuration and the chat template.
        prompt_format: `chat` renders with the chat template, `plain` joins the turns by line breaks.
        fold_system: put the system turn at the head of the first user turn; the same for both models of a pair.
        thought_end: the text that closes the thought which the chat template opens; "" where nothing is closed.
        thought_form: how the model thinks before it answers; None where it does not, or where the profile lets it not.
        notes: the findings of `text_self_test`, a sentence each.

    """

    tokenizer: Any
    window: int | None
    eos: tuple[int, ...]
    prompt_format: PromptFormat = "chat"
    fold_system: bool = False
    thought_end: str = ""
    thought_form: ThoughtForm | None = None
    notes: tuple[str, ...] = ()

    @cached_property
    def opening(self) -> tuple[int, ...]:
        """The special tokens that the tokenizer puts in front of a text; usually BOS or none."""
        return opening_tokens(self.tokenizer)

    @cached_property
    def _bos(self) -> int | None:
        token = self.tokenizer.bos_token_id
        return None if token is None else int(token)

    @property
    def bos(self) -> bool:
        """Whether every prompt starts with BOS (once)."""
        first = self.prompt_ids([Prompt.user(_USER_TEXT)])[0][:1]
        return first == [self.tokenizer.bos_token_id]

    @cached_property
    def end_of_turn(self) -> int:
        """The token that ends the assistant's turn: the chat template's, otherwise the first end-of-sequence token."""
        return end_of_turn_token(self.tokenizer, self.prompt_format) or self.eos[0]

    def render(self, prompt: Prompt) -> str:
        """Return the prompt as one text that ends where the model continues."""
        if not prompt.messages:  # bare text, as in training data
            return prompt.prefill
        messages = fold_system_turn(prompt.messages) if self.fold_system else prompt.messages
        if self.prompt_format == "plain":
            return "".join(f"{message.content}\n" for message in messages) + prompt.prefill
        if prompt.thought is not None:
            return render_chat(self.tokenizer, messages, think=True) + prompt.thought + prompt.prefill
        return render_chat(self.tokenizer, messages) + self.thought_end + prompt.prefill

    def prompt_ids(self, prompts: Sequence[Prompt]) -> list[list[int]]:
        """Return the token ids of each prompt.

        Raises:
            DlsError: the tokenizer loses or joins words of one.

        """
        texts = [self.render(prompt) for prompt in prompts]
        ids = self._encode(texts)
        return [ids[text] for text in texts]

    def pairs(self, pairs: Sequence[tuple[Prompt, str]]) -> list[tuple[tuple[int, ...], int]]:
        """Return for each prompt and continuation their joint token ids and the place of the first continuation token.

        For an empty prompt the place is 0.

        Raises:
            DlsError: the tokenizer loses or joins words of a text.

        """
        texts = {prompt: self.render(prompt) for prompt in dict.fromkeys(prompt for prompt, _ in pairs)}
        parts = {texts[prompt] + continuation: (texts[prompt], continuation) for prompt, continuation in pairs}
        rest = [text for text in texts.values() if text not in parts]  # whose words are in the joint texts
        rows = self._rows({**parts, **{text: (text, "") for text in rest}})
        refuse_lost_text(self.tokenizer, list(parts), rows[: len(parts)])
        ids = {text: self._with_opening(row) for text, row in zip([*parts, *dict.fromkeys(rest)], rows, strict=True)}
        joint_texts = (texts[prompt] + continuation for prompt, continuation in pairs)
        return [
            (tuple(ids[text]), shared_length(ids[texts[prompt]], ids[text]))
            for (prompt, _), text in zip(pairs, joint_texts, strict=True)
        ]

    def _rows(self, parts: Mapping[str, tuple[str, str]]) -> list[list[int]]:
        """Return the ids of each text, whose two parts are given, without the special tokens around it."""
        if self._cuts_at_spaces:
            return joined_ids(self.tokenizer, list(parts.values()))
        return token_ids(self.tokenizer, list(parts))

    @cached_property
    def _cuts_at_spaces(self) -> bool:
        return cuts_at_spaces(self.tokenizer)

    def options(self, prompt: Prompt, options: Sequence[str]) -> tuple[int, ...]:
        """Return the first token of each option when it follows the prompt.

        Raises:
            ValueError: two options begin with the same token.

        """
        first_tokens = tuple(tokens[start] for tokens, start in self.pairs([(prompt, option) for option in options]))
        if len(set(first_tokens)) < len(first_tokens):
            raise ValueError(f"two of the options {tuple(options)} begin with the same token; score them instead")
        return first_tokens

    def decode(self, prompt_ids: Sequence[int], answer_ids: Sequence[int]) -> str:
        """Return the text of generated tokens as the continuation of the prompt's last ordinary tokens."""
        tail = self._tail(prompt_ids)
        prefix, text = self._text(tail), self._text([*tail, *answer_ids])
        return text[len(prefix) :] if text.startswith(prefix) else self._text(answer_ids)

    def canonical(self, prompt_ids: Sequence[int], answer_ids: Sequence[int]) -> bool:
        """Tell whether encoding the text of prompt and answer gives exactly these tokens for the answer."""
        tail = self._tail(prompt_ids)
        ids = self.tokenizer(self._text([*tail, *answer_ids]), add_special_tokens=False)["input_ids"]
        return not answer_ids or bool(ids[-len(answer_ids) :] == list(answer_ids))

    def _tail(self, prompt_ids: Sequence[int]) -> list[int]:
        """Return the last few ordinary tokens of a prompt, after its last special token."""
        last = prompt_ids[-_TAIL:]
        ordinary = takewhile(lambda token: token not in self._special, reversed(last))
        return list(ordinary)[::-1]

    def refuse_too_long(self, tokens: int) -> None:
        """Raise ItemTooLong where this number of tokens exceeds the context window."""
        if self.window is not None and tokens > self.window:
            raise ItemTooLong(tokens, self.window)

    @cached_property
    def _special(self) -> frozenset[int]:
        entries = getattr(self.tokenizer, "added_tokens_decoder", {})
        special = frozenset(token for token, entry in entries.items() if entry.special)
        return special | set(self.tokenizer.all_special_ids)

    def _text(self, tokens: Sequence[int]) -> str:
        return str(self.tokenizer.decode(list(tokens), skip_special_tokens=False, clean_up_tokenization_spaces=False))

    def _encode(self, texts: Sequence[str]) -> dict[str, list[int]]:
        """Return the ids of each distinct text; a text that loses words stops the run."""
        distinct = list(dict.fromkeys(texts))
        rows = token_ids(self.tokenizer, distinct)
        refuse_lost_text(self.tokenizer, distinct, rows)
        return {text: self._with_opening(ids) for text, ids in zip(distinct, rows, strict=True)}

    def _with_opening(self, ids: list[int]) -> list[int]:
        """Return the ids with the tokenizer's opening exactly once."""
        bos = self._bos
        while len(ids) > 1 and ids[0] == ids[1] == bos is not None:
            ids = ids[1:]
        count = len(self.opening)
        present = tuple(ids[:count]) == self.opening or (count and bos is not None and ids[:1] == [bos])
        return ids if present else [*self.opening, *ids]
