"""The learnable distributions: their densities by hand, what is learnt of them, what is not, and what charts draw."""

import numpy as np
import pytest
import tensorflow as tf
from tensorflow_probability import bijectors as tfb
from tensorflow_probability import distributions as tfd

from playground.errors import InvalidInput
from playground.fitting.learnable import Layout, Learnable, Sizes
from playground.fitting.pad_identity import PadIdentity
from playground.fitting.start import choose
from playground.fitting.table import variables_table
from playground.zoo import ZOO
from tests.zoo_by_hand import CASES, LOG_PROB, rows_for, some_values

FIRST_FIXED = "mixture_mvn_tril_first_fixed"
FULLY = tfd.FULLY_REPARAMETERIZED
# What TFP says of the distribution itself, and of the components of a mixture, which it never reparameterizes whole.
MOVES = {
    "mvn_scaled_identity": True,
    "mvn_diag": True,
    "mixture_mvn_spherical": False,
    "mixture_mvn_spherical_first_weight_fixed": False,
    "mixture_mvn_tril": False,
    FIRST_FIXED: False,
    "mixture_student_t": False,
    "flow": True,
    "gamma_poisson": False,
    "beta_binomial": False,
    "dirichlet": True,
    "mixture_von_mises": False,
}


def test_six_are_the_documents_and_six_are_not() -> None:
    assert len(ZOO) == 12
    assert sum(learnable.document for learnable in ZOO.values()) == 6
    assert set(LOG_PROB) == set(ZOO) == set(MOVES)
    for learnable in ZOO.values():
        if learnable.kind == "plane" and learnable.key != "flow":
            assert learnable.event_sizes == (2, 8)
            assert learnable.components_of and learnable.marginal
        if learnable.components and learnable.kind == "plane":
            assert learnable.components == (2, 6)


@pytest.mark.parametrize(("learnable", "sizes"), CASES)
def test_the_density_is_the_formula(learnable: Learnable, sizes: Sizes) -> None:
    layout, flat = some_values(learnable, sizes)
    values = layout.values(flat)
    rows = rows_for(learnable, sizes, 60, seed=7).astype(np.float32)
    got = layout.log_prob(values, tf.constant(rows))
    assert got.shape == [60]
    exact = {name: value.numpy().astype(np.float64) for name, value in values.items()}
    expected = LOG_PROB[learnable.key](exact, rows.astype(np.float64), sizes)
    assert np.std(expected) > 0.01 or sizes.total_count == 1  # rows that the formula tells apart
    np.testing.assert_allclose(got, expected, rtol=3e-5, atol=3e-4)
    batched = layout.log_prob(values, tf.reshape(tf.constant(rows), [3, 20, -1]))
    np.testing.assert_allclose(tf.reshape(batched, [-1]), got, rtol=1e-5, atol=1e-4)


@pytest.mark.parametrize(("learnable", "sizes"), CASES)
def test_raw_values_and_back(learnable: Learnable, sizes: Sizes) -> None:
    layout, flat = some_values(learnable, sizes)
    assert flat.shape == [sum(layout.lengths)]
    np.testing.assert_allclose(layout.flatten(layout.values(flat)), flat, rtol=1e-3, atol=1e-4)
    for name, value in layout.values(flat).items():
        assert value.shape == next(v.shape for v in layout.variables if v.name == name)


@pytest.mark.parametrize(("learnable", "sizes"), CASES)
def test_gradients_are_finite_at_the_start_even_with_an_outlier(learnable: Learnable, sizes: Sizes) -> None:
    rows = rows_for(learnable, sizes, 300)
    if learnable.kind == "plane":
        rows[0] = 1e4
    if learnable.key == "gamma_poisson":
        rows[0] = 1e5
    if learnable.kind == "simplex":
        rows[0] = [1.0 - 1e-6 * (sizes.event_size - 1)] + [1e-6] * (sizes.event_size - 1)
    layout = Layout(learnable, sizes)
    flat = layout.flatten(choose(learnable, sizes, rows))
    with tf.GradientTape() as tape:
        tape.watch(flat)
        loss = -tf.reduce_mean(layout.log_prob(layout.values(flat), tf.constant(rows, tf.float32)))
    gradient = tape.gradient(loss, flat)
    assert np.isfinite(loss)
    assert np.all(np.isfinite(gradient))
    assert np.any(gradient != 0)


@pytest.mark.parametrize(("learnable", "sizes"), CASES)
def test_samples_are_of_its_kind_and_move_where_tfp_says_so(learnable: Learnable, sizes: Sizes) -> None:
    layout, flat = some_values(learnable, sizes)
    with tf.GradientTape() as tape:
        tape.watch(flat)
        distribution = layout.distribution(layout.values(flat))
        samples = distribution.sample(50, seed=(1, 2))
        total = tf.reduce_sum(samples**2)
    event = () if learnable.kind in ("circle", "counts") else (sizes.event_size,)
    assert samples.shape == (50, *event)
    if learnable.kind == "simplex":
        np.testing.assert_allclose(tf.reduce_sum(samples, axis=-1), 1.0, rtol=1e-5)
    if learnable.kind == "counts":
        assert np.all(samples == np.round(samples)) and np.min(samples) >= 0
    if learnable.kind == "circle":
        assert np.max(np.abs(samples)) <= np.pi + 1e-6
    assert np.all(np.isfinite(distribution.log_prob(samples)))
    assert (distribution.reparameterization_type == FULLY) == MOVES[learnable.key]
    gradient = tape.gradient(total, flat)
    if MOVES[learnable.key]:
        assert np.all(np.isfinite(gradient)) and np.any(gradient != 0)
    if isinstance(distribution, tfd.MixtureSameFamily):  # what a gradient through samples can use instead
        assert distribution.components_distribution.reparameterization_type == FULLY


@pytest.mark.parametrize(("learnable", "sizes"), CASES)
def test_the_table_of_variables(learnable: Learnable, sizes: Sizes) -> None:
    layout, flat = some_values(learnable, sizes)
    table = variables_table(layout, flat)
    assert sum(row.learnt for row in table) == len(flat)
    for row, variable in zip(table, layout.variables, strict=True):
        assert row.raw.size == row.learnt
        assert row.constrained.shape == variable.shape
        if row.bijector == "none":
            assert np.array_equal(row.raw, row.constrained)
        else:  # what is written makes what is shown
            bijector = eval(row.bijector, {"tfb": tfb, "PadIdentity": PadIdentity})
            np.testing.assert_array_equal(bijector.forward(row.raw), row.constrained)
        triangle = np.tri(sizes.event_size).sum() / sizes.event_size**2 if row.name == "scale_tril" else 1.0
        # The first of the components is what is frozen, where something is.
        learnt = (sizes.components - 1) / sizes.components if row.frozen else 1.0
        assert row.learnt == round(row.constrained.size * triangle * learnt)
        if row.frozen:
            assert row.frozen.count(".") == 1 and "fixed" in row.frozen and "no gradient" in row.frozen


def test_what_is_frozen_is_frozen() -> None:
    sizes = Sizes(3, 4)
    layout, flat = some_values(ZOO[FIRST_FIXED], sizes)
    for raw in (flat, 5.0 * flat - 1.0):  # wherever training goes
        values = layout.values(raw)
        assert values["logits"][0] == 0
        assert np.all(values["loc"][0] == 0)
        assert np.array_equal(values["scale_tril"][0], np.eye(3))
    assert sum(layout.lengths) == 3 + 3 * 3 + 3 * 6
    frozen = {key: [v.name for v in k.variables(Sizes()) if v.frozen] for key, k in ZOO.items()}
    assert {key: names for key, names in frozen.items() if names} == {
        "mixture_mvn_spherical_first_weight_fixed": ["logits"],
        FIRST_FIXED: ["logits", "loc", "scale_tril"],
    }


def test_degrees_of_freedom_stay_above_their_floor() -> None:
    layout, flat = some_values(ZOO["mixture_student_t"], Sizes())
    for raw in (flat - 30.0, flat + 30.0):
        assert np.all(layout.values(raw)["df"] >= 1.0)
    assert np.all(layout.values(flat)["df"] > 1.5)


def test_one_von_mises_has_no_logit_to_learn() -> None:
    layout = Layout(ZOO["mixture_von_mises"], Sizes(1, 1))
    assert [v.name for v in layout.variables] == ["loc", "concentration"]


def test_an_unknown_bijector_is_refused() -> None:
    with pytest.raises(InvalidInput, match="`bijector` must be one of softplus, exp, got 'cube'"):
        Layout(ZOO["mvn_diag"], Sizes(bijector="cube"))


def test_a_flow_follows_its_variables() -> None:
    """A bijector of TFP's remembers what it has computed; a changed variable must count for rows seen before."""
    layout, flat = some_values(ZOO["flow"], Sizes())
    variables = {name: tf.Variable(value) for name, value in layout.values(flat).items()}
    distribution = layout.distribution(variables)
    assert len(distribution.trainable_variables) == 6
    rows = tf.constant(rows_for(ZOO["flow"], Sizes(), 10), tf.float32)
    before = distribution.log_prob(rows)
    variables["output_bias"].assign_add(0.5 * tf.ones_like(variables["output_bias"]))
    after = distribution.log_prob(rows)
    assert np.all(np.abs(after - before) > 1e-3)
    np.testing.assert_allclose(after, layout.log_prob({k: v.value() for k, v in variables.items()}, rows), rtol=1e-5)
