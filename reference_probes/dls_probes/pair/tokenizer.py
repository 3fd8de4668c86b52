"""The pair's tokenizer: one token a word of the item language, a digit or a letter; text is lower-cased."""

import string
from collections.abc import Iterable
from typing import TYPE_CHECKING

from dls.draw import Draw
from dls_probes.pair.lessons import SUBJECTS
from dls_probes.pair.look_up import LOOK_UP

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
_SAMPLE_LESSONS = 300  # of each kind: many times the number that holds each word


def words() -> list[str]:
    """Return each word that a lesson can hold, sorted; the same on each machine."""
    vocabulary: set[str] = set()
    for lesson in (*LOOK_UP, *SUBJECTS):
        for index in range(_SAMPLE_LESSONS):
            for _role, text in lesson(Draw("pair.vocabulary", lesson.__name__, index)):
                vocabulary.update(_alphabetic(text))
    return sorted(vocabulary)


def _alphabetic(text: str) -> Iterable[str]:
    return "".join(c if c in string.ascii_lowercase else " " for c in text).split()


def _vocabulary() -> list[str]:
    """Return all tokens in the order of their ids."""
    printable = [c for c in map(chr, range(33, 127)) if c not in string.ascii_uppercase]
    pieces = [*(w for w in words() if len(w) > 1), *printable]
    tokens = [*SPECIAL, _SPACE, *(_SPACE + piece for piece in pieces), *pieces]
    inner = {*string.digits, *string.punctuation}
    return [t for t in tokens if t in SPECIAL or t.startswith(_SPACE) or t in inner or len(t) == 1]


def build_tokenizer() -> "PreTrainedTokenizerFast":
    """Build the tokenizer from the item language.

    A Unigram model with equal costs takes the longest pieces: a word of the language is one token, any other word its
    letters. After lower-casing, a character outside of printable ASCII becomes ``<unk>``.
    """
    from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    tokenizer = Tokenizer(models.Unigram([(token, -1.0) for token in _vocabulary()], unk_id=0, byte_fallback=False))
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Lowercase()])
    metaspace = pre_tokenizers.Metaspace(_SPACE, prepend_scheme="always")
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([metaspace, pre_tokenizers.Split(Regex(_PIECE), "isolated")])
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
