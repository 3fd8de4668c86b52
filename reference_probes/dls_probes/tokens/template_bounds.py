"""Chat templates within bounds: each step is counted, and no value outgrows a limit.

A template is a program of another author. A timer cannot end it: a signal reaches the main thread alone and no other
system than Unix, and no thread ends one long operation of the interpreter. A process of its own could be ended, but
takes seconds to start. So the environment counts. The counts are the same on every machine and in every thread, and
since no value is large, no single operation is long.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache, wraps
from typing import Any

from jinja2 import Template, nodes
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.visitor import NodeTransformer

from dls_probes.tokens.template_size import (
    GROWTH,
    TemplateTooLong,
    expect_moderate,
    expect_short_integers,
    expect_size,
    measures,
)

_SIZE = 200_000  # characters of any value, beside eight times those of the conversation
_STEPS = 100_000  # of a rendering, beside one for each character of the conversation; honest templates take hundreds
_CHARACTERS = 100  # that one step handles
_SOURCE = 1_000_000  # characters of a template
_SHALLOW = frozenset(
    {"length", "count", "first", "last", "default", "d", "list", "reverse", "items", "map"}
    | {"select", "selectattr", "reject", "rejectattr"}
)  # filters that do not look into the elements of a collection
_LOOP, _VALUE = "dls_loop", "dls_value"
_COMPILE, _ENVIRONMENT = "_compile_jinja_template", "ImmutableSandboxedEnvironment"  # the library's, by their names


class BoundedEnvironment(ImmutableSandboxedEnvironment):
    """The library's sandbox, in which every operation is counted and every value measured."""

    intercepted_binops = frozenset(ImmutableSandboxedEnvironment.default_binop_table)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fill(0)
        self.concat = self._joined  # type: ignore[method-assign]

    def fill(self, characters: int) -> None:
        """Set both limits for the rendering of a conversation of some characters."""
        self._steps, self._size = _STEPS + characters, _SIZE + 8 * characters

    def from_string(self, source: Any, *args: Any, **kwargs: Any) -> Template:
        """Compile a template whose filters, loops and values are measured."""
        if len(source) > _SOURCE:
            raise TemplateTooLong(f"has more than {_SOURCE:,} characters")
        self.globals.pop("lipsum")  # it writes any number of paragraphs
        self.filters.pop("urlize")  # its expressions take quadratic time
        self.filters = {name: self._bounded(name, entry) for name, entry in self.filters.items()}
        self.filters |= {_LOOP: self._loop, _VALUE: self._value}
        self.finalize = self._value  # of each value that is written
        return super().from_string(source, *args, **kwargs)

    def _generate(self, source: nodes.Template, *args: Any, **kwargs: Any) -> str:
        return super()._generate(_Meters(self).visit(source), *args, **kwargs)

    def call(__self, __context: Context, __obj: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: N805,PYI063  as in jinja
        """Call a function, a macro or a method."""
        name = getattr(__obj, "__name__", None)
        if name in GROWTH:
            method = getattr(__obj, "__wrapped__", __obj)  # the sandbox wraps the methods that format
            expect_moderate(name, [getattr(method, "__self__", None), *args, *kwargs.values()], __self._size)
        elif name == "strftime_now" and args:
            expect_moderate("format", args, __self._size)
        return __self._value(super().call(__context, __obj, *args, **kwargs))

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """Apply an operator."""
        if operator != "+":  # a sum is at most twice as large as its larger part
            if operator == "%" and isinstance(left, str):
                expect_moderate("format", (left, right), self._size)
            elif operator == "*":
                expect_moderate("join", (left, right), self._size)
            expect_short_integers(operator, left, right)
        return self._value(super().call_binop(context, operator, left, right))

    def _bounded(self, name: str, entry: Callable[..., Any]) -> Callable[..., Any]:
        """Return a filter that refuses immoderate arguments, and whose value is measured."""
        start = hasattr(entry, "jinja_pass_arg")  # its first argument is then the environment or a context

        @wraps(entry)
        def bounded(*args: Any, **kwargs: Any) -> Any:
            if name not in _SHALLOW:
                self._value(args[start])
            elif hasattr(args[start], "__len__"):
                self._spend(1 + len(args[start]) // _CHARACTERS)
            if name in GROWTH:
                expect_moderate(name, [*args[start:], *kwargs.values()], self._size)
            value = entry(*args, **kwargs)
            return value if value is args[start] else self._value(value)

        return bounded

    def _loop(self, values: Any) -> Any:
        """Count the iterations of a loop, before them where their number is known."""
        if hasattr(values, "__len__"):
            self._spend(1 + len(values))
            return values
        return self._iterations(values)

    def _iterations(self, values: Any) -> Iterator[Any]:
        for value in values:
            self._spend(1)
            yield value

    def _value(self, value: Any) -> Any:
        """Count a value by its size and return it as it is."""
        size = len(value) if type(value) is str else measures(value, self._size)[0]  # a text is the usual case
        expect_size(size, self._size)
        self._spend(1 + size // _CHARACTERS)
        return value

    def _joined(self, pieces: Any) -> str:
        size, texts = 0, []
        for piece in pieces:
            size += len(piece)
            expect_size(size, self._size)
            texts.append(piece)
        return "".join(texts)

    def _spend(self, steps: int) -> None:
        self._steps -= steps
        if self._steps < 0:
            raise TemplateTooLong(f"takes more than {_STEPS:,} steps")


class _Meters(NodeTransformer):
    """Sends what each loop runs over, and each text or collection that is put together, through a measuring filter."""

    def __init__(self, environment: BoundedEnvironment) -> None:
        self.environment = environment

    # jinja looks its methods up by the names of its nodes
    def visit_For(self, node: nodes.For) -> nodes.Node:  # noqa: N802
        self.generic_visit(node)
        node.iter = self._metered(node.iter, _LOOP)
        return node

    def visit_Concat(self, node: nodes.Expr) -> nodes.Node:  # noqa: N802
        return self._metered(self.generic_visit(node), _VALUE)

    visit_List = visit_Dict = visit_Concat  # noqa: N815

    def visit_Tuple(self, node: nodes.Tuple) -> nodes.Node:  # noqa: N802
        return self.visit_Concat(node) if node.ctx == "load" else node

    def _metered(self, node: Any, name: str) -> nodes.Filter:
        meter = nodes.Filter(node, name, [], [], None, None, lineno=node.lineno)
        meter.environment = self.environment
        return meter


@contextmanager
def bounded_templates(characters: int) -> Iterator[None]:
    """Render the library's chat templates within bounds, for a conversation of some characters."""
    from transformers.utils import chat_template_utils  # start-up: loads transformers

    library_compile = getattr(chat_template_utils, _COMPILE)

    def compile_template(template: str) -> Template:
        compiled = _compiled(template, library_compile)
        compiled.environment.fill(characters)  # type: ignore[attr-defined]
        return compiled

    setattr(chat_template_utils, _COMPILE, compile_template)
    try:
        yield
    finally:
        setattr(chat_template_utils, _COMPILE, library_compile)


@lru_cache(maxsize=16)
def _compiled(template: str, library_compile: Any) -> Template:
    """Compile a template as the library does, with its filters and functions, in the bounded environment."""
    from transformers.utils import chat_template_utils  # start-up: loads transformers

    environment = getattr(chat_template_utils, _ENVIRONMENT)
    setattr(chat_template_utils, _ENVIRONMENT, BoundedEnvironment)
    try:
        compiled: Template = library_compile.__wrapped__(template)
    finally:
        setattr(chat_template_utils, _ENVIRONMENT, environment)
    return compiled
