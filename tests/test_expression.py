"""The user's own cost: what it accepts, what it means, and what it refuses."""

import numpy as np
import pytest
import tensorflow as tf

from playground import exact
from playground.costs import COSTS
from playground.costs.expression import FUNCTIONS, parse
from playground.errors import InvalidInput
from playground.families import FAMILIES
from playground.problem import Problem

X = np.array([0.2, 0.7, 1.3, 2.9])

MEANING = {
    "sin(x) + 0.1*x**2": np.sin(X) + 0.1 * X**2,
    "-x**2": -(X**2),
    "2 - x - 1": 1.0 - X,
    "x/2/2": X / 4,
    "x*-2": -2 * X,
    "(x + 1)**0.5 - x**-1": np.sqrt(X + 1) - 1 / X,
    "2**3 + 0*x": np.full(4, 8.0),
    "pi*e": np.full(4, np.pi * np.e),
    "minimum(x, 1) + maximum(1, 2*x)": np.minimum(X, 1) + np.maximum(1, 2 * X),
    "step(x - 1)*sign(x - 2)": (X > 1) * np.sign(X - 2),
    "abs(x - 1) + relu(x - 1)": np.abs(X - 1) + np.maximum(X - 1, 0),
    "cos(x)*exp(-x)*tanh(x)": np.cos(X) * np.exp(-X) * np.tanh(X),
    "log(x) + sqrt(x)": np.log(X) + np.sqrt(X),
    "sigmoid(x) + softplus(x)": 1 / (1 + np.exp(-X)) + np.log1p(np.exp(X)),
    "erf(0) + erf(x/x*9)": np.ones(4),
}


@pytest.mark.parametrize("text", MEANING)
@pytest.mark.parametrize("dtype", [tf.float32, tf.float64])
def test_an_expression_means_what_it_says(text: str, dtype: tf.DType) -> None:
    fn = parse(text).fn
    assert fn is not None
    f = fn(tf.constant(X.reshape(2, 2), dtype), {})
    assert f.dtype == dtype and f.shape == (2, 2)
    np.testing.assert_allclose(f.numpy().ravel(), MEANING[text], rtol=2e-6, atol=1e-7)


def test_every_function_is_tried_above() -> None:
    assert all(any(f"{name}(" in text for text in MEANING) for name in FUNCTIONS)


REFUSED = {
    "__import__('os')": "got `__import__",
    "x.__class__": "got `x.__class__`",
    "lambda x: x": "got `lambda x: x`",
    "[x for x in x]": "got `\\[x for x in x\\]`",
    "(x for x in x)": "got",
    "{x: x}": "got",
    "x[0]": "got `x\\[0\\]`",
    "x if x else x": "got",
    "x and x": "got",
    "1 < x": "got `1 < x`",
    "not x": "got",
    "~x": "got",
    "x @ x": "got",
    "x % 2": "got",
    "x // 2": "got",
    "x ^ 2": "expected `\\*\\*` for powers",
    "(y := x)": "got",
    "f'{x}'": "got",
    "'x'": "got",
    "b'x'": "got",
    "...": "got",
    "None": "got",
    "True": "got `True`",
    "1j": "got `1j`",
    "y": "got `y`",
    "sin": "got `sin`",
    "f(x)": "got `f\\(x\\)`",
    "sin(x)(x)": "got",
    "sin(x, x)": "got 2 arguments of sin, expected 1",
    "minimum(x)": "got 1 arguments of minimum, expected 2",
    "sin(x=1)": "got `sin\\(x=1\\)`",
    "sin(*x)": "got",
    "9**9**9": "got the exponent `9 \\*\\* 9`",
    "x**x": "got the exponent `x`",
    "x**9": "got the exponent `9`",
    "x**-8.5": "got the exponent `8.5`",
    "x**True": "got the exponent `True`",
    "1e999": "got the number inf",
    "1" * 150: "got the number 1.11e\\+149",
    "9999999999": "got the number 1e\\+10",
    "1/0": "got a constant part that is inf",
    "log(-1)*x": "got a constant part that is nan",
    "exp(exp(exp(9)))": "got a constant part that is inf",
    "x²": "outside plain ASCII",
    "ｘ": "outside plain ASCII",
    "\ud800": "outside plain ASCII",
    "": "not an expression",
    "   ": "not an expression",
    "x;x": "not an expression",
    "x = 1": "not an expression",
    "import os": "not an expression",
    "x\n+1": "not an expression",
    "x\0": "not an expression",
    "sin(x": "not an expression",
    "-" * 150 + "x": "deeper nesting",
    "(x+" * 60 + "x" + ")" * 60: "characters|nesting",
    "x+" * 60 + "x": "deeper nesting",
    "(" * 10000 + "x" + ")" * 10000: "of 20001 characters: expected at most 200",
    "x" + "+1" * 10**6: "characters: expected at most 200",
}


@pytest.mark.parametrize("text", REFUSED, ids=[f"{i}-{ascii(text)[:20]}" for i, text in enumerate(REFUSED)])
def test_what_is_not_of_the_grammar_is_refused_in_one_short_line(text: str) -> None:
    with pytest.raises(InvalidInput, match=REFUSED[text]) as refusal:
        parse(text)
    sentence = str(refusal.value)
    assert sentence.isprintable() and sentence.endswith(".") and len(sentence) < 400
    assert refusal.value.__suppress_context__ or refusal.value.__context__ is None


def test_costs_are_equal_by_their_text() -> None:
    first, second = parse("abs( x-1 )"), parse("abs(x - 1)")
    assert first == second and hash(first) == hash(second) and first.key == "abs(x - 1)"
    assert first != parse("abs(x - 2)")


@pytest.mark.parametrize(
    ("text", "kinks", "differentiable"),
    [
        ("abs(x - 1.2345)", [1.2345], True),
        ("x**2", [], True),
        ("step(x**2 - 2)", [-(2**0.5), 2**0.5], False),
        ("sign(x) + relu(x - 2)", [0.0, 2.0], False),
        ("minimum(x, 1) + maximum(x, -1)", [-1.0, 1.0], True),
        ("abs(x**2 + 1)", [], True),
    ],
)
def test_kinks_and_jumps_are_found(text: str, kinks: list[float], differentiable: bool) -> None:
    cost = parse(text)
    np.testing.assert_allclose(cost.kinks({}, -60.0, 60.0), kinks, atol=1e-9)
    assert cost.differentiable == differentiable


def test_kinks_outside_the_range_asked_for_are_left_out() -> None:
    assert parse("abs(x - 3)").kinks({}, -1.0, 1.0) == []
    assert len(parse("abs(sin(9*x))").kinks({}, -60.0, 60.0)) == 100


@pytest.mark.parametrize(
    ("text", "latex"),
    [
        ("x/(1 + x**2)", r"\frac{x}{1 + x^{2}}"),
        ("2*x*(x - 1)", r"2 \, x \, \left(x - 1\right)"),
        ("x - (1 - x)", r"x - \left(1 - x\right)"),
        ("(x + 1)**2", r"\left(x + 1\right)^{2}"),
        ("-abs(x)", r"-\left|x\right|"),
        ("sqrt(softplus(x))", r"\sqrt{\operatorname{softplus}\left(x\right)}"),
    ],
)
def test_latex_keeps_the_brackets_that_matter(text: str, latex: str) -> None:
    assert parse(text).latex == latex


def test_an_expression_gives_the_same_exact_gradient_as_the_cost_it_spells() -> None:
    family, theta = FAMILIES["normal"], tf.constant([[0.3, 1.7]], tf.float64)
    gradient = exact.gradient(Problem(family, parse("abs(x - 0.5)"), (1, 1), {}), theta)
    expected = exact.gradient(Problem(family, COSTS["absolute"], (1, 1), {"target": 0.5}), theta)
    np.testing.assert_allclose(gradient.numpy(), expected.numpy(), rtol=1e-9)


def test_an_expression_with_kinks_is_read_inside_a_compiled_step() -> None:
    @tf.function
    def kinks() -> tf.Tensor:
        cost = parse("abs(x - 1.5) + step(x)")
        return tf.constant(sorted(cost.kinks({}, -5.0, 5.0)))

    assert kinks().numpy() == pytest.approx([0.0, 1.5])
