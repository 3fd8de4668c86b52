"""A tokenizer that loses or joins words is an error; what its own normaliser declares is none."""

import pytest
from tests.reference_probes.tokens.test_text import byte_level, text
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers
from transformers import PreTrainedTokenizerFast

from dls.errors import DlsError
from dls_probes.pair.tokenizer import build_tokenizer
from dls_probes.requests import Prompt
from dls_probes.tokens.lost_text import keeps_words, refuse_lost_text
from dls_probes.tokens.tokenizer_behaviour import PROBE_TEXTS, token_ids

CORPUS = [*PROBE_TEXTS, "what does anna have ? a red box and a blue cup", "so 12 + 5 = 17 and then 17 - 8 = 9"] * 9


def check(tokenizer, *texts):
    refuse_lost_text(tokenizer, texts, token_ids(tokenizer, texts))


def trained(tokenizer, trainer, **names):
    tokenizer.train_from_iterator(CORPUS, trainer)
    return PreTrainedTokenizerFast(tokenizer_object=tokenizer, **names)


def word_piece(*, lowercase):
    """Return a BERT-like tokenizer, which cuts words at punctuation and writes none of the spaces before it again."""
    special = ["[UNK]", "[CLS]", "[SEP]"]
    tokenizer = Tokenizer(models.WordPiece(unk_token=special[0]))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=lowercase)
    tokenizer.pre_tokenizer, tokenizer.decoder = pre_tokenizers.BertPreTokenizer(), decoders.WordPiece()
    trainer = trainers.WordPieceTrainer(vocab_size=600, special_tokens=special, show_progress=False)
    return trained(tokenizer, trainer, **dict(zip(("unk_token", "cls_token", "sep_token"), special, strict=True)))


def unigram():
    """Return a T5-like tokenizer: NFKC, Metaspace, and an unknown token in place of byte fallback."""
    tokenizer = Tokenizer(models.Unigram())
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.StripAccents()])
    tokenizer.pre_tokenizer, tokenizer.decoder = pre_tokenizers.Metaspace(), decoders.Metaspace()
    unknown, end = special = ["<unk>", "</s>"]
    trainer = trainers.UnigramTrainer(vocab_size=300, special_tokens=special, unk_token=unknown, show_progress=False)
    return trained(tokenizer, trainer, unk_token=unknown, eos_token=end)


def legacy_metaspace():
    """Return a Llama-2-like tokenizer: its normaliser writes the spaces as a letter of their own."""
    tokenizer = Tokenizer(models.BPE(byte_fallback=True))
    tokenizer.normalizer = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
    steps = [decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)]
    tokenizer.decoder = decoders.Sequence(steps)
    special = ["<s>", *(f"<0x{byte:02X}>" for byte in range(256))]
    trainer = trainers.BpeTrainer(vocab_size=600, special_tokens=special, show_progress=False)
    return trained(tokenizer, trainer, bos_token=special[0])


HONEST = {
    "built-in pair": build_tokenizer,
    "byte-level BPE": byte_level,
    "WordPiece, lower case": lambda: word_piece(lowercase=True),
    "WordPiece": lambda: word_piece(lowercase=False),
    "Unigram without accents": unigram,
    "legacy Metaspace": legacy_metaspace,
}


@pytest.fixture(scope="module", params=HONEST)
def honest(request):
    return HONEST[request.param]()


@pytest.mark.parametrize("words", [t for t in PROBE_TEXTS if t.isascii() or "café" in t])
def test_an_honest_tokenizer_keeps_the_words_in_its_own_form(honest, words):
    check(honest, words)


def test_special_tokens_in_a_text_lose_no_word(honest):
    for name in honest.all_special_tokens:
        check(honest, f"{name}a Red box{name} , 12 boxes {name}")


def spoilt(change):
    """Return a byte-level tokenizer after a change of its parts, as a wrong class of the library makes one."""
    tokenizer = byte_level()
    change(tokenizer.backend_tokenizer)
    return tokenizer


def rebuild_with_metaspace(backend):
    """Rebuild what 5.3.0 makes of a byte-level `tokenizer.json` with the class of Llama."""
    backend.pre_tokenizer = pre_tokenizers.Metaspace(split=False)
    backend.decoder = decoders.Sequence([decoders.Replace("▁", " "), decoders.Fuse(), decoders.Strip(" ", 1, 0)])


def drop_decoder(backend):
    backend.decoder = decoders.Fuse()


def remove_digits(backend):
    backend.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Split("1", "removed"), pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)]
    )


@pytest.mark.parametrize(
    ("change", "loss"),
    [
        (rebuild_with_metaspace, "'a red box 12 boxes' became 'aredbox 12boxes'"),
        (drop_decoder, "'a red box 12 boxes' became 'aĠredĠbox"),
        (remove_digits, "'box 12 boxes' became 'box 2 boxes'"),
    ],
)
def test_a_tokenizer_that_joins_or_loses_words_is_refused_with_the_words_and_the_versions(change, loss):
    with pytest.raises(DlsError) as error:
        check(spoilt(change), "a red box , 12 boxes ?")
    assert loss in str(error.value)
    assert "transformers " in str(error.value)


def test_the_texts_of_a_run_are_checked_where_they_are_encoded():
    encoder = text(spoilt(remove_digits))
    assert encoder.prompt_ids([Prompt.user("two boxes")])
    with pytest.raises(DlsError, match="'assistant 17' became 'assistant 7'"):
        encoder.pairs([(Prompt.user("boxes"), " 17")])


def test_a_letter_that_became_the_unknown_token_is_left_out():
    check(build_tokenizer(), "a naïve box", "box é 12", "12 boxes of 日本")


def test_a_text_that_became_the_unknown_token_is_lost():
    with pytest.raises(DlsError, match="does not know most of the text 'こんにちは'"):
        check(build_tokenizer(), "こんにちは")


def test_a_word_lost_beside_an_unknown_letter_is_found():
    tokenizer = build_tokenizer()
    tokenizer.backend_tokenizer.pre_tokenizer = pre_tokenizers.Split(" ", "removed")
    with pytest.raises(DlsError, match="joins words"):
        check(tokenizer, "a red box é 12 boxes")


@pytest.mark.parametrize(
    ("words", "decoded", "kept"),
    [
        (["don", "t"], ["don", "t"], True),
        (["max_len"], ["max", "_", "len"], True),
        (["a", "red"], ["ared"], False),
        (["a", "red"], ["a"], False),
        (["a"], ["a", "red"], False),
        (["ab", "c"], ["a", "bc"], False),
        (["red", "a"], ["a", "red"], False),
        ([], [], True),
    ],
)
def test_words_may_come_back_in_parts_and_in_no_other_way(words, decoded, kept):
    assert keeps_words(words, decoded) == kept
