"""The user's own cost, such as `sin(x) + 0.1*x**2`: parsed against a whitelist, never evaluated by Python.

Python's own parser reads the text, after a check of its length; what it finds is translated node by node into closures
over TensorFlow functions. Whatever is not listed here (attributes, subscripts, lambdas, comprehensions, other names)
is refused with a sentence, and so is what would be slow or overflow: long or deep texts, huge numbers, and powers
whose exponent is not a plain small number.
"""

import ast
import functools
import math
import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import tensorflow as tf

from playground.costs.formula import latex_of
from playground.errors import InvalidInput
from playground.problem import Cost

LONGEST = 200  # characters
DEEPEST = 30  # operations inside each other
LARGEST_NUMBER = 1e9
LARGEST_EXPONENT = 8.0
SCAN = (-60.0, 60.0, 24001)  # Where kinks are looked for: lower, upper, points.
MOST_KINKS = 100  # Those nearest to 0.

Value = Any  # A float, or a tensor.
Node = Callable[[Value], Value]


def _step(x: Value) -> Value:
    return tf.cast(x > 0.0, x.dtype)


FUNCTIONS: dict[str, tuple[int, Callable[..., Value]]] = {
    "sin": (1, tf.sin),
    "cos": (1, tf.cos),
    "tanh": (1, tf.tanh),
    "exp": (1, tf.exp),
    "log": (1, tf.math.log),
    "sqrt": (1, tf.sqrt),
    "abs": (1, tf.abs),
    "sign": (1, tf.sign),
    "sigmoid": (1, tf.sigmoid),
    "softplus": (1, tf.nn.softplus),
    "erf": (1, tf.math.erf),
    "relu": (1, tf.nn.relu),
    "step": (1, _step),
    "minimum": (2, tf.minimum),
    "maximum": (2, tf.maximum),
}
CONSTANTS = {"pi": math.pi, "e": math.e}
OPERATORS: dict[type, Callable[[Value, Value], Value]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}
JUMPS = ("sign", "step")
BENDS = ("abs", "sign", "step", "relu")
EXPECTED = f"x, pi, e, numbers, + - * / **, and {', '.join(FUNCTIONS)}"


@dataclass(frozen=True)
class _Function:
    """f, equal to another when the text is."""

    text: str
    node: Node = field(compare=False)

    def __call__(self, x: tf.Tensor, values: Mapping[str, Any]) -> tf.Tensor:
        x = tf.convert_to_tensor(x)
        result = self.node(x)
        return result if tf.is_tensor(result) else tf.fill(tf.shape(x), tf.constant(result, x.dtype))


@dataclass(frozen=True)
class _Kinks:
    """Where f is not smooth, equal to another when the text is."""

    text: str
    points: tuple[float, ...] = field(compare=False)

    def __call__(self, values: Mapping[str, Any], lower: float, upper: float) -> Sequence[float]:
        return [point for point in self.points if lower <= point <= upper]


class _Reader:
    """One pass over the syntax tree: closures out, and what was met on the way."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.functions: set[str] = set()
        self.bends: list[Node] = []

    def refuse(self, got: str, expected: str = EXPECTED) -> InvalidInput:
        return InvalidInput(f"Expression '{_shortened(self.text)}': got {got}, expected {expected}.")

    def number(self, value: Any) -> float:
        if type(value) not in (int, float):
            raise self.refuse(f"`{_shortened(repr(value))}`")
        if not abs(value) <= LARGEST_NUMBER:
            raise self.refuse(f"the number {value:.3g}", f"numbers up to {LARGEST_NUMBER:.0e}")
        return float(value)

    def folded(self, function: Callable[..., Value], *arguments: Value | Node) -> Value | Node:
        """A closure, or a float where all arguments are floats; a float that is not finite is refused."""
        if any(callable(argument) for argument in arguments):
            return lambda x: function(*[a(x) if callable(a) else tf.constant(a, x.dtype) for a in arguments])
        value = float(function(*[tf.constant(argument, tf.float64) for argument in arguments]))
        if not abs(value) <= LARGEST_NUMBER**2:
            raise self.refuse(f"a constant part that is {value:.3g}", "constants that are finite")
        return value

    def read(self, node: ast.AST, depth: int = 0) -> Value | Node:
        if depth > DEEPEST:
            raise self.refuse("deeper nesting", f"at most {DEEPEST} operations inside each other")
        match node:
            case ast.Constant(value=value):
                return self.number(value)
            case ast.Name(id="x"):
                return lambda x: x
            case ast.Name(id=name) if name in CONSTANTS:
                return CONSTANTS[name]
            case ast.UnaryOp(op=ast.USub() | ast.UAdd(), operand=operand):
                inner = self.read(operand, depth + 1)
                return self.folded(operator.neg, inner) if isinstance(node.op, ast.USub) else inner
            case ast.BinOp(left=left, op=ast.Pow(), right=right):
                return self.power(self.read(left, depth + 1), right)
            case ast.BinOp(left=left, op=op, right=right) if type(op) in OPERATORS:
                return self.folded(OPERATORS[type(op)], self.read(left, depth + 1), self.read(right, depth + 1))
            case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]) if name in FUNCTIONS:
                return self.call(name, [self.read(argument, depth + 1) for argument in arguments])
            case ast.BinOp(op=ast.BitXor()):
                raise self.refuse("`^`", "`**` for powers")
        raise self.refuse(f"`{_shortened(ast.unparse(node))}`")

    def power(self, base: Value | Node, exponent: ast.AST) -> Value | Node:
        sign = 1.0
        if isinstance(exponent, ast.UnaryOp) and isinstance(exponent.op, ast.USub):
            sign, exponent = -1.0, exponent.operand
        number = exponent.value if isinstance(exponent, ast.Constant) else None
        if not (isinstance(number, int | float) and not isinstance(number, bool) and abs(number) <= LARGEST_EXPONENT):
            raise self.refuse(
                f"the exponent `{_shortened(ast.unparse(exponent))}`",
                f"a number between {-LARGEST_EXPONENT:g} and {LARGEST_EXPONENT:g}, or exp(…) instead",
            )
        value = sign * float(number)
        return self.folded(lambda x: x**value, base)

    def call(self, name: str, arguments: list[Value | Node]) -> Value | Node:
        count, function = FUNCTIONS[name]
        if len(arguments) != count:
            raise self.refuse(f"{len(arguments)} arguments of {name}", f"{count}")
        self.functions.add(name)
        bend = arguments[0] if name in BENDS else self.folded(operator.sub, *arguments) if count == 2 else None
        if callable(bend):
            self.bends.append(bend)
        return self.folded(function, *arguments)


def _shortened(text: str) -> str:
    text = text.encode("unicode_escape").decode()  # One line, whatever was typed.
    return text if len(text) <= 40 else f"{text[:37]}…"


def _zeros(node: Node) -> list[float]:
    """The points of the scanned range where a part of the expression changes sign, by bisection."""

    def at(points: np.ndarray) -> np.ndarray:
        with tf.init_scope():  # numbers even where a step is being compiled
            return node(tf.constant(points)).numpy()

    grid = np.linspace(*SCAN)
    values = at(grid)
    sign = np.sign(values)
    exact = grid[sign == 0.0]
    if len(exact) > MOST_KINKS:  # Zero on a whole stretch: only its ends are kinks.
        exact = exact[[0, -1]]
    crossing = np.flatnonzero(sign[:-1] * sign[1:] < 0.0)
    crossing = crossing[np.argsort(np.abs(grid[crossing]), kind="stable")][:MOST_KINKS]
    low, high, side = grid[crossing], grid[crossing + 1], sign[crossing]
    for _ in range(60):
        middle = 0.5 * (low + high)
        same = np.sign(at(middle)) == side
        low, high = np.where(same, middle, low), np.where(same, high, middle)
    return [*exact.tolist(), *high.tolist()]


@functools.lru_cache(maxsize=256)
def parse(text: str) -> Cost:
    """The cost that `text` spells.

    Args:
      text: For example `"(x - 0.45)**2"`, at most 200 characters.

    Returns:
      A cost whose key is the text with its spaces made regular. Two costs of the same text are equal.

    Raises:
      InvalidInput: One sentence, if the text is not an expression of the grammar.
    """
    if len(text) > LONGEST:
        raise InvalidInput(f"Expression of {len(text)} characters: expected at most {LONGEST}.")
    reader = _Reader(text.strip())
    if not text.isascii():
        raise reader.refuse("characters outside plain ASCII")
    try:
        tree = ast.parse(reader.text, mode="eval").body
        node = reader.read(tree)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        if isinstance(error, InvalidInput):
            raise
        example = f"one such as sin(x) + 0.1*x**2, of {EXPECTED}"
        raise reader.refuse("a text that is not an expression", example) from None
    if not callable(node):
        constant = node
        node = lambda x: constant  # noqa: E731 - one branch of two
    key = ast.unparse(tree)
    kinks = sorted({round(zero, 12) for bend in reader.bends for zero in _zeros(bend)}, key=abs)[:MOST_KINKS]
    return Cost(
        key=key,
        label=key,
        latex=latex_of(tree),
        fn=_Function(key, node),
        differentiable=not reader.functions.intersection(JUMPS),
        untamed=True,
        kinks=_Kinks(key, tuple(sorted(kinks))),
        order=100,
    )
