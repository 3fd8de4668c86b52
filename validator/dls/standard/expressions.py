"""A comparison of two arithmetic expressions, as the registry writes it."""

import _ast as ast  # start-up: `ast` is the same classes and tools for a syntax tree that nothing here needs
import math
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Literal, TypeAlias, cast

import msgspec

from dls.errors import DlsError


def _xlogx(x: float) -> float:
    return x * math.log(x) if x > 0 else 0.0


Operator: TypeAlias = Literal["<=", ">=", "=="]
_FUNCTIONS: dict[str, Callable[..., float]] = {
    "abs": abs, "min": min, "max": max, "sqrt": math.sqrt, "log": math.log, "exp": math.exp, "xlogx": _xlogx,
}  # fmt: skip
_SIGNS: dict[type[ast.cmpop], Operator] = {ast.LtE: "<=", ast.GtE: ">=", ast.Eq: "=="}
_ARITHMETIC: dict[type[ast.AST], Callable[[float, float], float]] = {
    ast.Add: lambda a, b: a + b,
    ast.Sub: lambda a, b: a - b,
    ast.Mult: lambda a, b: a * b,
    ast.Div: lambda a, b: a / b,
    ast.Pow: lambda a, b: a**b,
}


class Relation(msgspec.Struct, frozen=True):
    """Two expressions and the operator between them."""

    left: ast.expr
    operator: Operator
    right: ast.expr

    def gap(self, values: Mapping[str, float]) -> float | None:
        """Return left minus right; None where one of them is undefined (log 0, division by 0)."""
        try:
            return _value(self.left, values) - _value(self.right, values)
        except (ValueError, ZeroDivisionError, OverflowError):
            return None


@lru_cache(maxsize=256)
def relation_of(text: str) -> Relation:
    """Return the comparison that a text writes.

    Raises:
        DlsError: the text is not one comparison of two expressions.
    """
    node = cast("ast.Expression", compile(text, text, "eval", ast.PyCF_ONLY_AST)).body
    if isinstance(node, ast.Compare) and len(node.ops) == 1 and type(node.ops[0]) in _SIGNS:
        return Relation(node.left, _SIGNS[type(node.ops[0])], node.comparators[0])
    raise DlsError(f"The registry has the inequality {text!r}; write one <=, >= or == between two expressions.")


def _name(node: ast.expr) -> str:
    """Return a name with its points."""
    if isinstance(node, ast.Attribute):
        return f"{_name(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""


def _value(node: ast.expr, values: Mapping[str, float]) -> float:
    if isinstance(node, ast.Constant):
        return float(node.value)  # type: ignore[arg-type]
    if isinstance(node, (ast.Name, ast.Attribute)):
        return values[_name(node)]
    if isinstance(node, ast.BinOp):
        return _ARITHMETIC[type(node.op)](_value(node.left, values), _value(node.right, values))
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        return _FUNCTIONS[node.func.id](*(_value(argument, values) for argument in node.args))
    raise DlsError(
        f"The registry's inequalities have no {type(node).__name__}; "
        "use + - * / ** and abs, min, max, sqrt, log, exp, xlogx."
    )
