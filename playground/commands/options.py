"""Options that `measure` and `train` share: the problem, the estimator, and how much is drawn."""

import argparse
import itertools
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from playground.errors import InvalidInput

if TYPE_CHECKING:  # at run time it would bring TensorFlow along, and `--help` would wait for it
    from playground.config import Config
    from playground.problem import Problem

NUMBERS = ("samples", "replicates", "seed", "learning_rate")
ASSIGNMENTS = {"params": "--param", "cost_params": "--cost-param", "hyperparameters": "--set"}
MOST_DIGITS = 18


def add_problem(parser: argparse.ArgumentParser, samples: int, replicates: int) -> None:
    """Declares them. Values stay texts here; `given` reads them, and `Config.create` judges them."""
    problem = parser.add_argument_group("problem")
    problem.add_argument("--family", metavar="KEY", help="the distribution (normal)")
    problem.add_argument(
        "--param",
        dest="params",
        action="append",
        metavar="NAME=VALUE",
        help="a parameter of it; a vector is written logits=0.1,0.2,-0.3; may be repeated",
    )
    problem.add_argument(
        "--cost", metavar="KEY|EXPRESSION", help="f(x): a key, or an expression such as 'sin(x) + 0.1*x**2' (quadratic)"
    )
    problem.add_argument(
        "--cost-param",
        dest="cost_params",
        action="append",
        metavar="NAME=VALUE",
        help="a parameter of the cost; may be repeated",
    )
    estimate = parser.add_argument_group("estimate")
    estimate.add_argument(
        "--estimator",
        dest="estimators",
        action="append",
        metavar="KEY",
        help="how the gradient is estimated (pathwise)",
    )
    estimate.add_argument(
        "--set",
        dest="hyperparameters",
        action="append",
        metavar="NAME=VALUE",
        help="a number of the estimator's own, such as temperature=0.5; may be repeated",
    )
    estimate.add_argument("--sampling", metavar="KEY", help="independent, antithetic or sobol (independent)")
    estimate.add_argument("--samples", metavar="K", help=f"samples of one estimate ({samples})")
    estimate.add_argument("--replicates", metavar="R", help=f"repetitions of the whole estimate ({replicates})")
    estimate.add_argument("--seed", metavar="N", help="of everything random (0)")


def given(arguments: argparse.Namespace) -> dict[str, Any]:
    """What was said of a configuration, as plain values by the names of `Config.create`; what was not is left out."""
    fields: dict[str, Any] = {}
    for name in ("family", "cost", "sampling", "optimizer", "mode", *NUMBERS):
        value = getattr(arguments, name, None)
        if value is not None:
            fields[name] = number(option_of(name), value) if name in NUMBERS else value
    for name, option in ASSIGNMENTS.items():
        if getattr(arguments, name) is not None:
            fields[name] = assignments(option, getattr(arguments, name))
    if arguments.estimators is not None:
        fields["estimators"] = [key for text in arguments.estimators for key in text.split(",")]
    return fields


def option_of(name: str) -> str:
    """The option that sets a field of a configuration."""
    return ASSIGNMENTS.get(name) or ("--estimator" if name == "estimators" else "--" + name.replace("_", "-"))


def assignments(option: str, texts: Sequence[str]) -> dict[str, Any]:
    """`["loc=1", "logits=0.1,0.2"]` → `{"loc": 1, "logits": [0.1, 0.2]}`."""
    found: dict[str, Any] = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not name or not equals:
            raise InvalidInput(f"Option `{option}`: got '{text}', expected NAME=VALUE, such as loc=1.")
        if name in found:
            raise InvalidInput(f"Option `{option}`: got `{name}` twice, expected each name once.")
        numbers = [number(f"{option} {name}", part) for part in value.split(",")]
        found[name] = numbers if "," in value else numbers[0]
    return found


def number(option: str, text: str) -> float | int:
    """The number that a text spells: an int where it can be one, so that seeds stay exact."""
    try:
        return whole(text)
    except ValueError:
        pass
    try:
        return float(text)
    except ValueError:
        raise InvalidInput(f"Option `{option}`: got '{text}', expected a number.") from None


def whole(text: str) -> float | int:
    """The integer that a text spells, as a float when it is absurdly long: `math` takes no int beyond 1e308.

    Raises:
      ValueError: If it spells no integer.
    """
    if len(text) <= MOST_DIGITS:
        return int(text)
    if text.lstrip("+-").isdigit():
        return float(text)
    raise ValueError("not an integer")


def outside(problem: "Problem", theta: Sequence[float]) -> str | None:
    """The sentence that says which element of θ [P] has left its set, if only by rounding to float32, or None."""
    values = iter(theta)
    earlier: dict[str, Any] = {}
    for parameter, size in zip(problem.family.parameters, problem.sizes, strict=True):
        part = list(itertools.islice(values, size))
        wrong = parameter.wrong_element(part, earlier)
        if wrong is not None:
            name, constraint, value = wrong
            return f"Family '{problem.family.key}': `{name}` must be {constraint.text}, got {value} in float32."
        earlier[parameter.name] = part[0] if parameter.lengths is None else part
    return None


def sampled(config: "Config") -> "Config":
    """The configuration itself, if it can be sampled in float32, where 1e-300 is 0.

    Raises:
      InvalidInput: If θ₀ leaves its set by rounding.
    """
    import numpy as np

    reason = outside(config.problem, np.asarray(config.theta, np.float32).tolist())
    if reason is not None:
        raise InvalidInput(reason)
    return config
