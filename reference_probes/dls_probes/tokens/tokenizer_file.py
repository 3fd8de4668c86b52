"""A tokenizer as the library read it, beside its own `tokenizer.json`."""

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from typing import Any

from dls.errors import DlsError
from dls_probes.tokens.lost_text import folded_words, keeps_words, versions
from dls_probes.tokens.tokenizer_behaviour import PROBE_TEXTS, token_ids


def file_notes(tokenizer: Any, path: Path) -> Iterator[str]:
    """Yield a sentence where the library gives texts other ids than the file does.

    A configuration may declare a space in front or more tokens, and a release may cut words in other places. These are
    worth a note. Under ids that lose or join words in the eyes of the file, the model would read another text.

    Args:
        tokenizer: a transformers tokenizer.
        path: the `tokenizer.json` of its folder; a folder without one has nothing to compare.

    Raises:
        DlsError: the library's ids lose or join words, or the file is broken.

    """
    if not path.is_file():
        return
    stat = path.stat()
    file_rows = _file_ids(path, (stat.st_size, stat.st_mtime_ns, stat.st_ino), tuple(tokenizer.all_special_tokens))
    texts = list(file_rows)
    rows = zip(texts, token_ids(tokenizer, texts), strict=True)
    differences = {text: ids for text, ids in rows if tuple(ids) != file_rows[text]}
    if differences:
        _refuse_lost_words(tokenizer, path, [(ids, file_rows[text]) for text, ids in differences.items()])
        yield (
            f"{versions()} give {len(differences)} of {len(texts)} probe texts other ids than tokenizer.json does, "
            f"such as {next(iter(differences))!r}"
        )


@lru_cache(maxsize=4)  # a run reads the tokenizer of each model several times, and a large file takes a second
def _file_ids(path: Path, stamp: tuple[int, ...], names: tuple[str, ...]) -> Mapping[str, tuple[int, ...]]:  # noqa: ARG001
    """Return the ids that a file gives each probe text, also around those special tokens that it declares itself."""
    file = _read(path)
    declarations = {token.content for token in file.get_added_tokens_decoder().values()}
    texts = [*PROBE_TEXTS, *(f"a {name} red box{name}" for name in names if name in declarations)]
    encodings = file.encode_batch(texts, add_special_tokens=False)
    return {text: tuple(encoding.ids) for text, encoding in zip(texts, encodings, strict=True)}


def _read(path: Path) -> Any:
    from tokenizers import Tokenizer  # start-up: loads its library

    try:
        file = Tokenizer.from_file(str(path))
    except Exception as error:
        raise DlsError(f"{path} cannot be read ({error}); fetch the folder again, whole") from error
    file.no_truncation()
    file.no_padding()
    return file


def _refuse_lost_words(tokenizer: Any, path: Path, pairs: Sequence[tuple[Sequence[int], Sequence[int]]]) -> None:
    """Refuse ids of the library whose words are not those of the file's ids for the same text."""
    file = _read(path)
    for ids, file_ids in pairs:
        text, file_text = (_text(tokenizer, file, entry) for entry in (ids, file_ids))
        if not keeps_words(folded_words(file_text), folded_words(text)):
            raise DlsError(
                f"{versions()} read {path} in another way than it is written: {file_text!r} became {text!r}; install "
                "the version of transformers that the model was saved with, or correct `tokenizer_class` in its "
                "tokenizer_config.json"
            )


def _text(tokenizer: Any, file: Any, ids: Sequence[int]) -> str:
    """Return the text that the file's own decoder gives some ids; those of other tokens have the library's strings."""
    parts = groupby(ids, lambda token: file.id_to_token(token) is not None)
    return " ".join(
        file.decode(list(part), skip_special_tokens=False)
        if in_file
        else " ".join(tokenizer.convert_ids_to_tokens(list(part)))
        for in_file, part in parts
    )
