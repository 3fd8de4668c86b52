"""The engines under the reader and the form: fast ones in C and Rust, and portable ones in Python.

Both sets give the same findings. Where an engine of the fast set is not installed, its portable counterpart works.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from importlib.util import find_spec
from typing import Literal, NamedTuple

ParserName = Literal["libyaml", "ruamel.yaml"]
SchemaEngineName = Literal["jsonschema-rs", "jsonschema"]


class Engines(NamedTuple):
    """The parser of YAML and JSON, and the engine of JSON Schema."""

    parser: ParserName
    schema: SchemaEngineName


PORTABLE = Engines("ruamel.yaml", "jsonschema")

_CHOICE: ContextVar[Engines | None] = ContextVar("engines", default=None)


@cache
def installed_engines() -> Engines:
    """Return the fastest engines that are installed."""
    return Engines(
        "libyaml" if find_spec("yaml") and find_spec("yaml._yaml") else PORTABLE.parser,
        "jsonschema-rs" if find_spec("jsonschema_rs") else PORTABLE.schema,
    )


def engines_in_use() -> Engines:
    """Return the chosen engines, and the installed ones without a choice."""
    return _CHOICE.get() or installed_engines()


@contextmanager
def choice(engines: Engines | None) -> Iterator[None]:
    """Read and check with some engines for a while; None leaves the choice as it is."""
    if engines is None:
        yield
        return
    token = _CHOICE.set(engines)
    try:
        yield
    finally:
        _CHOICE.reset(token)
