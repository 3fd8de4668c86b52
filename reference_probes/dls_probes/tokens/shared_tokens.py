"""Whether two tokenizers share their tokens, by what they do with the texts at hand."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from dls_probes.tokens.tokenizer_behaviour import PROBE_TEXTS, token_ids, token_strings

_EXCERPT = 60  # characters of a text in a sentence


def token_difference(teacher: Any, student: Any, texts: Sequence[str] = (), tokens: Iterable[int] = ()) -> str | None:
    """Return how two tokenizers differ on some texts, as the end of a sentence; None where they share their tokens.

    They share them where both give the same ids to `PROBE_TEXTS` and to these texts, and every id of both stands for
    the same string. One of them may have further tokens that no text holds, and flags may differ.

    Args:
        teacher: a transformers tokenizer.
        student: another one.
        texts: of the run, as the models read them.
        tokens: ids of the run that no text gives, such as those of generated texts.

    """
    strings = token_strings(teacher), token_strings(student)
    return (
        _other_ids(teacher, student, [*PROBE_TEXTS, *dict.fromkeys(texts)])
        or _other_strings(*strings)
        or _token_of_one(*strings, tokens)
    )


def shared_columns(teacher: Any, student: Any) -> int:
    """Return the number of token ids that two tokenizers share: up to the highest id that both have.

    Ids without a string below it count: an id is a row of the model, and a tokenizer may leave some out.
    """
    return 1 + min(max(token_strings(tokenizer)) for tokenizer in (teacher, student))


def _other_ids(teacher: Any, student: Any, texts: Sequence[str]) -> str | None:
    pairs = zip(texts, token_ids(teacher, texts), token_ids(student, texts), strict=True)
    return next((f"the tokenizers give other ids to {_excerpt(text)}" for text, a, b in pairs if a != b), None)


def _other_strings(teacher: Mapping[int, str], student: Mapping[int, str]) -> str | None:
    pairs = ((token, name, student[token]) for token, name in teacher.items() if token in student)
    return next((f"the id {token} stands for {a!r} and for {b!r}" for token, a, b in pairs if a != b), None)


def _token_of_one(teacher: Mapping[int, str], student: Mapping[int, str], tokens: Iterable[int]) -> str | None:
    for token in dict.fromkeys(tokens):
        if (token in teacher) != (token in student):
            arm, strings = ("teacher", teacher) if token in teacher else ("student", student)
            return f"a text of the run holds {strings[token]!r}, which only the {arm} has"
    return None


def _excerpt(text: str) -> str:
    return repr(text if len(text) <= _EXCERPT else text[:_EXCERPT] + "…")
