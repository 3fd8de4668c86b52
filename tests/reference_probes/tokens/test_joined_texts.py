"""Texts that are encoded in two parts have the ids of the whole text."""

import random
from pathlib import Path
from types import SimpleNamespace

import pytest
from tokenizers import AddedToken, Tokenizer, models, normalizers, pre_tokenizers

import dls_probes
from dls_probes.tokens.joined_texts import cuts_at_spaces, joined_ids
from dls_probes.tokens.tokenizer_behaviour import PROBE_TEXTS, token_ids

STUDENT = Path(dls_probes.__file__).parent / "pair" / "student" / "tokenizer.json"
LETTERS = "abcde 12 .,?é\u0301ﬁ▁\n A<s>"


def read(backend):
    return SimpleNamespace(backend_tokenizer=backend)


def pairs():
    chance = random.Random(0)  # noqa: S311
    texts = [*PROBE_TEXTS, *("".join(chance.choices(LETTERS, k=chance.randint(0, 12))) for _ in range(3000))]
    return [
        (f"{chance.choice(texts)}{chance.choice(['a', 'b', '1', '.', '<s>'])}", f" {chance.choice('ax9 <')}{text}")
        for text in texts
    ]


def words(pre_tokenizer, normalizer=None, tokens=()):
    names = dict.fromkeys(["?", *"abcdexnotA12.▁", "▁a", "▁x", "ab", "▁9"])
    tokenizer = Tokenizer(models.BPE({name: index for index, name in enumerate(names)}, [("▁", "a"), ("a", "b")]))
    tokenizer.pre_tokenizer = pre_tokenizer
    if normalizer:
        tokenizer.normalizer = normalizer
    tokenizer.add_tokens(list(tokens))
    return read(tokenizer)


CUTTING = {
    "the pair": read(Tokenizer.from_file(str(STUDENT))),
    "metaspace": words(pre_tokenizers.Metaspace()),
    "whitespace": words(pre_tokenizers.WhitespaceSplit(), normalizers.NFC()),
    "added": words(pre_tokenizers.Metaspace(), tokens=[AddedToken("<s>", special=True, normalized=False)]),
}
WHOLE = {
    "unsplit": words(pre_tokenizers.Metaspace(split=False)),
    "first word alone": words(pre_tokenizers.Metaspace(prepend_scheme="first")),
    "no cut": words(pre_tokenizers.Split("q", "isolated")),
    "replaced": words(pre_tokenizers.Metaspace(), normalizers.Replace("a x", "b")),
    "greedy": words(pre_tokenizers.Metaspace(), tokens=[AddedToken("x", lstrip=True)]),
    "like a word": words(pre_tokenizers.Metaspace(), tokens=[AddedToken("ab")]),
    "other form": words(pre_tokenizers.Metaspace(), normalizers.NFKC(), [AddedToken("ﬁ", normalized=True)]),
    "spaced": words(pre_tokenizers.Metaspace(), tokens=[AddedToken("a x")]),
}


@pytest.mark.parametrize("name", CUTTING)
def test_two_parts_have_the_ids_of_the_whole(name):
    tokenizer = CUTTING[name]
    assert cuts_at_spaces(tokenizer)
    assert joined_ids(tokenizer, pairs()) == token_ids(tokenizer, [start + end for start, end in pairs()])


@pytest.mark.parametrize("name", WHOLE)
def test_a_tokenizer_that_may_join_across_a_space_reads_the_whole(name):
    assert not cuts_at_spaces(WHOLE[name])


def test_a_tokenizer_that_does_not_say_how_it_works_reads_the_whole():
    assert not cuts_at_spaces(SimpleNamespace())


def test_a_beginning_of_many_texts_is_encoded_once():
    batches: list[str] = []

    class Counting:
        def __init__(self, backend):
            self.backend = backend

        def __getattr__(self, name):
            return getattr(self.backend, name)

        def encode_batch_fast(self, texts, **settings):
            batches.extend(texts)
            return self.backend.encode_batch_fast(texts, **settings)

    counting = read(Counting(CUTTING["the pair"].backend_tokenizer))
    joined_ids(counting, [("a red box", " is here"), ("a red box", " is not"), ("a red box", "")])
    assert batches == ["a red box", "is here", "is not"]
