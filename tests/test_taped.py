"""The example of a gradient that is None, and its cure: what is shown is what happens."""

import numpy as np
import tensorflow as tf

from playground.inference.taped import before_the_tape, on_the_tape

LOC, RAW = 0.4, 0.3


def test_a_sample_drawn_before_the_tape_has_no_gradient() -> None:
    assert before_the_tape(tf.Variable(LOC), tf.Variable(RAW)) == [None, None]


def test_on_the_tape_the_gradient_is_that_of_the_reparameterized_sample() -> None:
    """KL has the gradient (m, s − 1/s) and z² = (m + s ε)² the gradient 2z (1, ε); s = softplus(ρ)."""
    gradients = [float(g) for g in on_the_tape(tf.Variable(LOC), tf.Variable(RAW)) if g is not None]
    scale, slope = np.log1p(np.exp(RAW)), 1.0 / (1.0 + np.exp(-RAW))
    z = gradients[0] / 2 - LOC / 2  # ∂loc = m + 2z
    noise = (z - LOC) / scale
    expected = slope * (scale - 1.0 / scale + 2.0 * z * noise)
    np.testing.assert_allclose(gradients[1], expected, rtol=1e-4)
