"""The approximations q: densities that are densities, samplers that sample them, and paths that carry φ."""

import numpy as np
import pytest
import tensorflow as tf
from tensorflow_probability import distributions as tfd

from playground.approximations import APPROXIMATIONS
from playground.inference.approximation import Sizes, Surrogate
from playground.inference.config import inferable
from playground.inference.nodes import noise_grid
from tests.inference_cases import CASES, Z, on_grid, phi_of, surrogate_of, target_of
from tests.row_by_row import for_mixtures

# One target for each number of elements is enough: approximations do not look at it.
SHAPES = [case for case in CASES if case[0] in ("prior_and_square", "correlated_gaussian")]
shapes = pytest.mark.parametrize("case", SHAPES, ids="-".join)


def statistic(z: tf.Tensor) -> tf.Tensor:
    """Something smooth, bounded and lopsided of z [..., D] → [...]."""
    turned = tf.reduce_sum(z * tf.constant([0.7, -0.4], z.dtype)[: z.shape[-1]], axis=-1)
    return tf.sin(turned + 0.3) + 0.5 * tf.tanh(z[..., 0] - 0.2)


def exact_mean(case: tuple[str, str]) -> tuple[float, np.ndarray]:
    """E_q[statistic] and its gradient by the density alone: ∫ statistic q, differentiated through q."""
    surrogate, z_and_volume = surrogate_of(*case), on_grid(target_of(case[0]), 401)
    phi = tf.constant(phi_of(*case), tf.float64)
    with tf.GradientTape() as tape:
        tape.watch(phi)
        q = tf.exp(surrogate.log_prob(phi, z_and_volume[0])) * z_and_volume[1]
        mean = tf.reduce_sum(q * statistic(z_and_volume[0]))
    return float(mean), tape.gradient(mean, phi).numpy()


@shapes
def test_every_element_has_a_name_of_its_own(case: tuple[str, str]) -> None:
    surrogate = surrogate_of(*case)
    start = surrogate.start(0)
    assert len(set(surrogate.names)) == len(surrogate.names) == len(start)
    assert start.dtype == np.float32 and np.all(np.isfinite(start))
    np.testing.assert_array_equal(start, surrogate.start(0))
    assert np.any(start != surrogate.start(1))
    assert surrogate.names[0].startswith("loc") and any(name.startswith("raw_scale") for name in surrogate.names)


@shapes
def test_the_density_integrates_to_one(case: tuple[str, str]) -> None:
    z, volume = on_grid(target_of(case[0]), 401)
    q = tf.exp(surrogate_of(*case).log_prob(tf.constant(phi_of(*case), tf.float64), z))
    assert float(tf.reduce_sum(q * volume)) == pytest.approx(1.0, abs=1e-7)


@shapes
def test_samples_and_their_path_are_those_of_the_density(case: tuple[str, str]) -> None:
    """Mean and gradient of a statistic, along the samples' path, against ∫ over the density, at 5 standard errors.

    A gradient off by a quarter of its largest element would be seen.
    """
    surrogate, replicates = surrogate_of(*case), 20_000
    copies = tf.tile(tf.constant(phi_of(*case))[tf.newaxis], [replicates, 1])
    with tf.GradientTape() as tape:
        tape.watch(copies)
        z = surrogate.sample(copies, 2, tf.constant([4, 5]))
        mean = tf.reduce_mean(statistic(z), axis=1)
    rows = np.concatenate([mean[:, tf.newaxis], tape.gradient(mean, copies)], axis=1).astype(np.float64)
    value, gradient = exact_mean(case)
    error = rows.std(axis=0) / np.sqrt(replicates)
    assert Z * error[1:].max() < 0.25 * np.abs(gradient).max()
    assert np.all(np.abs(rows.mean(axis=0) - np.append(value, gradient)) < Z * error + 1e-6)


@shapes
def test_nodes_integrate_as_the_density_does(case: tuple[str, str]) -> None:
    surrogate, phi = surrogate_of(*case), tf.constant(phi_of(*case), tf.float64)
    noise, weights = (tf.constant(part) for part in noise_grid(surrogate.sizes.event_size, 145))
    with tf.GradientTape() as tape:
        tape.watch(phi)
        z, weight = surrogate.nodes(phi, noise, weights)
        mean = tf.reduce_sum(weight * statistic(z))
    value, gradient = exact_mean(case)
    assert float(mean) == pytest.approx(value, abs=1e-6)
    np.testing.assert_allclose(tape.gradient(mean, phi), gradient, atol=1e-6)


@shapes
@pytest.mark.parametrize("dtype", [tf.float32, tf.float64])
def test_each_copy_has_samples_and_a_gradient_of_its_own(case: tuple[str, str], dtype: tf.DType) -> None:
    surrogate = surrogate_of(*case)
    copies = tf.tile(tf.constant(phi_of(*case), dtype)[tf.newaxis], [3, 1])
    with tf.GradientTape() as tape:
        tape.watch(copies)
        z = surrogate.sample(copies, 5, tf.constant([1, 1]))
        log_q = surrogate.log_prob(copies, z)
        second = tf.reduce_sum(log_q[1])
    assert z.shape == (3, 5, surrogate.sizes.event_size) and z.dtype == dtype
    assert log_q.shape == (3, 5) and log_q.dtype == dtype
    slope = tape.gradient(second, copies).numpy()
    assert np.all(np.isfinite(slope)) and np.all(slope[[0, 2]] == 0.0) and np.any(slope[1] != 0.0)
    assert len(np.unique(z.numpy()[..., 0])) == 15
    np.testing.assert_array_equal(z, surrogate.sample(copies, 5, tf.constant([1, 1])))


def test_the_densities_are_those_of_tfp() -> None:
    z = tf.random.stateless_normal([1, 50, 2], [3, 3], dtype=tf.float64)
    diagonal, full, mixture = (surrogate_of("banana", key) for key in ("diagonal", "full", "mixture"))
    phi = tf.constant(phi_of("banana", "diagonal"), tf.float64)
    normal = tfd.MultivariateNormalDiag(phi[:2], tf.math.softplus(phi[2:]))
    np.testing.assert_allclose(diagonal.log_prob(phi[tf.newaxis], z)[0], normal.log_prob(z[0]), rtol=1e-10)
    phi = tf.constant(phi_of("banana", "full"), tf.float64)
    scale = tf.math.softplus(phi[2:4])
    tril = tf.stack([tf.stack([scale[0], 0.0]), tf.stack([phi[4], scale[1]])])
    turned = tfd.MultivariateNormalTriL(phi[:2], tril)
    np.testing.assert_allclose(full.log_prob(phi[tf.newaxis], z)[0], turned.log_prob(z[0]), rtol=1e-10)
    phi = tf.constant(phi_of("banana", "mixture"), tf.float64)
    loc, scale = tf.reshape(phi[:4], [2, 2]), tf.math.softplus(tf.reshape(phi[4:8], [2, 2]))
    both = tfd.MixtureSameFamily(tfd.Categorical(logits=phi[8:]), tfd.MultivariateNormalDiag(loc, scale))
    np.testing.assert_allclose(mixture.log_prob(phi[tf.newaxis], z)[0], both.log_prob(z[0]), rtol=1e-10)


def test_a_flow_is_undone_and_keeps_its_volume() -> None:
    """log q(T(ε)) = log N(ε) − log |det ∂T/∂ε|, with the determinant from automatic differentiation."""
    surrogate = surrogate_of("banana", "flow")
    transport = surrogate.approximation.transport
    assert transport is not None
    phi = tf.tile(tf.constant(phi_of("banana", "flow"), tf.float64)[tf.newaxis], [40, 1])
    noise = tf.random.stateless_normal([40, 1, 2], [2, 2], dtype=tf.float64)
    with tf.GradientTape() as tape:
        tape.watch(noise)
        z = transport(surrogate.sizes, phi, noise)
    jacobian = tape.batch_jacobian(z, noise)[:, 0, :, 0]
    base = tfd.MultivariateNormalDiag(tf.zeros([2], tf.float64)).log_prob(noise[:, 0])
    expected = base - tf.math.log(tf.abs(tf.linalg.det(jacobian)))
    np.testing.assert_allclose(surrogate.log_prob(phi, z)[:, 0], expected, rtol=1e-9)


@pytest.mark.parametrize("key", ["diagonal", "full"])
def test_the_kl_is_the_closed_form(key: str) -> None:
    surrogate = surrogate_of("banana", key)
    prior = tfd.MultivariateNormalDiag(tf.constant([0.3, -0.2], tf.float64), tf.constant([1.5, 0.8], tf.float64))
    phi = tf.constant(phi_of("banana", key), tf.float64)
    z, weight = surrogate.nodes(phi, *(tf.constant(part) for part in noise_grid(2)))
    by_quadrature = tf.reduce_sum(weight * (surrogate.log_prob(phi, z) - prior.log_prob(z)))
    assert float(surrogate.kl(phi, prior)) == pytest.approx(float(by_quadrature), abs=1e-10)
    assert surrogate.kl(tf.tile(phi[tf.newaxis], [4, 1]), prior).shape == (4,)


def test_what_cannot_be_used_says_why() -> None:
    one = inferable()["prior_and_square"]
    assert APPROXIMATIONS["full"].why_not(one) == "In one dimension a full covariance is a diagonal one."
    refusal = APPROXIMATIONS["flow"].why_not(one)
    assert refusal is not None and "needs two elements" in refusal and one.label in refusal
    for target in inferable().values():
        assert APPROXIMATIONS["diagonal"].why_not(target) is None


@pytest.mark.parametrize("components", [2, 6])
def test_a_mixture_has_as_many_components_as_are_asked_for(components: int) -> None:
    surrogate = Surrogate(APPROXIMATIONS["mixture"], Sizes(2, components))
    assert len(surrogate.names) == components * 5 == len(surrogate.start(0))
    assert surrogate.names[0] == "loc[0][0]" and surrogate.names[-1] == f"logits[{components - 1}]"


def test_a_mixture_is_the_same_row_by_row(monkeypatch: pytest.MonkeyPatch) -> None:
    """As the tests of objectives take it, and as TFP does by itself."""
    case = ("correlated_gaussian", "mixture")
    surrogate, phi = surrogate_of(*case), tf.constant(phi_of(*case), tf.float64)

    def path() -> tuple[tf.Tensor, tf.Tensor]:
        with tf.GradientTape() as tape:
            tape.watch(phi)
            z = surrogate.sample(phi[tf.newaxis], 5, tf.constant([1, 2]))
            value = tf.reduce_sum(statistic(z))
        return z, tape.gradient(value, phi)

    (z, gradient), _ = path(), for_mixtures(monkeypatch)
    for own, tfps in zip(path(), (z, gradient), strict=True):
        np.testing.assert_allclose(own, tfps, rtol=1e-12)
