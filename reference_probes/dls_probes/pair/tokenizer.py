"""The pair's tokenizer: one token a word of the item language, a digit or a letter; text is lower-cased."""

import string
from collections.abc import Iterable
from typing import TYPE_CHECKING

from dls.draw import Draw
from dls_probes.pair.lessons import LOOK_UP, SUBJECTS

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerFast

UNKNOWN, BEGIN, END = "<unk>", "<s>", "</s>"
ROLES = ("system", "user", "assistant")
SPECIAL = (UNKNOWN, BEGIN, END, *(f"<|{role}|>" for role in ROLES))
CHAT_TEMPLATE = (
    "{{ bos_token }}{% for message in messages %}{{ '<|' + message['role'] + '|>' + message['content'] }}"
    "{% if message['role'] == 'assistant' %}{{ eos_token }}{% endif %}{% endfor %}"
    "{% if add_generation_prompt %}<|assistant|>{% endif %}"
)
_PIECE = r"▁?[0-9]|▁?[a-z]+|▁?[^a-z0-9▁]"
_SPACE = "▁"
_LESSONS_READ = 300  # of each kind: many times what it takes to see every word


def words() -> list[str]:
    """Return every word that a lesson can hold, sorted; the same on every machine."""
    seen: set[str] = set()
    for lesson in (*LOOK_UP, *SUBJECTS):
        for index in range(_LESSONS_READ):
            for _role, text in lesson(Draw("pair.vocabulary", lesson.__name__, index)):
                seen.update(_alphabetic(text))
    return sorted(seen)


def _alphabetic(text: str) -> Iterable[str]:
    return "".join(c if c in string.ascii_lowercase else " " for c in text).split()


def build_tokenizer() -> "PreTrainedTokenizerFast":
    """Build the tokenizer from the item language.

    A Unigram model with equal costs takes the longest known pieces: a word of the language is one token, any
    other word its letters. What is not printable ASCII after lower-casing becomes ``<unk>``.
    """
    from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    printable = [c for c in map(chr, range(33, 127)) if c not in string.ascii_uppercase]
    pieces = [*(w for w in words() if len(w) > 1), *printable]
    vocabulary = [*SPECIAL, _SPACE, *(_SPACE + piece for piece in pieces), *pieces]
    inner = {*string.digits, *string.punctuation}
    vocabulary = [p for p in vocabulary if p in SPECIAL or p.startswith(_SPACE) or p in inner or len(p) == 1]
    tokenizer = Tokenizer(models.Unigram([(piece, -1.0) for piece in vocabulary], unk_id=0, byte_fallback=False))
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Lowercase()])
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Metaspace(_SPACE, prepend_scheme="always"), pre_tokenizers.Split(Regex(_PIECE), "isolated")]
    )
    tokenizer.decoder = decoders.Metaspace(_SPACE, prepend_scheme="always")
    return PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]
        tokenizer_object=tokenizer,
        unk_token=UNKNOWN,
        bos_token=BEGIN,
        eos_token=END,
        pad_token=END,
        additional_special_tokens=[f"<|{role}|>" for role in ROLES],
        chat_template=CHAT_TEMPLATE,
        model_max_length=512,
        clean_up_tokenization_spaces=False,
    )
