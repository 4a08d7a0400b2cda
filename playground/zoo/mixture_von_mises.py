"""Mixture of von Mises distributions: angles with favourite directions."""

from typing import Any

import numpy as np
import tensorflow as tf
from tensorflow_probability import distributions as tfd

from playground.fitting.bijections import positive
from playground.fitting.learnable import Components, Learnable, Sizes, Start, Values, Variable
from playground.fitting.normals import weights
from playground.fitting.start import centred_logits

CONCENTRATIONS = (0.1, 100.0)


def build(logits: tf.Tensor, loc: tf.Tensor, concentration: tf.Tensor) -> tfd.Distribution:
    return tfd.MixtureSameFamily(
        mixture_distribution=tfd.Categorical(logits=logits),
        components_distribution=tfd.VonMises(loc=loc, concentration=concentration),
    )


def _variables(sizes: Sizes) -> tuple[Variable, ...]:
    """An angle needs no bijector: a loc beyond π means the same as one turn less."""
    shape = (sizes.components,)
    rest = (Variable("loc", shape), Variable("concentration", shape, positive(sizes.bijector)))
    return (Variable("logits", shape), *rest) if sizes.components > 1 else rest


def _constants(sizes: Sizes) -> dict[str, Any]:
    """One component has all the weight, so that there is no logit to learn."""
    return {} if sizes.components > 1 else {"logits": [0.0]}


def _start(sizes: Sizes, start: Start) -> dict[str, np.ndarray]:
    concentration = []
    for index in range(sizes.components):
        own = start.rows[start.labels == index] if np.any(start.labels == index) else start.rows
        length = np.abs(np.mean(np.exp(1j * own)))  # of the mean of unit vectors: 0 spread out, 1 all alike
        # Banerjee et al. (2005): close to the maximum-likelihood concentration, which has no closed form.
        concentration.append(length * (2.0 - length**2) / max(1.0 - length**2, 1e-6))
    found = {"loc": start.centres[:, 0], "concentration": np.clip(concentration, *CONCENTRATIONS)}
    return {"logits": centred_logits(start), **found} if sizes.components > 1 else found


def _components(values: Values) -> Components:
    """Angles in [-π, π], and for variances those of the wrapped Normals with the same mean lengths, -2 log(I₁ / I₀)."""
    loc, concentration = np.asarray(values["loc"]), tf.constant(values["concentration"])
    length = (tf.math.bessel_i1e(concentration) / tf.math.bessel_i0e(concentration)).numpy()
    angles = np.arctan2(np.sin(loc), np.cos(loc))
    return Components(weights(values), angles[:, None], -2.0 * np.log(length)[:, None, None])


LEARNABLE = Learnable(
    key="mixture_von_mises",
    label="Mixture of von Mises",
    story="Directions: winds, hours of the day, angles of a molecule. π and -π are the same place.",
    kind="circle",
    variables=_variables,
    build=build,
    start=_start,
    event_sizes=(1, 1),
    components=(1, 6),
    constants=_constants,
    components_of=_components,
    order=11,
)
