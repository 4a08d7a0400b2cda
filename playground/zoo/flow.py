"""RealNVP: a standard Normal bent by a chain of invertible maps."""

import numpy as np
import tensorflow as tf
from tensorflow_probability import bijectors as tfb
from tensorflow_probability import distributions as tfd

from playground.fitting.bijections import positive
from playground.fitting.conditioner import Conditioner
from playground.fitting.learnable import Learnable, Sizes, Start, Variable
from playground.fitting.start import scales

COUPLINGS = 6
HIDDEN = 16


def build(
    loc: tf.Tensor,
    scale: tf.Tensor,
    hidden_kernel: tf.Tensor,
    hidden_bias: tf.Tensor,
    output_kernel: tf.Tensor,
    output_bias: tf.Tensor,
) -> tfd.Distribution:
    # In turn, a coupling leaves one of the two elements as it is, and moves the other by an amount that depends on it.
    couplings = [
        tfb.RealNVP(
            num_masked=1 if index % 2 == 0 else -1,
            shift_and_log_scale_fn=Conditioner(index, hidden_kernel, hidden_bias, output_kernel, output_bias),
        )
        for index in range(hidden_kernel.shape[0])
    ]
    return tfd.TransformedDistribution(
        distribution=tfd.MultivariateNormalDiag(scale_diag=tf.ones_like(loc)),
        bijector=tfb.Chain([tfb.Shift(loc), tfb.Scale(scale), *couplings]),
    )


def _variables(sizes: Sizes) -> tuple[Variable, ...]:
    return (
        Variable("loc", (2,)),
        Variable("scale", (2,), positive(sizes.bijector)),
        Variable("hidden_kernel", (COUPLINGS, 1, HIDDEN)),
        Variable("hidden_bias", (COUPLINGS, HIDDEN)),
        Variable("output_kernel", (COUPLINGS, HIDDEN, 2)),
        Variable("output_bias", (COUPLINGS, 2)),
    )


def _start(sizes: Sizes, start: Start) -> dict[str, np.ndarray]:
    """The diagonal Normal of the rows' mean and scales, hardly bent; hidden units that differ over the bulk of it."""
    return {
        "loc": start.centres[0],
        "scale": scales(start)[0],
        "hidden_kernel": start.rng.normal(size=(COUPLINGS, 1, HIDDEN)),
        "hidden_bias": start.rng.normal(size=(COUPLINGS, HIDDEN)),
        "output_kernel": 0.02 * start.rng.normal(size=(COUPLINGS, HIDDEN, 2)),
        "output_bias": np.zeros((COUPLINGS, 2)),
    }


LEARNABLE = Learnable(
    key="flow",
    label="RealNVP flow",
    story="A Normal bent by six small networks until it fits: any shape, and still an exact density.",
    kind="plane",
    variables=_variables,
    build=build,
    start=_start,
    event_sizes=(2, 2),
    helpers=(Conditioner,),
    order=7,
)
