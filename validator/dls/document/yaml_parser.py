"""The two parsers of YAML, which give the same events, and whose errors are put in the same words.

Source of the words: libyaml 0.2.5, ``scanner.c`` and ``parser.c``.
"""

from collections.abc import Callable, Iterator
from functools import cache, partial
from typing import Any

import msgspec

from dls.document.engines import engines_in_use, missing_engine

try:
    import yaml
except ModuleNotFoundError:
    yaml = None  # type: ignore[assignment]

_WORDS = (
    ("mapping values are not allowed", "mapping values are not allowed in this context"),
    ("mapping keys are not allowed", "mapping keys are not allowed in this context"),
    ("sequence entries are not allowed", "block sequence entries are not allowed in this context"),
    ("expected the node content", "did not find expected node content"),
    ("expected ',' or '}'", "did not find expected ',' or '}'"),
    ("expected ',' or ']'", "did not find expected ',' or ']'"),
    ("expected '<document start>'", "did not find expected <document start>"),
    ("found incompatible YAML document", "found incompatible YAML document"),
    ("found character", "found character that cannot start any token"),
)
"""The beginning of a problem in the words of ruamel.yaml, and the words of libyaml."""
_EXPECTED_IN_BLOCK = ("did not find expected '-' indicator", "did not find expected key")
_ESCAPES = ("found unknown escape character", "expected escape sequence")


class YamlParser(msgspec.Struct, frozen=True):
    """A parser of YAML.

    Attributes:
        events: the module of its events. error: its error, with `problem`, `context` and their marks. start: returns
        the function that gives the next event of a text, and one that frees the parser. tokens: gives the tokens of a
        text. scalar_token: their class for a scalar. words: the problem and the context of an error.

    """

    events: Any
    error: type[Exception]
    start: Callable[[str], tuple[Callable[[], Any], Callable[[], None]]]
    tokens: Callable[[str], Iterator[Any]]
    scalar_token: type[Any]
    words: Callable[[Any], tuple[str, str]]


def parser_in_use() -> YamlParser:
    """Return the parser of the engines in use."""
    return _libyaml() if engines_in_use().parser == "libyaml" else _ruamel()


@cache
def _libyaml() -> YamlParser:
    loader: Any = yaml.CSafeLoader

    def start(text: str) -> tuple[Callable[[], Any], Callable[[], None]]:
        parser = loader(text)
        return parser.get_event, parser.dispose

    return YamlParser(
        yaml.events, yaml.YAMLError, start, partial(yaml.scan, Loader=loader), yaml.ScalarToken, words=_words
    )


@cache
def _ruamel() -> YamlParser:
    try:
        from ruamel.yaml import YAML, events, tokens
        from ruamel.yaml.error import YAMLError
    except ModuleNotFoundError as error:
        raise missing_engine("ruamel.yaml") from error
    from dls.document.plain_scanner import PlainScanner

    def new() -> Any:
        reader = YAML(typ="safe", pure=True)
        reader.version, reader.Scanner = (1, 1), PlainScanner
        return reader

    def start(text: str) -> tuple[Callable[[], Any], Callable[[], None]]:
        stream = new().parse(text)
        return stream.__next__, stream.close

    return YamlParser(
        events, YAMLError, start, lambda text: new().scan(text), tokens.ScalarToken, words=_words_of_libyaml
    )


def _words(error: Any) -> tuple[str, str]:
    return getattr(error, "problem", None) or str(error), getattr(error, "context", None) or ""


def _words_of_libyaml(error: Any) -> tuple[str, str]:
    """Return the problem and the context of an error of ruamel.yaml in the words of libyaml."""
    problem, context = _words(error)
    if problem.startswith("expected <block end>"):
        return _EXPECTED_IN_BLOCK[context == "while parsing a block mapping"], context
    if problem.startswith(_ESCAPES):
        return problem.partition(" character")[0] + " character", "while parsing a quoted scalar"
    return next((words for start, words in _WORDS if problem.startswith(start)), problem), context
