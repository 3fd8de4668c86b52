"""Inequalities between metrics: parse the registry's text, then judge printed numbers by it."""

import ast
import math
import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from itertools import product

import msgspec

from dls.errors import DlsError


def _xlogx(x: float) -> float:
    return x * math.log(x) if x > 0 else 0.0


_FUNCTIONS: dict[str, Callable[..., float]] = {
    "abs": abs, "min": min, "max": max, "sqrt": math.sqrt, "log": math.log, "exp": math.exp, "xlogx": _xlogx,
}  # fmt: skip
_OPERATORS: dict[type[ast.AST], Callable[[float, float], float]] = {
    ast.Add: lambda a, b: a + b,
    ast.Sub: lambda a, b: a - b,
    ast.Mult: lambda a, b: a * b,
    ast.Div: lambda a, b: a / b,
    ast.Pow: lambda a, b: a**b,
}
_NAME = r"(?<![\w.])[a-z_][\w.]*"
_SLACK = 1e-6  # of a comparison: for the numbers between the corners, and below any printed digit


class Inequality(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A relation that the values of any honest measurement satisfy.

    ``holds`` is one comparison (``<=``, ``>=`` or ``==``) of two arithmetic expressions over metric ids, ``n`` (units),
    ``teacher.<id>`` and ``student.<id>``, with the functions abs, min, max, sqrt, log, exp and xlogx.
    """

    id: str
    holds: str
    because: str

    def names(self) -> frozenset[str]:
        """Return the names that need a value: ``ece``, ``n``, ``teacher.accuracy``."""
        return _names(self.holds)

    def across_arms(self) -> bool:
        """Whether it relates the teacher's values to the student's; otherwise it holds for each model alone."""
        return any("." in name for name in self.names())

    def violated(self, values: Mapping[str, tuple[float, float]]) -> bool:
        """Whether no numbers within the printed precision satisfy it.

        Args:
            values: name → (lowest, highest) number that prints as the value; an exact number twice.

        Raises:
            KeyError: a name of ``names()`` has no value.
        """
        node, order = _comparison(self), sorted(self.names())
        corners = product(*(values[name] for name in order))
        gaps = [_gap(node, dict(zip(order, corner, strict=True))) for corner in corners]
        numbers = [gap for gap in gaps if gap is not None]
        if not numbers or len(numbers) < len(gaps):  # undefined somewhere (log 0, division by 0): no verdict
            return False
        operator = node.ops[0]
        if isinstance(operator, ast.LtE):
            return min(numbers) > _SLACK
        if isinstance(operator, ast.GtE):
            return max(numbers) < -_SLACK
        return min(numbers) > _SLACK or max(numbers) < -_SLACK


@lru_cache(maxsize=256)
def _names(holds: str) -> frozenset[str]:
    """Return the names of a comparison; to parse it takes ten times as long, and most are about other metrics."""
    return frozenset(re.findall(_NAME, holds)) - _FUNCTIONS.keys()


@lru_cache(maxsize=256)
def _comparison(inequality: Inequality) -> ast.Compare:
    node = ast.parse(inequality.holds, mode="eval").body
    if isinstance(node, ast.Compare) and len(node.ops) == 1 and isinstance(node.ops[0], (ast.LtE, ast.GtE, ast.Eq)):
        return node
    raise DlsError(
        f"The registry's inequality {inequality.id} is {inequality.holds!r}; "
        "write one <=, >= or == between two expressions."
    )


def _name(node: ast.Name | ast.Attribute) -> str:
    return node.id if isinstance(node, ast.Name) else ast.unparse(node)


def _gap(node: ast.Compare, values: Mapping[str, float]) -> float | None:
    try:
        return _value(node.left, values) - _value(node.comparators[0], values)
    except (ValueError, ZeroDivisionError, OverflowError):
        return None


def _value(node: ast.expr, values: Mapping[str, float]) -> float:
    if isinstance(node, ast.Constant):
        return float(node.value)  # type: ignore[arg-type]
    if isinstance(node, (ast.Name, ast.Attribute)):
        return values[_name(node)]
    if isinstance(node, ast.BinOp):
        return _OPERATORS[type(node.op)](_value(node.left, values), _value(node.right, values))
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        return _FUNCTIONS[node.func.id](*(_value(argument, values) for argument in node.args))
    raise DlsError(
        f"The registry's inequalities have no {ast.unparse(node)!r}; "
        "use + - * / ** and abs, min, max, sqrt, log, exp, xlogx."
    )
