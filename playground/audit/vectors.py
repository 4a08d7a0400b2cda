"""The common distributions over vectors and matrices, mixtures, and distributions made of others."""

import math
from collections.abc import Mapping

import tensorflow as tf
from tensorflow_probability import bijectors as tfb
from tensorflow_probability import distributions as tfd

from playground.audit.case import Case
from playground.audit.measure import Measured, quadrature, sphere

LOC, TRIANGLE = [0.5, -1.0], [[1.2, 0.0], [0.4, 0.7]]
DIAGONAL = [1.2, 0.7]
MIXTURE = {"logits": [0.4, -0.3], "loc": [-1.0, 1.5], "scale": [0.6, 1.0]}


def _line(distribution: tfd.Distribution, parameters: Mapping[str, tf.Tensor]) -> Measured:
    return quadrature(distribution, over=tfb.Identity())


def _simplex_logs(distribution: tfd.Distribution, parameters: Mapping[str, tf.Tensor]) -> Measured:
    """A relaxed class is the logarithm of one on the simplex, which has a density to integrate."""
    on_simplex = quadrature(tfd.RelaxedOneHotCategorical(parameters["temperature"], logits=parameters["logits"]))
    share = 1.0 / math.sqrt(distribution.event_shape[-1])  # As for `_simplex`.
    return Measured(tf.math.log(tf.maximum(on_simplex.x, 1e-300)), on_simplex.mass * share)


def _wishart_measure(distribution: tfd.Distribution, parameters: Mapping[str, tf.Tensor]) -> Measured:
    # TFP's own bijector leaves out the matrices whose Cholesky factor has a diagonal below log 2.
    over = tfb.Chain([tfb.CholeskyOuterProduct(), tfb.FillScaleTriL(diag_shift=None)])
    return quadrature(distribution, over=over, grid=(3.6, 0.15))


def _simplex(distribution: tfd.Distribution, parameters: Mapping[str, tf.Tensor]) -> Measured:
    # TFP's densities are per unit of the first n − 1 coordinates, its bijector's volume is that of the simplex in ℝ^n.
    found = quadrature(distribution)
    return Measured(found.x, found.mass / math.sqrt(distribution.event_shape[-1]))


def _factors(distribution: tfd.Distribution, parameters: Mapping[str, tf.Tensor]) -> Measured:
    return quadrature(distribution, grid=(6.0, 0.14))


def _correlations(distribution: tfd.Distribution, parameters: Mapping[str, tf.Tensor]) -> Measured:
    factors = _factors(tfd.CholeskyLKJ(3, parameters["concentration"]), parameters)
    return Measured(tf.matmul(factors.x, factors.x, transpose_b=True), factors.mass)


def _full_covariance(loc: tf.Tensor, covariance_matrix: tf.Tensor) -> tfd.Distribution:
    symmetric = (covariance_matrix + tf.linalg.matrix_transpose(covariance_matrix)) / 2.0
    return tfd.MultivariateNormalFullCovariance(loc, symmetric)


def _linear_operator(loc: tf.Tensor, scale: tf.Tensor) -> tfd.Distribution:
    return tfd.MultivariateNormalLinearOperator(loc, tf.linalg.LinearOperatorLowerTriangular(scale))


def _student(df: tf.Tensor, loc: tf.Tensor, scale: tf.Tensor) -> tfd.Distribution:
    return tfd.MultivariateStudentTLinearOperator(df, loc, tf.linalg.LinearOperatorLowerTriangular(scale))


def _matrix_normal(loc: tf.Tensor, scale_row: tf.Tensor, scale_column: tf.Tensor) -> tfd.Distribution:
    triangle = tf.linalg.LinearOperatorLowerTriangular
    return tfd.MatrixNormalLinearOperator(loc, triangle(scale_row), triangle(scale_column))


def _matrix_t(df: tf.Tensor, loc: tf.Tensor, scale_row: tf.Tensor, scale_column: tf.Tensor) -> tfd.Distribution:
    triangle = tf.linalg.LinearOperatorLowerTriangular
    return tfd.MatrixTLinearOperator(df, loc, triangle(scale_row), triangle(scale_column))


def _wishart(df: tf.Tensor, scale: tf.Tensor) -> tfd.Distribution:
    return tfd.WishartLinearOperator(df, tf.linalg.LinearOperatorLowerTriangular(scale))


def _mixture_same(logits: tf.Tensor, loc: tf.Tensor, scale: tf.Tensor) -> tfd.Distribution:
    return tfd.MixtureSameFamily(tfd.Categorical(logits=logits), tfd.Normal(loc, scale))


def _mixture_same_reparameterized(logits: tf.Tensor, loc: tf.Tensor, scale: tf.Tensor) -> tfd.Distribution:
    return tfd.MixtureSameFamily(tfd.Categorical(logits=logits), tfd.Normal(loc, scale), reparameterize=True)


def _mixture_of_vectors(logits: tf.Tensor, loc: tf.Tensor, scale: tf.Tensor) -> tfd.Distribution:
    components = tfd.Independent(tfd.Normal(loc, scale), 1)
    return tfd.MixtureSameFamily(tfd.Categorical(logits=logits), components, reparameterize=True)


def _mixture(logits: tf.Tensor, loc: tf.Tensor, scale: tf.Tensor) -> tfd.Distribution:
    components = [tfd.Normal(loc[..., 0], scale[..., 0]), tfd.Normal(loc[..., 1], scale[..., 1])]
    return tfd.Mixture(tfd.Categorical(logits=logits), components)


def _independent(loc: tf.Tensor, scale: tf.Tensor) -> tfd.Distribution:
    return tfd.Independent(tfd.Normal(loc, scale), 1)


def _sample(loc: tf.Tensor, scale: tf.Tensor) -> tfd.Distribution:
    return tfd.Sample(tfd.Normal(loc, scale), 2)


def _log_normal(loc: tf.Tensor, scale: tf.Tensor) -> tfd.Distribution:
    return tfd.TransformedDistribution(tfd.Normal(loc, scale), tfb.Exp())


def _power_spherical(mean_direction: tf.Tensor, concentration: tf.Tensor) -> tfd.Distribution:
    return tfd.PowerSpherical(tf.linalg.l2_normalize(mean_direction, axis=-1), concentration)


def _von_mises_fisher(mean_direction: tf.Tensor, concentration: tf.Tensor) -> tfd.Distribution:
    return tfd.VonMisesFisher(tf.linalg.l2_normalize(mean_direction, axis=-1), concentration)


DIRECTION = ({"mean_direction": [0.6, -0.3, 0.9], "concentration": 2.0},)
VECTORS = (
    Case("CholeskyLKJ", ({"concentration": 2.0}, {"concentration": 3.5}), constants={"dimension": 3}, measure=_factors),
    Case("Dirichlet", ({"concentration": [2.0, 1.0, 3.0]}, {"concentration": [0.8, 1.5, 1.0]}), measure=_simplex),
    Case("ExpRelaxedOneHotCategorical", ({"temperature": 0.7, "logits": [0.5, 0.0, -0.7]},), measure=_simplex_logs),
    Case("Independent(Normal)", ({"loc": LOC, "scale": DIAGONAL},), _independent),
    Case("LKJ", ({"concentration": 2.0}, {"concentration": 3.5}), constants={"dimension": 3}, measure=_correlations),
    Case(
        "MatrixNormalLinearOperator",
        ({"loc": [[0.5, -1.0]], "scale_row": [[0.8]], "scale_column": TRIANGLE},),
        _matrix_normal,
    ),
    Case(
        "MatrixTLinearOperator",
        ({"df": 5.0, "loc": [[0.5, -1.0]], "scale_row": [[0.8]], "scale_column": TRIANGLE},),
        _matrix_t,
    ),
    Case("Mixture", (MIXTURE,), _mixture, measure=_line),
    Case("MixtureSameFamily(default)", (MIXTURE,), _mixture_same, measure=_line),
    Case("MixtureSameFamily(reparameterize=True)", (MIXTURE,), _mixture_same_reparameterized, measure=_line),
    Case(
        "MixtureSameFamily(reparameterize=True; vectors)",
        ({"logits": [0.4, -0.3], "loc": [LOC, [1.0, 0.5]], "scale": [DIAGONAL, [0.6, 1.1]]},),
        _mixture_of_vectors,
    ),
    Case("MultivariateNormalDiag", ({"loc": LOC, "scale_diag": DIAGONAL},)),
    Case(
        "MultivariateNormalDiagPlusLowRank",
        ({"loc": LOC, "scale_diag": DIAGONAL, "scale_perturb_factor": [[0.5], [0.3]], "scale_perturb_diag": [0.4]},),
    ),
    Case(
        "MultivariateNormalDiagPlusLowRankCovariance",
        ({"loc": LOC, "cov_diag_factor": DIAGONAL, "cov_perturb_factor": [[0.5], [0.3]]},),
    ),
    Case(
        "MultivariateNormalFullCovariance",
        ({"loc": LOC, "covariance_matrix": [[1.4, 0.5], [0.5, 0.7]]},),
        _full_covariance,
    ),
    Case("MultivariateNormalLinearOperator", ({"loc": LOC, "scale": TRIANGLE},), _linear_operator),
    Case("MultivariateNormalTriL", ({"loc": LOC, "scale_tril": TRIANGLE},)),
    Case("MultivariateStudentTLinearOperator", ({"df": 4.0, "loc": LOC, "scale": TRIANGLE},), _student),
    Case("PowerSpherical", DIRECTION, _power_spherical, measure=sphere),
    Case("RelaxedOneHotCategorical", ({"temperature": 0.7, "logits": [0.5, 0.0, -0.7]},), measure=_simplex),
    Case("Sample(Normal)", ({"loc": 0.5, "scale": 1.5},), _sample),
    Case("TransformedDistribution(Exp of Normal)", ({"loc": 0.5, "scale": 1.0},), _log_normal),
    Case("VonMisesFisher", DIRECTION, _von_mises_fisher, measure=sphere),
    Case("WishartLinearOperator", ({"df": 4.0, "scale": TRIANGLE},), _wishart, measure=_wishart_measure),
    Case("WishartTriL", ({"df": 4.0, "scale_tril": TRIANGLE},), measure=_wishart_measure),
)
