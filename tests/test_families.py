"""The contract of a family, its samplers' paths and its quantiles, for all of them."""

import math
from collections.abc import Callable

import numpy as np
import pytest
import tensorflow as tf

from playground import exact
from playground.classes import Classes
from playground.families import FAMILIES
from playground.problem import Problem, tfd
from tests.closed_forms import defaults, problem_of
from tests.replicates import NUMBERS

KEYS = (
    "normal lognormal laplace exponential gamma beta weibull student_t von_mises uniform normal_mixture "
    "logistic cauchy gumbel half_normal truncated_normal inverse_gamma inverse_gaussian pareto kumaraswamy "
    "bernoulli categorical binomial poisson geometric negative_binomial "
    "mvn_diag mvn_tril dirichlet bernoulli_product"
)
# Of families over numbers; the others have their own tests in test_vectors.py.
CONTINUOUS = [key for key in NUMBERS if not FAMILIES[key].discrete]
DISCRETE = [key for key in NUMBERS if FAMILIES[key].discrete]
MIRRORED = [key for key in NUMBERS if FAMILIES[key].mirror is not None]
SEED = (2, 7)


def parameters_of(problem: Problem, dtype: tf.DType, shape: tuple[int, ...] = ()) -> dict[str, tf.Tensor]:
    return problem.broadcast(problem.unpack(tf.constant(defaults(problem), dtype)), shape)


def allowed(problem: Problem, theta: np.ndarray) -> bool:
    """Whether scalar parameters satisfy their constraints, each given those before it."""
    earlier: dict[str, float] = {}
    for parameter, value in zip(problem.family.parameters, theta, strict=False):
        if parameter.lengths is None and not parameter.constraint.holds(float(value), earlier):
            return False
        earlier[parameter.name] = float(value)
    return True


def test_the_families_are_those_of_the_menu_in_its_order() -> None:
    assert list(FAMILIES) == KEYS.split()


@pytest.mark.parametrize("key", FAMILIES)
def test_defaults_are_valid_and_on_the_menu(key: str) -> None:
    earlier: dict[str, float] = {}
    for parameter in FAMILIES[key].parameters:
        assert parameter.minimum < parameter.maximum
        for value in np.atleast_1d(parameter.default):
            assert parameter.minimum <= value <= parameter.maximum
            assert parameter.constraint.holds(float(value), earlier)
        if parameter.lengths is not None:
            assert parameter.lengths[0] <= np.size(parameter.default) <= parameter.lengths[1]
        else:
            earlier[parameter.name] = float(np.ravel(parameter.default)[0])
            # A moving upper bound has no fixed minimum of its own.
            assert FAMILIES[key].moving_support or parameter.constraint.holds(parameter.minimum, earlier)


@pytest.mark.parametrize("key", FAMILIES)
def test_constrain_undoes_unconstrain(key: str) -> None:
    problem = problem_of(key, "linear")
    theta = tf.constant([defaults(problem)], tf.float64) * tf.constant([[1.0], [1.5]], tf.float64)
    np.testing.assert_allclose(problem.constrain(problem.unconstrain(theta)).numpy(), theta.numpy(), rtol=1e-12)


@pytest.mark.parametrize("key", FAMILIES)
@pytest.mark.parametrize("dtype", [tf.float32, tf.float64])
@pytest.mark.parametrize("shape", [(), (3, 5)])
def test_samples_are_floats_of_the_parameters_dtype_in_the_support(
    key: str, dtype: tf.DType, shape: tuple[int, ...]
) -> None:
    family, problem = FAMILIES[key], problem_of(key, "linear")
    parameters = parameters_of(problem, dtype, shape)
    distribution = family.make(parameters)
    x = distribution.sample(200, seed=SEED)
    assert x.dtype == dtype
    assert x.shape == (200, *shape, *([] if problem.coordinates is None else [problem.coordinates]))
    log_prob = distribution.log_prob(x)
    assert log_prob.dtype == dtype and np.all(np.isfinite(log_prob.numpy()))
    assert family.target(parameters).log_prob(x).dtype == dtype
    lower, upper = family.support(parameters)
    assert np.all(x.numpy() >= np.float32(lower)) and np.all(x.numpy() <= np.float32(upper))
    assert x.numpy().std() > 0.0


@pytest.mark.parametrize("key", FAMILIES)
def test_the_target_covers_the_support_and_is_not_the_default(key: str) -> None:
    problem = problem_of(key, "kl")
    value, gradient = exact.value_and_gradient(problem, tf.constant([defaults(problem)], tf.float64))
    assert 0.0 < value.numpy()[0] < 10.0
    assert np.abs(gradient.numpy()).max() > 1e-2


@pytest.mark.parametrize("key", DISCRETE)
def test_atoms_hold_the_mass(key: str) -> None:
    family, problem = FAMILIES[key], problem_of(key, "linear")
    assert family.atoms is not None
    for scale in (1.0, 3.0):
        parameters = problem.unpack(tf.constant(defaults(problem), tf.float64) * scale)
        atoms = family.atoms({name: value.numpy() for name, value in parameters.items()})
        assert atoms.dtype == np.float64 and np.all(np.diff(atoms) == 1.0)
        wide = {name: value[tf.newaxis] for name, value in parameters.items()}
        np.testing.assert_allclose(family.make(wide).prob(atoms).numpy().sum(), 1.0, rtol=1e-12)
        lower, upper = family.support(parameters)
        assert atoms[0] == lower and (atoms[-1] == upper if family.finite else math.isinf(upper))


@pytest.mark.parametrize("key", CONTINUOUS)
def test_centers_ascend_and_bracket_the_median(key: str) -> None:
    family, problem = FAMILIES[key], problem_of(key, "linear")
    parameters = parameters_of(problem, tf.float32, (4,))
    assert family.centers is not None
    centers = np.stack([center.numpy() for center in family.centers(parameters)])
    assert centers.shape[1:] == (4,) and np.all(np.diff(centers, axis=0) >= 0.0)
    lower, upper = family.support(parameters)
    assert np.all(centers > np.float32(lower)) and np.all(centers < np.float32(upper))
    median = np.median(family.make(parameters).sample(500, seed=SEED).numpy())
    assert len(centers) == 1 or centers[0, 0] < median < centers[-1, 0]
    # The corners of the menus, one element at a time.
    for index in range(len(defaults(problem))):
        flat_bounds = [(p.minimum, p.maximum) for p in family.parameters for _ in range(np.size(p.default))]
        for value in flat_bounds[index]:
            theta = np.array(defaults(problem))
            theta[index] = value
            if not allowed(problem, theta):
                continue
            nodes = exact.nodes(problem, tf.constant([theta]))
            np.testing.assert_allclose(nodes.mass.numpy().sum(), 1.0, atol=1e-7)


@pytest.mark.parametrize("key", CONTINUOUS)
def test_nothing_breaks_where_a_parameter_is_exactly_one(key: str) -> None:
    """TensorFlow takes (concentration − 1) log x for a constant there: `playground.concentrations` gets round it."""
    problem = problem_of(key, "exponential")
    base = np.array(defaults(problem))
    for index in range(len(base)):
        at, near = (np.where(np.arange(len(base)) == index, value, base) for value in (1.0, 1.0 + 1e-6))
        if allowed(problem, at):
            gradient = exact.gradient(problem, tf.constant(np.stack([at, near]))).numpy()
            np.testing.assert_allclose(gradient[0], gradient[1], atol=1e-4)


@pytest.mark.parametrize("key", CONTINUOUS)
def test_the_samplers_path_is_the_one_that_is_declared(key: str) -> None:
    """∂x/∂θ = −∂_θF(x)/p(x) sample by sample where `pathwise_by_cdf`, and visibly not where it is not declared."""
    family, problem = FAMILIES[key], problem_of(key, "linear")
    assert family.reparameterized
    own = tf.repeat(tf.constant([defaults(problem)], tf.float64), 500, axis=0)
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(own)
        distribution = family.make(problem.unpack(own))
        x = distribution.sample(seed=SEED)
        cumulative = distribution.cdf(tf.stop_gradient(x))
    path = tape.gradient(x, own).numpy()
    expected = (-tape.gradient(cumulative, own) / distribution.prob(x)[:, tf.newaxis]).numpy()
    agrees = np.all(np.abs(path - expected) <= 1e-6 * (1.0 + np.abs(expected)))
    assert agrees == family.pathwise_by_cdf


@pytest.mark.parametrize("key", DISCRETE)
def test_discrete_families_are_not_reparameterized_and_have_quantiles(key: str) -> None:
    family, problem = FAMILIES[key], problem_of(key, "linear")
    assert not family.reparameterized
    assert family.quantile is not None and family.atoms is not None
    parameters = parameters_of(problem, tf.float32, (50, 40))
    distribution = family.make(parameters)
    u = tf.random.stateless_uniform([50, 40], SEED)
    x = family.quantile(distribution, u).numpy()
    # The definition: F(x − 1) < u ≤ F(x), with room for float32.
    single = family.make(parameters_of(problem, tf.float64, (1,)))
    atoms = np.arange(x.max() + 2.0)
    atoms = atoms[: None if not family.finite else len(family.atoms(parameters_of(problem, tf.float32)))]
    cumulative = np.concatenate([[0.0], np.cumsum(single.prob(atoms).numpy())])
    index = x.astype(int)
    assert np.array_equal(index, x)
    assert np.all(cumulative[index] < u.numpy() + 1e-5) and np.all(u.numpy() <= cumulative[index + 1] + 1e-5)
    assert len(np.unique(x)) > 1


@pytest.mark.parametrize("key", MIRRORED)
def test_a_mirror_keeps_the_distribution_and_undoes_itself(key: str) -> None:
    family, problem = FAMILIES[key], problem_of(key, "linear")
    parameters = parameters_of(problem, tf.float64, (300,))
    assert family.mirror is not None
    distribution = family.make(parameters)
    x = distribution.sample(seed=SEED)
    twin = family.mirror(parameters, x)
    np.testing.assert_allclose(family.mirror(parameters, twin).numpy(), x.numpy(), rtol=1e-9, atol=1e-9)
    if family.period is None:
        np.testing.assert_allclose((distribution.cdf(x) + distribution.cdf(twin)).numpy(), 1.0, rtol=1e-9)
    else:
        np.testing.assert_allclose(distribution.prob(twin).numpy(), distribution.prob(x).numpy(), rtol=1e-9)
        assert np.all(np.abs(twin.numpy()) <= math.pi)


def test_the_mixture_s_path_is_tfp_s() -> None:
    """By the density instead of a Jacobian: the same samples, the same derivatives, and no second ones."""
    parameters = parameters_of(problem_of("normal_mixture", "linear"), tf.float64, (100,))
    distribution = FAMILIES["normal_mixture"].make(parameters)

    def path(mixture: Callable[..., tfd.Distribution]) -> tuple[tf.Tensor, list[tf.Tensor]]:
        with tf.GradientTape() as tape:
            tape.watch(parameters)
            normal = tfd.Normal(parameters["loc"], parameters["scale"])
            x = mixture(Classes(logits=parameters["logits"]), normal, reparameterize=True).sample(seed=SEED)
            square = x**2
        return x, list(tape.gradient(square, parameters).values())

    (x, found), (same, expected) = path(type(distribution)), path(tfd.MixtureSameFamily)
    np.testing.assert_array_equal(x, same)
    for own, other in zip(found, expected, strict=True):
        np.testing.assert_allclose(own, other, rtol=1e-9, atol=1e-9)
    logits = tf.constant([0.1, 0.3])
    with pytest.raises(LookupError, match="no second derivative"), tf.GradientTape() as outer:
        outer.watch(logits)
        with tf.GradientTape() as tape:
            tape.watch(logits)
            x = FAMILIES["normal_mixture"].make({"logits": logits, "loc": [-1.0, 2.0], "scale": [0.7, 1.0]}).sample()
        outer.gradient(tape.gradient(x, logits), logits)


@pytest.mark.parametrize(("key", "classes"), [("bernoulli", 2), ("categorical", 4)])
def test_class_values_spell_the_same_distribution(key: str, classes: int) -> None:
    family, problem = FAMILIES[key], problem_of(key, "linear")
    parameters = parameters_of(problem, tf.float32, (3,))
    assert family.class_values is not None
    logits, values = family.class_values(parameters)
    assert logits.shape == (3, classes) and len(values) == classes
    for index, value in enumerate(values):
        expected = tf.nn.softmax(logits)[:, index].numpy()
        got = family.make(parameters).prob(tf.fill([3], float(value)))
        np.testing.assert_allclose(got.numpy(), expected, rtol=1e-6)
