"""The bijectors from raw variables to what they must be: what they do, and that their code says so."""

import numpy as np
import pytest
import tensorflow as tf
from tensorflow_probability import bijectors as tfb

from playground.fitting import bijections
from playground.fitting.pad_identity import PadIdentity


@pytest.mark.parametrize("batch", [(), (5,), (2, 3)], ids=str)
def test_pad_identity_is_a_consistent_bijector(batch: tuple[int, ...]) -> None:
    """Inverse, shapes (static, dynamic, in a graph) and log-determinant, of it and of the chain that uses it."""
    bijector, rng = PadIdentity(), np.random.default_rng(0)
    x = tf.constant(rng.normal(size=(*batch, 2, 4, 4)), tf.float64)
    y = bijector.forward(x)
    assert y.shape == (*batch, 3, 4, 4)
    assert np.array_equal(y[..., 0, :, :], np.broadcast_to(np.eye(4), (*batch, 4, 4)))
    assert np.array_equal(y[..., 1:, :, :], x)
    assert np.array_equal(bijector.inverse(tf.identity(y)), x)
    assert bijector.forward_event_shape([2, 4, 4]) == [3, 4, 4]
    assert bijector.inverse_event_shape([3, 4, 4]) == [2, 4, 4]
    assert bijector.forward_event_shape(tf.TensorShape([None, 4, 4])).as_list() == [None, 4, 4]
    assert list(bijector.forward_event_shape_tensor([2, 4, 4])) == [3, 4, 4]
    assert list(bijector.inverse_event_shape_tensor([3, 4, 4])) == [2, 4, 4]
    assert tf.function(bijector.forward).get_concrete_function(x).outputs[0].shape == y.shape
    # It embeds its input without stretching: log √det JᵀJ = 0.
    x = tf.identity(x)  # TFP would give back what it has computed of the old one, outside of the tape
    with tf.GradientTape() as tape:
        tape.watch(x)
        flat = tf.reshape(bijector.forward(x), [*batch, -1])
    jacobian = tf.reshape(tape.jacobian(flat, x), [int(np.prod(flat.shape)), -1]).numpy()
    half = 0.5 * np.linalg.slogdet(jacobian.T @ jacobian)[1]
    assert half == pytest.approx(0.0, abs=1e-9)
    assert bijector.forward_log_det_jacobian(x, event_ndims=3) == 0
    assert bijector.inverse_log_det_jacobian(y, event_ndims=3) == 0
    triangle = bijections.scale_tril("exp").make()
    chain = bijections.identity_before_scale_trils("exp").make()
    raw = tf.constant(rng.normal(size=(*batch, 2, 10)), tf.float32)
    stack = chain.forward(raw)
    np.testing.assert_allclose(chain.inverse(tf.identity(stack)), raw, rtol=1e-4, atol=1e-5)
    assert tuple(chain.inverse_event_shape([3, 4, 4])) == (2, 10)
    expected = triangle.forward_log_det_jacobian(raw, event_ndims=2)
    assert expected.shape == batch
    np.testing.assert_allclose(chain.forward_log_det_jacobian(raw, event_ndims=2), expected, rtol=1e-5)


@pytest.mark.parametrize("choice", ["softplus", "exp"])
def test_a_bijections_code_makes_what_it_makes(choice: str) -> None:
    raw = tf.constant(np.random.default_rng(0).normal(size=(3, 6)), tf.float32)
    for bijection in (
        bijections.positive(choice),
        bijections.above(1.5, choice),
        bijections.scale_tril(choice),
        bijections.identity_before_scale_trils(choice),
        bijections.ZERO_BEFORE,
        bijections.ZERO_ROW_BEFORE,
    ):
        written = eval(bijection.code, {"tfb": tfb, "PadIdentity": PadIdentity})
        np.testing.assert_array_equal(written.forward(raw), bijection.make().forward(raw), err_msg=bijection.code)
