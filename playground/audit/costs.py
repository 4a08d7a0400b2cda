"""The smooth, bounded costs that the audit averages: one odd, one lopsided, whose slopes die out in the tails.

A cost whose slope does not decay has no expectation, or an infinite variance, under a heavy tail; these two always
have both. A number y = w·x is taken from a sample with an event, a different weight for each element.
"""

from dataclasses import dataclass

import numpy as np
import tensorflow as tf

from playground.audit.measure import Measured

WEIGHTS = (1.0, -0.6, 0.4, 0.8, -0.3, 0.5, 0.9, -0.7, 0.2)


@dataclass(frozen=True)
class Cost:
    """f(y) for y = w·x.

    Attributes:
      formula: As Python, with `y`.
      center, width: Of what is drawn, so that neither tail nor middle is all that is seen.
    """

    formula: str
    center: float
    width: float

    def __call__(self, y: tf.Tensor) -> tf.Tensor:
        """[...] → [...], in y's dtype."""
        return FORMULAS[self.formula]((y - self.center) / self.width)

    @property
    def code(self) -> str:
        """The cost as a line of Python, given `y`."""
        sign = "+" if self.center < 0.0 else "-"
        y = f"(y {sign} {abs(self.center):g})" if self.center else "y"
        return self.formula.replace("z", y if self.width == 1.0 else f"{y} / {self.width:g}")


FORMULAS = {
    "tf.tanh(z)": tf.tanh,
    "tf.exp(-0.5 * (z - 0.7) ** 2)": lambda z: tf.exp(-0.5 * (z - 0.7) ** 2),
    "tf.sin(z)": tf.sin,
    "tf.cos(z - 0.7)": lambda z: tf.cos(z - 0.7),
}
LINE, CIRCLE = tuple(FORMULAS)[:2], tuple(FORMULAS)[2:]


def projected(x: tf.Tensor) -> tf.Tensor:
    """y [N] from samples [N, *event]: x itself if it is a number."""
    if x.shape.rank == 1:
        return x
    flat = tf.reshape(x, [tf.shape(x)[0], -1])
    return tf.linalg.matvec(flat, tf.constant(WEIGHTS[: flat.shape[1]], x.dtype))


def costs_for(measured: Measured, formulas: tuple[str, ...]) -> tuple[Cost, ...]:
    """The costs, centred and scaled to a distribution by its quantiles, rounded to be read; a circle's scale is 1."""
    y, mass = projected(measured.x).numpy(), measured.mass.numpy()
    order = np.argsort(y)
    below = np.cumsum(mass[order])
    low, middle, high = (float(y[order][np.searchsorted(below, share)]) for share in (0.16, 0.5, 0.84))
    width = 1.0 if formulas == CIRCLE else (high - low) / 2.0 or 1.0
    return tuple(Cost(formula, float(f"{middle:.2g}"), float(f"{width:.2g}")) for formula in formulas)
