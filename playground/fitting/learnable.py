"""What a learnable distribution is: variables, the bijectors that constrain them, and how they make a distribution."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
import tensorflow as tf
from tensorflow_probability import distributions as tfd

from playground.fitting.bijections import Bijection

Values = Mapping[str, Any]
"""Constrained values by the variables' names: tensors or NumPy arrays."""


@dataclass(frozen=True)
class Sizes:
    """What shapes a learnable distribution.

    Attributes:
      event_size: D, the number of elements of a row.
      components: C, of a mixture.
      bijector: "softplus" or "exp": how what must be positive is kept so.
      total_count: The number of trials, for counts that have an upper end.
    """

    event_size: int = 2
    components: int = 3
    bijector: str = "softplus"
    total_count: int = 20


@dataclass(frozen=True)
class Variable:
    """One trainable variable.

    Attributes:
      name: As the distribution's own parameter is called, or says what it is.
      shape: Of the constrained value.
      bijection: From the raw variable to the constrained value; None where they are the same.
      frozen: What part of it is not learnt and why its gradient is absent, one sentence; None where all is learnt.
    """

    name: str
    shape: tuple[int, ...]
    bijection: Bijection | None = None
    frozen: str | None = None


class Components(NamedTuple):
    """The components of a mixture (or the one of a distribution that is none), as what charts draw.

    Attributes:
      weights: [C], sum 1.
      loc: [C, D].
      covariance: [C, D, D]; for heavy tails that have none, the squared scale.
    """

    weights: np.ndarray
    loc: np.ndarray
    covariance: np.ndarray


@dataclass(frozen=True)
class Start:
    """Where a fit starts from. Given to `Learnable.start`.

    Attributes:
      rows: What is fitted, [N, D] float64; draws of a broad guess where a target density is fitted.
      centres: Where to start the C components, [C, D]; the mean alone where there are none.
      labels: The centre next to each row, [N]; −1 everywhere where all components are to start alike.
      rng: For what else is random.
    """

    rows: np.ndarray
    centres: np.ndarray
    labels: np.ndarray
    rng: np.random.Generator


@dataclass(frozen=True)
class Learnable:
    """A learnable distribution: data and plain functions.

    Attributes:
      key, label, story: Its stable name, its name on screen, one line on what it is good for.
      kind: Where its rows live, one of `playground.target.KINDS`. The event shape is [] for "circle" and "counts",
        else [D].
      variables: sizes → its variables, in the order in which `build` takes them.
      build: A function of a module's top level, of the variables (and constants) by name, that makes the
        distribution from tensors as well as from `tf.Variable`s and `TransformedVariable`s: it does no arithmetic on
        them itself, because what it computed would be a tensor that no longer follows its variable. Its source is
        shown to learners and is part of the exported script, with `np`, `tf`, `tfp`, `tfb` and `tfd` at hand.
      start: (sizes, `Start`) → constrained values by variable name, NumPy arrays of the variables' shapes.
      event_sizes, components: (least, most); `components` is None where there are none to choose.
      constants: sizes → further keyword arguments of `build`.
      helpers: Functions and classes whose source the script needs before `build`; they know the same modules.
      components_of: values → `Components`, where there are ellipses to draw (kind "plane") or places to mark.
      marginal: (values, (i, j)) → the distribution of elements i and j, event shape [2], for D > 2.
      first_at_origin: Whether its first component stays at the origin, so that a start seeks places for the others.
      free_bijector: Whether the choice of `Sizes.bijector` matters to it.
      document: Whether it is one of the six of TFP's own zoo.
    """

    key: str
    label: str
    story: str
    kind: str
    variables: Callable[[Sizes], tuple[Variable, ...]]
    build: Callable[..., tfd.Distribution]
    start: Callable[[Sizes, Start], dict[str, np.ndarray]]
    event_sizes: tuple[int, int]
    components: tuple[int, int] | None = None
    constants: Callable[[Sizes], dict[str, Any]] = lambda sizes: {}
    helpers: tuple[Any, ...] = field(default=())
    components_of: Callable[[Values], Components] | None = None
    marginal: Callable[[Values, tuple[int, int]], tfd.Distribution] | None = None
    first_at_origin: bool = False
    free_bijector: bool = True
    document: bool = False
    order: int = 0


class Layout:
    """The variables of one learnable distribution at given sizes, side by side in one flat raw vector [P].

    Args:
      learnable: The distribution.
      sizes: Its sizes.

    Attributes:
      variables: See `Learnable.variables`.
      raw_shapes: Of the raw variables, as the tape sees them; frozen parts are not among them.
      lengths: Their numbers of elements; P is the sum.
    """

    def __init__(self, learnable: Learnable, sizes: Sizes) -> None:
        self.learnable, self.sizes = learnable, sizes
        self.variables = learnable.variables(sizes)
        self._bijectors = [None if v.bijection is None else v.bijection.make() for v in self.variables]
        self.raw_shapes = tuple(
            v.shape if bijector is None else tuple(bijector.inverse_event_shape(list(v.shape)))
            for v, bijector in zip(self.variables, self._bijectors, strict=True)
        )
        self.lengths = tuple(int(np.prod(shape)) for shape in self.raw_shapes)

    def flatten(self, values: Values) -> tf.Tensor:
        """Constrained values → raw [P], float32."""
        parts = []
        for variable, bijector in zip(self.variables, self._bijectors, strict=True):
            value = tf.constant(values[variable.name], tf.float32)
            parts.append(tf.reshape(value if bijector is None else bijector.inverse(value), [-1]))
        return tf.concat(parts, axis=0)

    def raw(self, flat: tf.Tensor) -> dict[str, tf.Tensor]:
        """[P] → the raw variables by name."""
        parts = zip(self.variables, tf.split(flat, self.lengths), self.raw_shapes, strict=True)
        return {variable.name: tf.reshape(part, shape) for variable, part, shape in parts}

    def values(self, flat: tf.Tensor) -> dict[str, tf.Tensor]:
        """[P] → the constrained values by name."""
        pairs = zip(self.raw(flat).items(), self._bijectors, strict=True)
        return {name: part if bijector is None else bijector.forward(part) for (name, part), bijector in pairs}

    def distribution(self, values: Values) -> tfd.Distribution:
        """The distribution at constrained values."""
        return self.learnable.build(**values, **self.learnable.constants(self.sizes))

    def log_prob(self, values: Values, rows: tf.Tensor) -> tf.Tensor:
        """Log-likelihood of rows [..., D] → [...], in nats."""
        scalar = self.learnable.kind in ("circle", "counts")
        return self.distribution(values).log_prob(tf.squeeze(rows, -1) if scalar else rows)
