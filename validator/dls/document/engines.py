"""The engines under the reader and the form: fast ones in C and Rust, and portable ones in Python.

Both sets give the same findings. Where an engine of the fast set is not installed, its portable counterpart works.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from importlib.machinery import PathFinder
from importlib.util import find_spec
from typing import Literal, NamedTuple

from dls.errors import DlsError

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
    folders = getattr(find_spec("yaml"), "submodule_search_locations", None)
    has_libyaml = folders is not None and PathFinder.find_spec("yaml._yaml", folders) is not None
    return Engines(
        "libyaml" if has_libyaml else PORTABLE.parser,
        "jsonschema-rs" if find_spec("jsonschema_rs") else PORTABLE.schema,
    )


def missing_engine(name: str) -> DlsError:
    """Return the error of a portable engine that is not installed, where the fast one is missing too."""
    return DlsError(f"{name} is not installed; pip install --upgrade 'distillation-loss-statement[portable]'")


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
