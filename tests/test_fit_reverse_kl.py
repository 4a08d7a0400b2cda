"""The reverse KL of a fit: its gradient against quadrature, its gap against closed forms."""

from dataclasses import replace

import numpy as np
import pytest
import tensorflow as tf
from tensorflow_probability import distributions as tfd

from playground.fitting.config import FitConfig
from playground.fitting.fit_training import FitTraining
from playground.fitting.grids import grid_of
from playground.fitting.learnable import Layout, Sizes
from playground.fitting.reverse_kl import how_reverse_kl
from playground.fitting.steps import Signature, fitter_of
from playground.target import Target
from playground.targets import TARGETS
from playground.targets.corner import CONCENTRATION
from playground.zoo import ZOO


def exact_gradient(layout: Layout, raw: tf.Tensor, target: Target) -> np.ndarray:
    """∇ Σ w q (log q − log p) over a grid that is wide enough for a q still too broad; in closed form for a simplex,
    along whose edges densities are too steep for a grid to tell their slope."""
    if target.kind == "simplex":
        with tf.GradientTape() as tape:
            tape.watch(raw)
            divergence = tfd.kl_divergence(layout.distribution(layout.values(raw)), tfd.Dirichlet(CONCENTRATION))
        return tape.gradient(divergence, raw).numpy()
    if target.kind == "plane":
        target = replace(target, window=tuple((1.6 * low, 1.6 * high) for low, high in target.window))
    grid = grid_of(target, layout.sizes.total_count)
    assert grid is not None
    log_p = target.log_prob(tf.constant(grid.points))
    with tf.GradientTape() as tape:
        tape.watch(raw)
        log_q = layout.log_prob(layout.values(raw), grid.points)
        divergence = tf.reduce_sum(grid.weights * tf.exp(log_q) * (log_q - log_p))
    return tape.gradient(divergence, raw).numpy()


@pytest.mark.parametrize(
    ("model", "target", "way", "steps"),
    [
        ("mixture_mvn_tril", "two_modes", "component", 40),
        ("mixture_von_mises", "two_directions", "component", 20),
        ("mvn_diag", "banana", "pathwise", 150),
        ("dirichlet", "corner", "pathwise", 100),
        ("beta_binomial", "two_humps", "score", 100),
    ],
)
def test_the_gradient_of_the_reverse_kl_is_that_of_quadrature(model: str, target: str, way: str, steps: int) -> None:
    """Each raw variable within 5 standard errors: a false alarm in 1.7 million. Half of the gradient would be found."""
    replicates = 600
    config = FitConfig.create(model=model, goal="reverse_kl", target=target, samples=32)
    training = FitTraining()
    training.begin(config)
    training.advance(steps, 5)
    layout, goal = training.fitter.layout, TARGETS[target]
    assert how_reverse_kl(layout.learnable, layout.sizes).key == training.fitter.way.key == way
    raw = training.state.raw

    @tf.function(autograph=False)
    def gradients() -> tf.Tensor:
        def one(step: tf.Tensor) -> tf.Tensor:
            with tf.GradientTape() as tape:
                tape.watch(raw)
                surrogate, _ = training.fitter.loss(raw, tf.stack([7, step]), tf.zeros([0, 1]))
            return tape.gradient(surrogate, raw)

        return tf.map_fn(one, tf.range(replicates), fn_output_signature=tf.float32)

    found = gradients().numpy().astype(np.float64)
    exact, error = exact_gradient(layout, raw, goal), found.std(axis=0) / np.sqrt(replicates)
    apart = np.abs(found.mean(axis=0) - exact)
    assert np.all(apart < 5.0 * error + 1e-3 * np.abs(exact).max() + 1e-4)
    assert np.linalg.norm(5.0 * error) < 0.5 * np.linalg.norm(exact), "too few replicates to tell"


def test_the_gap_is_the_divergence_of_two_normals() -> None:
    def log_prob(z: tf.Tensor) -> tf.Tensor:
        return -0.5 * tf.reduce_sum(z**2, axis=-1)

    target = Target("unit", "Unit", "", "", "plane", 2, log_prob, ((-6.0, 6.0), (-6.0, 6.0)))
    fitter = fitter_of(Signature(ZOO["mvn_diag"], Sizes(), target))
    raw = fitter.first_state({"loc": np.array([1.0, -0.5]), "scale": np.array([0.5, 0.8])}).raw
    expected = sum(0.5 * (s**2 + m**2 - 1.0) - np.log(s) for m, s in ((1.0, 0.5), (-0.5, 0.8)))
    objective, gap = map(float, fitter.distance(raw))
    assert gap == pytest.approx(expected, abs=1e-4)
    assert objective == pytest.approx(expected - np.log(2.0 * np.pi), abs=1e-4)
    outside = fitter.first_state({"loc": np.array([9.0, 0.0]), "scale": np.array([1.0, 1.0])}).raw
    assert all(np.isnan(fitter.distance(outside))), "the grid does not hold it"


@pytest.mark.parametrize("concentration", [(3.0, 2.0, 1.2), (2.0, 1.0, 0.7), (0.5, 0.6, 4.0)])
def test_the_gap_is_the_divergence_of_two_dirichlets(concentration: tuple[float, ...]) -> None:
    """Infinite edges included."""
    fitter = fitter_of(Signature(ZOO["dirichlet"], Sizes(3), TARGETS["corner"]))
    raw = fitter.first_state({"concentration": np.array(concentration)}).raw
    expected = float(tfd.kl_divergence(tfd.Dirichlet(concentration), tfd.Dirichlet(CONCENTRATION)))
    assert float(fitter.distance(raw)[1]) == pytest.approx(expected, rel=2e-3)
