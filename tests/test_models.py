"""What the Layers page says of its models' gradients, measured: None where it says None, and the exact mean elsewhere.

Means over 500 to 1000 draws are held against exact values at five standard errors: with some hundred comparisons, one
false alarm in ten thousand runs. Each test also demands that five standard errors are small beside the gradient.
"""

import numpy as np
import pytest
import tensorflow as tf
import tf_keras
from tensorflow_probability import distributions as tfd

from playground.layers.data import DATA, rows_of
from playground.layers.model import PICTURES
from playground.models import MODELS
from playground.models.beta_scaled import LEAST
from tests.layers_gradients import Measured, engine_for, measure


def check(found: Measured) -> None:
    assert (5.0 * found.error).max() < 0.5 * np.abs(found.exact).max(), "too noisy to prove anything"
    assert (found.z < 5.0).all(), found


@pytest.mark.parametrize("model", ["mixture_free", "mixture_head"])
def test_by_default_the_logits_of_a_mixture_get_none_and_the_rest_is_right(model: str) -> None:
    engine = engine_for(model, "default", samples=64)
    flows = dict(zip(engine.layout.groups, engine.connected, strict=True))
    assert [name for name, flow in flows.items() if not flow] == ["logits[0]", "logits[1]", "logits[2]"]
    found = measure(engine)
    assert np.all(found.z[:6] < 5.0) and np.all(found.mean[6:] == 0.0) and np.abs(found.exact[6:]).max() > 0.01


@pytest.mark.parametrize("way", ["reparameterize", "score_function"])
@pytest.mark.parametrize("model", ["mixture_free", "mixture_head"])
def test_both_cures_reach_the_logits_with_the_exact_mean(model: str, way: str) -> None:
    engine = engine_for(model, way, samples=16 if model == "mixture_head" else 64)
    assert all(engine.connected)
    check(measure(engine, 500))


@pytest.mark.parametrize("way", ["implicit", "score_function"])
def test_the_beta_s_three_parameters_learn(way: str) -> None:
    engine = engine_for("beta_scaled", way, samples=64)
    assert all(engine.connected)
    check(measure(engine))


def test_where_the_beta_does_not_vanish_at_its_moving_end_the_score_function_is_wrong() -> None:
    """At concentration0 = 1 the density is positive at the end, whose move the score function never sees."""
    engine = engine_for("beta_scaled", "score_function", samples=64)
    raw = np.log(np.expm1(np.array([2.0, 1.0, 2.0]) - LEAST))
    found = measure(engine, weights=np.concatenate([np.zeros(3), raw]).astype(np.float32))
    assert found.z[2] > 20.0
    assert measure(engine_for("beta_scaled", samples=64), weights=np.r_[np.zeros(3), raw].astype("f")).z.max() < 5.0


@pytest.mark.parametrize("way", MODELS["normal_by_hand"].ways)
def test_all_ways_through_a_normal_have_the_exact_mean(way: str) -> None:
    check(measure(engine_for("normal_by_hand", way, samples=64)))


def test_by_hand_is_what_the_sampler_does_and_the_surrogate_varies_more() -> None:
    found = {way: measure(engine_for("normal_by_hand", way)) for way in MODELS["normal_by_hand"].ways}
    np.testing.assert_allclose(found["by_hand"].mean, found["tfp"].mean, rtol=1e-4)
    assert (found["surrogate"].error > found["surrogate_loo"].error).all()
    assert (found["surrogate_loo"].error > 1.5 * found["tfp"].error).all()


def test_a_sample_drawn_off_the_tape_gives_none() -> None:
    assert not any(engine_for("free_normal", "outside").connected)
    assert all(engine_for("free_normal", "inside").connected)


@pytest.mark.parametrize("way", ["mse", "nll"])
def test_a_sampled_normal_has_exact_gradients_in_both_losses(way: str) -> None:
    check(measure(engine_for("sampled_normal", way)))


@pytest.mark.parametrize("way", ["score_function_loo", "reinmax"])
def test_a_categorical_layer_s_unbiased_ways_meet_enumeration(way: str) -> None:
    check(measure(engine_for("categorical_layer", way)))


def test_straight_through_meets_its_own_mean_which_is_not_the_exact_one() -> None:
    """E[J(π)(z − e)] = J(π)(π − e), where −J(π) e is exact: off by J(π) π."""
    engine = engine_for("categorical_layer", "straight_through")
    found = measure(engine)
    network, rows = engine.built.network, rows_of("classes")[0]
    engine.layout.assign(tf.constant(engine.layout.first_weights(3)))
    soft = network(rows.x)[0].probs_parameter().numpy().astype(np.float64)
    away = soft - np.eye(4)[rows.y.numpy()[:, 0].astype(int)]
    own = (soft * (away - np.sum(soft * away, axis=1, keepdims=True))).mean(axis=0)
    assert (np.abs(found.mean - own) < 5.0 * found.error).all() and found.z.max() > 20.0


def test_gumbel_softmax_is_biased_and_points_the_right_way() -> None:
    found = measure(engine_for("categorical_layer", "gumbel_softmax"))
    cosine = found.mean @ found.exact / np.linalg.norm(found.mean) / np.linalg.norm(found.exact)
    assert found.z.max() > 20.0 and cosine > 0.8


@pytest.mark.parametrize("model", ["categorical_layer", "independent_bernoulli", "independent_poisson"])
def test_a_drawn_integer_has_no_path(model: str) -> None:
    engine = engine_for(model, "sample")
    assert not any(engine.connected) and np.abs(measure(engine, 2).exact).max() > 1e-3


def test_flipout_has_the_mean_of_one_draw_for_all_and_less_variance() -> None:
    few = {way: measure(engine_for("dense_flipout", way)) for way in ("flipout", "shared")}
    difference = np.abs(few["flipout"].mean - few["shared"].mean)
    assert (difference < 5.0 * np.hypot(few["flipout"].error, few["shared"].error)).all()
    assert few["flipout"].error[0] < few["shared"].error[0]


@pytest.mark.parametrize("way", ["regularizer", "exact_kl"])
def test_the_regularizer_on_a_distribution_lambda_counts_twice(way: str) -> None:
    engine = engine_for("vae", way)
    engine.layout.assign(tf.constant(engine.layout.first_weights(0)))
    network = engine.built.network
    _, parameters = network(rows_of("digits")[0].x[:64])
    loc, raw = tf.split(parameters["loc_and_raw_scale"], 2, axis=-1)
    posterior = tfd.MultivariateNormalDiag(loc, 1e-3 + tf.nn.softplus(raw))
    once = float(tf.reduce_mean(tfd.kl_divergence(posterior, tfd.MultivariateNormalDiag(tf.zeros(2), tf.ones(2)))))
    added = float(tf.add_n(network.losses)) if way == "regularizer" else len(network.losses)
    assert added == (pytest.approx(2.0 * once, rel=1e-5) if way == "regularizer" else 0)


def test_the_digits_are_those_of_scikit_learn() -> None:
    from sklearn.datasets import load_digits

    ours = np.concatenate([part.x.numpy() for part in rows_of("digits")])
    theirs = (load_digits().data >= 8).astype(np.float32)
    assert len(ours) == 1797
    np.testing.assert_array_equal(np.sort(ours @ 2.0 ** np.arange(64)), np.sort(theirs @ 2.0 ** np.arange(64)))


@pytest.mark.parametrize("model", MODELS.values(), ids=lambda model: model.key)
def test_a_model_is_a_keras_model_and_says_what_it_is(model) -> None:  # type: ignore[no-untyped-def]
    engine = engine_for(model.key)
    assert isinstance(engine.built.network.model, tf_keras.Model)
    assert model.picture in PICTURES and model.data in DATA and len(model.story) < 120
    assert all(way.label and len(way.story) < 110 for way in model.ways.values())
    assert len(set(engine.layout.groups)) == len(engine.layout.groups)
